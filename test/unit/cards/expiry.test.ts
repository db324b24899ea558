import { describe, expect, test } from 'vitest';
import { endMillis } from '../../../electron/domain/cards/end.js';
import { endOf } from '../../../electron/domain/cards/expiry.js';

const now = '2026-11-23 07:00:00';

describe('the end of a card', () => {
  test('is so many days from now, or where it was put', () => {
    expect(endOf({ kind: 'type' }, 'week', now)).toBe('2026-11-30 07:00:00');
    expect(endOf({ kind: 'type' }, 'year', now)).toBe('2027-11-23 07:00:00');
    expect(endOf({ kind: 'days', days: 1 }, 'year', now)).toBe('2026-11-24 07:00:00');
    expect(endOf({ kind: 'at', at: '2027-01-01T08:00:00+08:00' }, 'year', now)).toBe('2027-01-01 00:00:00');
    expect(endOf({ kind: 'at', at: '2038-01-19T03:14:07Z' }, 'year', now)).toBe('2038-01-19 03:14:07');
  });

  test('is its type’s days after it was made, whatever the time is now', () => {
    const [made, at] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 10, 23)];
    expect(endMillis({ kind: 'type' }, 'week', made, at)).toBe(Date.UTC(2026, 0, 8));
    expect(endMillis({ kind: 'days', days: 2 }, 'week', made, at)).toBe(Date.UTC(2026, 10, 25));
    expect(endMillis({ kind: 'at', at: '2020-01-01T00:00:00Z' }, 'week', made, at)).toBe(Date.UTC(2020, 0, 1));
  });

  test('is neither past nor beyond what the column holds', () => {
    expect(() => endOf({ kind: 'at', at: '2026-11-23T07:00:00Z' }, 'week', now)).toThrow('in the past');
    expect(() => endOf({ kind: 'at', at: '2038-01-19T03:14:08Z' }, 'week', now)).toThrow('cannot hold');
    expect(() => endOf({ kind: 'days', days: 30 }, 'week', '2037-11-23 07:00:00')).not.toThrow();
    expect(() => endOf({ kind: 'type' }, 'year', '2037-11-23 07:00:00')).toThrow('cannot hold');
  });
});
