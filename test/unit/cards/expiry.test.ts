import { describe, expect, test } from 'vitest';
import { endMillis } from '../../../electron/domain/cards/end.js';
import {
  contribution,
  effective,
  endOf,
  originalExpiry,
  shortenedEnd,
  stackedEnd,
  whyNotFree,
} from '../../../electron/domain/cards/expiry.js';

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

const days = (count: number): number => count * 86_400_000;

describe('what a card adds', () => {
  test('is the whole days from its making to its end, and nothing where it does not say when it was made', () => {
    const made = Date.UTC(2026, 0, 1);
    expect(contribution(made, made + days(30) + 3_600_000)).toBe(days(30));
    expect(contribution(null, made)).toBe(0);
    expect(contribution(0, made)).toBe(0);
  });

  test('counts from what is left, or from now where nothing is; a first card brings its own end', () => {
    const now = Date.UTC(2026, 0, 1);
    const card = { createdAt: now - days(3), expiresAt: now + days(27) };
    expect(stackedEnd(card, null, now)).toBe(card.expiresAt);
    expect(stackedEnd(card, now + days(10), now)).toBe(now + days(40));
    expect(stackedEnd(card, now - days(10), now)).toBe(now + days(30));
  });

  test('is taken away again, never to before now', () => {
    expect(shortenedEnd('2026-12-31 07:00:00', days(30), now)).toBe('2026-12-01 07:00:00');
    expect(shortenedEnd('2026-12-01 07:00:00', days(30), now)).toBe(now);
  });

  test('was made with the end that its batch says, else its type’s days, else no later than it ends', () => {
    const card = { created_at: '2026-11-20 07:00:00', expires_at: '2026-12-31 00:00:00', key_type: 'week' } as const;
    expect(originalExpiry(card, '2027-01-01 00:00:00', now)).toBe('2027-01-01 00:00:00');
    expect(originalExpiry(card, undefined, now)).toBe('2026-11-27 07:00:00');
    expect(originalExpiry({ ...card, created_at: null }, undefined, now)).toBe('2026-11-30 07:00:00');
    expect(originalExpiry({ ...card, created_at: null, expires_at: now }, undefined, now)).toBe(now);
  });
});

test('at its very end a card is over', () => {
  expect([whyNotFree('unused', 2, 1), whyNotFree('unused', 1, 1), whyNotFree('expired', 2, 1)]).toEqual([
    null,
    'card_expired',
    'card_expired',
  ]);
  expect(whyNotFree('used', 2, 1)).toBe('card_used');
  expect([effective('unused', 2, 1), effective('unused', 1, 1), effective('used', 1, 1)]).toEqual([
    'unused',
    'expired',
    'used',
  ]);
});
