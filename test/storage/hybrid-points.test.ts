import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PointsRecord } from '../../electron/storage/types.js';
import { codeOf } from '../operations/helpers.js';
import { engines } from '../sandbox/database.js';
import { at, card, ends, openTestHalf, points, sha, type TestHalf } from './hybrid-half.js';
import { brokenRules } from './hybrid-invariants.js';

let made = 0;
const record = (username: string, changes: Partial<PointsRecord> = {}): PointsRecord => ({
  id: `r-${String((made += 1))}`,
  username,
  type: 'admin_adjust',
  amount: 50,
  reason: '活动',
  adminUsername: 'boss',
  createdAt: at(),
  ...changes,
});

describe.each(engines())('points on %s', (engine) => {
  let half: TestHalf;
  beforeAll(async () => {
    half = await openTestHalf(engine, 'ann', 'Bob', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida');
  });
  afterAll(() => half.close());

  test('a new user has an account with a code; nobody has none', async () => {
    const account = await half.getUserPoints('ann');
    expect(account).toEqual({
      username: 'ann',
      invitationCode: expect.stringMatching(/^[A-Z0-9]{16}$/) as string,
      balance: 0,
      totalEarned: 0,
      totalRedeemed: 0,
      updatedAt: expect.any(Number) as number,
    });
    expect(await half.getUserPoints('nobody')).toBeNull();
    expect(await half.getUserPoints('ANN')).toEqual(account);
  });

  test('an entry moves the balance with it, by its sign and the policy of totals', async () => {
    await half.addPointsRecord(record('bob', { type: 'earn', amount: 80, reason: '签到' }));
    await half.addPointsRecord(record('Bob', { amount: 20 }));
    await half.addPointsRecord(record('Bob', { amount: -30 }));
    expect(await half.getUserPoints('bob')).toMatchObject({
      username: 'Bob',
      balance: 70,
      totalEarned: 100,
      totalRedeemed: 30,
    });
    expect(await codeOf(half.addPointsRecord(record('Bob', { amount: -71 })))).toBe('conflict');
    expect(await half.getUserPoints('Bob')).toMatchObject({ balance: 70 });
    const again = record('Bob');
    await half.addPointsRecord(again);
    expect(await codeOf(half.addPointsRecord(again))).toBe('conflict');
    expect(await half.getUserPoints('Bob')).toMatchObject({ balance: 120 });
  });

  test('what no ledger may hold is refused, and leaves nothing', async () => {
    for (const [changes, code] of [
      [{ amount: 0 }, 'invalid_input'],
      [{ amount: 1.5 }, 'invalid_input'],
      [{ reason: ' ' }, 'invalid_input'],
      [{ adminUsername: '' }, 'invalid_input'],
      [{ type: 'redeem', amount: -5 }, 'invalid_input'],
      [{ type: 'redeem', amount: -5, cardKeyId: 'none' }, 'invalid_input'],
      [{ username: 'nobody' }, 'not_found'],
      [{ type: 'earn', relatedUser: 'cat' }, 'conflict'],
      [{ amount: 2_147_483_647 }, 'conflict'],
    ] as const) {
      expect(await codeOf(half.addPointsRecord(record('Bob', changes))), JSON.stringify(changes)).toBe(code);
    }
    expect(await half.getUserPoints('Bob')).toMatchObject({ balance: 120 });
  });

  test('the history is newest first, twenty a page', async () => {
    for (let n = 1; n <= 23; n += 1)
      await half.addPointsRecord(
        record('cat', { type: 'earn', amount: n, createdAt: at(n - 100), id: `h-${String(n)}` }),
      );
    const first = await half.getPointsHistory('CAT', 1);
    expect(first.map(({ amount }) => amount)).toEqual(Array.from({ length: 20 }, (_, n) => 23 - n));
    expect((await half.getPointsHistory('cat', 2)).map(({ amount }) => amount)).toEqual([3, 2, 1]);
    expect(await half.getPointsHistory('cat', 3)).toEqual([]);
    expect(await half.getPointsHistory('cat', 2, 5)).toMatchObject([{ amount: 18 }, {}, {}, {}, {}]);
    expect(await half.getPointsHistory('nobody', 1)).toEqual([]);
    expect(await codeOf(half.getPointsHistory('cat', 0))).toBe('invalid_input');
    expect(first[0]).toEqual({
      id: 'h-23',
      username: 'cat',
      type: 'earn',
      amount: 23,
      reason: '活动',
      adminUsername: 'boss',
      createdAt: expect.any(Number) as number,
    });
  });

  test('a balance that is set enters the ledger, and the reason that follows takes its place', async () => {
    await half.updateUserPoints(points('dan', 100));
    // Most of a minute later.
    await half.sql("UPDATE points_records SET created_at = created_at - INTERVAL 50 SECOND WHERE username = 'dan'");
    await half.addPointsRecord(
      record('dan', { id: 'why', type: 'earn', amount: 100, reason: '签到', adminUsername: '' }),
    );
    expect(await half.getUserPoints('dan')).toMatchObject({ balance: 100, totalEarned: 100 });
    expect(await half.getPointsHistory('dan', 1)).toMatchObject([{ id: 'why', type: 'earn', amount: 100 }]);
    await half.addPointsRecord(record('dan', { amount: 100 }));
    await half.updateUserPoints({ ...points('dan', 200), totalEarned: 200 });
    expect(await half.getUserPoints('dan')).toMatchObject({ balance: 200 });
    expect(await half.getPointsHistory('dan', 1)).toHaveLength(2);
    await half.updateUserPoints({
      ...points('dan', 150),
      totalEarned: 250,
      totalRedeemed: 100,
      invitationCode: 'MINE',
    });
    expect(await half.getUserPoints('dan')).toMatchObject({
      balance: 150,
      totalEarned: 250,
      totalRedeemed: 100,
      invitationCode: 'MINE',
    });
    expect(await codeOf(half.updateUserPoints(points('dan', -1)))).toBe('invalid_input');
    expect(await codeOf(half.updateUserPoints(points('nobody', 1)))).toBe('not_found');
    expect(await codeOf(half.updateUserPoints({ ...points('eve', 0), invitationCode: 'MINE' }))).toBe('conflict');
  });

  test('who lost the account gets it back with what the ledger says', async () => {
    await half.addPointsRecord(record('eve', { amount: 60 }));
    await half.site.db.run("DELETE FROM user_points WHERE username = 'eve'");
    await half.addPointsRecord(record('eve', { amount: 5 }));
    expect(await half.getUserPoints('eve')).toMatchObject({ balance: 65, totalEarned: 65 });
  });

  test('an account and a card that something else wrote under another spelling are the same user’s', async () => {
    await half.site.db.run("UPDATE user_points SET username = 'BOB' WHERE username = 'Bob'");
    const before = await half.getUserPoints('bob');
    expect(before).toMatchObject({ username: 'Bob', balance: 120 });
    await half.addPointsRecord(record('bob', { amount: 5 }));
    expect(await half.getUserPoints('Bob')).toMatchObject({ username: 'Bob', balance: 125 });
    const made = card();
    await half.createCardKey(made);
    const boundAt = at();
    await half.updateCardKey(made.keyHash, { status: 'used', boundTo: 'bob', boundAt });
    await half.site.db.run("UPDATE card_keys SET bound_to = 'BOB' WHERE key_hash = ?", [made.keyHash]);
    await half.updateUserCardKeyInfo('Bob', { boundKey: made.keyHash, expiresAt: made.expiresAt + 1_000, boundAt });
    expect((await half.getUserInfoV2('Bob'))?.cardKey).toMatchObject({ expiresAt: made.expiresAt + 1_000 });
  });

  test('points become a card of the configured type, together with its record and the ledger', async () => {
    await half.setInvitationConfig({
      enabled: true,
      rewardPoints: 100,
      redeemThreshold: 300,
      cardKeyType: 'quarter',
      updatedAt: 0,
    });
    expect(await codeOf(half.redeemPoints('fay'))).toBe('conflict');
    await half.updateUserPoints(points('fay', 350));
    expect(await half.getUserPoints('fay')).toMatchObject({ balance: 350 });
    await expect.poll(() => half.site.redis.exists(half.site.keys.of('userPoints', 'fay'))).toBe(1);
    const issued = await half.redeemPoints('FAY');
    expect(issued).toMatchObject({ username: 'fay', type: 'quarter', status: 'unused', source: 'redeem' });
    expect(issued.expiresAt - issued.createdAt).toBe(90 * 86_400_000);
    expect(await half.getUserCardKeys('fay')).toEqual([issued]);
    const stock = await half.getCardKey(issued.keyHash);
    expect(stock?.key).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(sha(stock?.key ?? '')).toBe(issued.keyHash);
    expect(await half.getUserPoints('fay')).toMatchObject({ balance: 50, totalRedeemed: 300 });
    expect((await half.getPointsHistory('fay', 1))[0]).toMatchObject({
      type: 'redeem',
      amount: -300,
      cardKeyId: issued.id,
    });
    expect(await codeOf(half.redeemPoints('fay'))).toBe('conflict');
    expect(await codeOf(half.redeemPoints('nobody'))).toBe('not_found');
    await half.bindCardKey('fay', stock?.key ?? '');
    expect(await half.getUserCardKeys('fay')).toMatchObject([{ id: issued.id, status: 'used', usedBy: 'fay' }]);
    await half.addPointsRecord(record('fay', { type: 'redeem', amount: -50, cardKeyId: issued.id, reason: '补记' }));
    expect(await half.getUserPoints('fay')).toMatchObject({ balance: 0, totalRedeemed: 350 });
  });

  test('a hundred redemptions at once spend what there is, once', async () => {
    const other = await half.another();
    await half.setInvitationConfig({
      enabled: true,
      rewardPoints: 100,
      redeemThreshold: 100,
      cardKeyType: 'week',
      updatedAt: 0,
    });
    await half.updateUserPoints(points('gus', 750));
    const calls = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? half : other).redeemPoints('gus'));
    expect(await ends(calls)).toEqual({ done: 7, conflict: 93 });
    expect(await other.getUserPoints('gus')).toMatchObject({ balance: 50, totalRedeemed: 700 });
    expect(await half.getUserCardKeys('gus')).toHaveLength(7);
    expect(await half.sql("SELECT id FROM points_records WHERE username = 'gus' AND type = 'redeem'")).toHaveLength(7);
  });

  test('entries of two processes at once all count, and none goes below zero', async () => {
    const other = await half.another();
    await half.updateUserPoints(points('hal', 40));
    const calls = Array.from({ length: 60 }, (_, n) =>
      (n % 2 === 0 ? half : other).addPointsRecord(record('hal', { amount: n % 3 === 0 ? 10 : -10 })),
    );
    const { done = 0, conflict = 0 } = await ends(calls);
    expect(done + conflict).toBe(60);
    expect(done).toBeGreaterThanOrEqual(40);
    expect(await brokenRules(half)).toEqual([]);
  });

  test('a card that is nobody’s record does not explain a redemption', async () => {
    const spare = card();
    await half.createCardKey(spare);
    await half.addUserCardKey({
      id: 'spare',
      keyHash: spare.keyHash,
      username: 'hal',
      type: 'month',
      status: 'unused',
      source: 'manual',
      createdAt: at(),
      expiresAt: spare.expiresAt,
    });
    await half.updateUserPoints(points('ida', 10));
    const entry = record('ida', { type: 'redeem', amount: -10, cardKeyId: 'spare' });
    expect(await codeOf(half.addPointsRecord(entry))).toBe('invalid_input');
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(half)).toEqual([]);
  });
});
