import { describe, expect, test } from 'vitest';
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

  test('is neither past nor beyond what the column holds', () => {
    expect(() => endOf({ kind: 'at', at: '2026-11-23T07:00:00Z' }, 'week', now)).toThrow('in the past');
    expect(() => endOf({ kind: 'at', at: '2038-01-19T03:14:08Z' }, 'week', now)).toThrow('cannot hold');
    expect(() => endOf({ kind: 'days', days: 30 }, 'week', '2037-11-23 07:00:00')).not.toThrow();
    expect(() => endOf({ kind: 'type' }, 'year', '2037-11-23 07:00:00')).toThrow('cannot hold');
  });
});
