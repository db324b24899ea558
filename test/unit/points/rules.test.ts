import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import type { PointsRecord } from '../../../electron/data/types.js';
import { mayInvite, registrationOutcome } from '../../../electron/domain/invitations/rules.js';
import type { AccountRow } from '../../../electron/domain/points/account.js';
import { planEntry } from '../../../electron/domain/points/ledger.js';
import {
  checkMayRedeem,
  checkRecord,
  movement,
  movementsTo,
  redeemed,
  type Totals,
  totalsAfter,
} from '../../../electron/domain/points/rules.js';

const largest = 2_147_483_647;
const amount = fc.integer({ min: 0, max: 1_000_000 });
const totals: fc.Arbitrary<Totals> = fc
  .tuple(amount, amount)
  .map(([balance, totalRedeemed]) => ({ balance, totalEarned: balance + totalRedeemed, totalRedeemed }));
const record = (changes: Partial<PointsRecord> = {}): PointsRecord => ({
  id: 'r',
  username: 'ann',
  type: 'admin_adjust',
  amount: 5,
  reason: '活动',
  adminUsername: 'boss',
  createdAt: 1_700_000_000_000,
  ...changes,
});
const account: AccountRow = {
  username: 'Ann',
  invitation_code: 'CODE',
  balance: 100,
  total_earned: 150,
  total_redeemed: 50,
  updated_at: null,
};
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
  return 'done';
};

describe('points', () => {
  test('either sign is read, the right one is kept', () => {
    expect([5, -5].map((one) => movement({ type: 'earn', amount: one }))).toEqual([5, 5]);
    expect([5, -5].map((one) => movement({ type: 'redeem', amount: one }))).toEqual([-5, -5]);
    expect([5, -5].map((one) => movement({ type: 'admin_adjust', amount: one }))).toEqual([5, -5]);
  });

  test('a balance is what was earned without what was redeemed, after any movement, and stays between its bounds', () => {
    fc.assert(
      fc.property(totals, fc.integer({ min: -2_000_000, max: 2_000_000 }), (before, moved) => {
        if (before.balance + moved < 0) {
          expect(codeOf(() => totalsAfter(before, moved))).toBe('conflict');
          return;
        }
        const after = totalsAfter(before, moved);
        expect(after.balance).toBe(before.balance + moved);
        expect(after.totalEarned - after.totalRedeemed).toBe(after.balance);
        expect(after.totalEarned + after.totalRedeemed).toBe(
          before.totalEarned + before.totalRedeemed + Math.abs(moved),
        );
      }),
    );
    expect(totalsAfter({ balance: 1, totalEarned: 1, totalRedeemed: 0 }, -1).balance).toBe(0);
    const full = { balance: largest, totalEarned: largest, totalRedeemed: 0 };
    expect(codeOf(() => totalsAfter(full, 1))).toBe('conflict');
    expect(totalsAfter(full, 1, largest + 1).balance).toBe(largest + 1);
  });

  test('the movements to a state that a site set lead there', () => {
    fc.assert(
      fc.property(totals, totals, (before, after) => {
        const reached = movementsTo(before, after).reduce((state, moved) => totalsAfter(state, moved), before);
        expect(reached.balance).toBe(after.balance);
        if (after.totalEarned >= before.totalEarned && after.totalRedeemed >= before.totalRedeemed)
          expect(reached).toEqual(after);
      }),
    );
  });

  test('an entry on a held account is worked out without writing anything', () => {
    const plan = planEntry(account, record({ type: 'redeem', amount: 30, cardKeyId: 'c', username: 'ann' }));
    expect(plan.account).toEqual({ ...account, balance: 70, total_redeemed: 80 });
    expect(plan.row).toMatchObject({ username: 'Ann', type: 'redeem', amount: -30, card_key_id: 'c' });
    expect(plan.row.created_at).toBe('2023-11-14 22:13:20');
    expect(codeOf(() => planEntry(account, record({ amount: -101 })))).toBe('conflict');
    expect(codeOf(() => planEntry(account, record({ createdAt: 0 })))).toBe('invalid_input');
  });

  test('what no ledger may hold is refused; what bounds it depends on the ledger', () => {
    expect(codeOf(() => checkRecord(record()))).toBe('done');
    for (const changes of [
      { id: '' },
      { id: 'x'.repeat(37) },
      { amount: 0 },
      { amount: 0.5 },
      { amount: largest + 1 },
      { reason: ' ' },
      { reason: 'x'.repeat(501) },
      { adminUsername: '' },
      { type: 'redeem' as const },
    ])
      expect(
        codeOf(() => checkRecord(record(changes))),
        JSON.stringify(changes),
      ).toBe('invalid_input');
    const { adminUsername: _, ...byNobody } = record();
    expect(codeOf(() => checkRecord(byNobody))).toBe('invalid_input');
    const wide = record({ id: 'x'.repeat(37), amount: largest + 1, reason: 'x'.repeat(501) });
    expect(codeOf(() => checkRecord(wide, { amount: Number.MAX_SAFE_INTEGER }))).toBe('done');
  });

  test('points of exactly the price become a card of its days', () => {
    const wish = { id: 'c', username: 'ann', type: 'month', now: 1_000 } as const;
    const { key, card } = redeemed(300, 300, wish);
    expect(key).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(card).toMatchObject({ status: 'unused', source: 'redeem', expiresAt: 1_000 + 30 * 86_400_000 });
    expect(codeOf(() => redeemed(299, 300, wish))).toBe('conflict');
    expect([false, true].map((banned) => codeOf(() => checkMayRedeem(banned)))).toEqual(['done', 'forbidden']);
  });
});

describe('invitations', () => {
  test('whoever is banned invites nobody, and nobody themselves', () => {
    expect(mayInvite({ username: 'ann', banned: false }, 'bob')).toBe(true);
    expect(mayInvite({ username: 'ann', banned: true }, 'bob')).toBe(false);
    expect(mayInvite({ username: 'ann', banned: false }, 'ann')).toBe(false);
  });

  test('a registration earns once an address and once a pair, and what the settings say', () => {
    const on = { enabled: true, rewardPoints: 100 };
    const never = { address: false, pair: false };
    expect(registrationOutcome(on, never)).toBe('reward');
    expect(registrationOutcome({ ...on, rewardPoints: 0 }, never)).toBe('invitation');
    expect(registrationOutcome({ ...on, enabled: false }, never)).toBe('nothing');
    expect(registrationOutcome(on, { ...never, address: true })).toBe('nothing');
    expect(registrationOutcome(on, { ...never, pair: true })).toBe('nothing');
  });
});
