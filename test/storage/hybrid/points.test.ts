import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PointsRecord } from '../../../electron/storage/types.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { at, card, ends, openTestSiteClient, points, sha, type TestSiteClient } from './site-client.js';
import { brokenRules } from './invariants.js';

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
  let siteClient: TestSiteClient;
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine, 'ann', 'Bob', 'cat', 'dan', 'eve', 'fay', 'gus', 'hal', 'ida');
  });
  afterAll(() => siteClient.close());

  test('a new user has an account with a code; nobody has none', async () => {
    const account = await siteClient.getUserPoints('ann');
    expect(account).toEqual({
      username: 'ann',
      invitationCode: expect.stringMatching(/^[A-Z0-9]{16}$/) as string,
      balance: 0,
      totalEarned: 0,
      totalRedeemed: 0,
      updatedAt: expect.any(Number) as number,
    });
    expect(await siteClient.getUserPoints('nobody')).toBeNull();
    expect(await siteClient.getUserPoints('ANN')).toEqual(account);
  });

  test('an entry moves the balance with it, by its sign and the policy of totals', async () => {
    await siteClient.addPointsRecord(record('bob', { type: 'earn', amount: 80, reason: '签到' }));
    await siteClient.addPointsRecord(record('Bob', { amount: 20 }));
    await siteClient.addPointsRecord(record('Bob', { amount: -30 }));
    expect(await siteClient.getUserPoints('bob')).toMatchObject({
      username: 'Bob',
      balance: 70,
      totalEarned: 100,
      totalRedeemed: 30,
    });
    expect(await codeOf(siteClient.addPointsRecord(record('Bob', { amount: -71 })))).toBe('conflict');
    expect(await siteClient.getUserPoints('Bob')).toMatchObject({ balance: 70 });
    const again = record('Bob');
    await siteClient.addPointsRecord(again);
    expect(await codeOf(siteClient.addPointsRecord(again))).toBe('conflict');
    expect(await siteClient.getUserPoints('Bob')).toMatchObject({ balance: 120 });
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
      expect(await codeOf(siteClient.addPointsRecord(record('Bob', changes))), JSON.stringify(changes)).toBe(code);
    }
    expect(await siteClient.getUserPoints('Bob')).toMatchObject({ balance: 120 });
  });

  test('the history is newest first, twenty a page', async () => {
    for (let n = 1; n <= 23; n += 1)
      await siteClient.addPointsRecord(
        record('cat', { type: 'earn', amount: n, createdAt: at(n - 100), id: `h-${String(n)}` }),
      );
    const first = await siteClient.getPointsHistory('CAT', 1);
    expect(first.map(({ amount }) => amount)).toEqual(Array.from({ length: 20 }, (_, n) => 23 - n));
    expect((await siteClient.getPointsHistory('cat', 2)).map(({ amount }) => amount)).toEqual([3, 2, 1]);
    expect(await siteClient.getPointsHistory('cat', 3)).toEqual([]);
    expect(await siteClient.getPointsHistory('cat', 2, 5)).toMatchObject([{ amount: 18 }, {}, {}, {}, {}]);
    expect(await siteClient.getPointsHistory('nobody', 1)).toEqual([]);
    expect(await codeOf(siteClient.getPointsHistory('cat', 0))).toBe('invalid_input');
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
    await siteClient.updateUserPoints(points('dan', 100));
    // Most of a minute later.
    await siteClient.sql(
      "UPDATE points_records SET created_at = created_at - INTERVAL 50 SECOND WHERE username = 'dan'",
    );
    await siteClient.addPointsRecord(
      record('dan', { id: 'why', type: 'earn', amount: 100, reason: '签到', adminUsername: '' }),
    );
    expect(await siteClient.getUserPoints('dan')).toMatchObject({ balance: 100, totalEarned: 100 });
    expect(await siteClient.getPointsHistory('dan', 1)).toMatchObject([{ id: 'why', type: 'earn', amount: 100 }]);
    await siteClient.addPointsRecord(record('dan', { amount: 100 }));
    await siteClient.updateUserPoints({ ...points('dan', 200), totalEarned: 200 });
    expect(await siteClient.getUserPoints('dan')).toMatchObject({ balance: 200 });
    expect(await siteClient.getPointsHistory('dan', 1)).toHaveLength(2);
    await siteClient.updateUserPoints({
      ...points('dan', 150),
      totalEarned: 250,
      totalRedeemed: 100,
      invitationCode: 'MINE',
    });
    expect(await siteClient.getUserPoints('dan')).toMatchObject({
      balance: 150,
      totalEarned: 250,
      totalRedeemed: 100,
      invitationCode: 'MINE',
    });
    expect(await codeOf(siteClient.updateUserPoints(points('dan', -1)))).toBe('invalid_input');
    expect(await codeOf(siteClient.updateUserPoints(points('nobody', 1)))).toBe('not_found');
    expect(await codeOf(siteClient.updateUserPoints({ ...points('eve', 0), invitationCode: 'MINE' }))).toBe('conflict');
  });

  test('who lost the account gets it back with what the ledger says', async () => {
    await siteClient.addPointsRecord(record('eve', { amount: 60 }));
    await siteClient.site.db.run("DELETE FROM user_points WHERE username = 'eve'");
    await siteClient.addPointsRecord(record('eve', { amount: 5 }));
    expect(await siteClient.getUserPoints('eve')).toMatchObject({ balance: 65, totalEarned: 65 });
  });

  test('an account and a card that something else wrote under another spelling are the same user’s', async () => {
    await siteClient.site.db.run("UPDATE user_points SET username = 'BOB' WHERE username = 'Bob'");
    const before = await siteClient.getUserPoints('bob');
    expect(before).toMatchObject({ username: 'Bob', balance: 120 });
    await siteClient.addPointsRecord(record('bob', { amount: 5 }));
    expect(await siteClient.getUserPoints('Bob')).toMatchObject({ username: 'Bob', balance: 125 });
    const made = card();
    await siteClient.createCardKey(made);
    const boundAt = at();
    await siteClient.updateCardKey(made.keyHash, { status: 'used', boundTo: 'bob', boundAt });
    await siteClient.site.db.run("UPDATE card_keys SET bound_to = 'BOB' WHERE key_hash = ?", [made.keyHash]);
    await siteClient.updateUserCardKeyInfo('Bob', {
      boundKey: made.keyHash,
      expiresAt: made.expiresAt + 1_000,
      boundAt,
    });
    expect((await siteClient.getUserInfoV2('Bob'))?.cardKey).toMatchObject({ expiresAt: made.expiresAt + 1_000 });
  });

  test('points become a card of the configured type, together with its record and the ledger', async () => {
    await siteClient.setInvitationConfig({
      enabled: true,
      rewardPoints: 100,
      redeemThreshold: 300,
      cardKeyType: 'quarter',
      updatedAt: 0,
    });
    expect(await codeOf(siteClient.redeemPoints('fay'))).toBe('conflict');
    await siteClient.updateUserPoints(points('fay', 350));
    expect(await siteClient.getUserPoints('fay')).toMatchObject({ balance: 350 });
    await expect.poll(() => siteClient.site.redis.exists(siteClient.site.keys.of('userPoints', 'fay'))).toBe(1);
    const issued = await siteClient.redeemPoints('FAY');
    expect(issued).toMatchObject({ username: 'fay', type: 'quarter', status: 'unused', source: 'redeem' });
    expect(issued.expiresAt - issued.createdAt).toBe(90 * 86_400_000);
    expect(await siteClient.getUserCardKeys('fay')).toEqual([issued]);
    const stock = await siteClient.getCardKey(issued.keyHash);
    expect(stock?.key).toMatch(/^[A-Za-z0-9]{16}$/);
    expect(sha(stock?.key ?? '')).toBe(issued.keyHash);
    expect(await siteClient.getUserPoints('fay')).toMatchObject({ balance: 50, totalRedeemed: 300 });
    expect((await siteClient.getPointsHistory('fay', 1))[0]).toMatchObject({
      type: 'redeem',
      amount: -300,
      cardKeyId: issued.id,
    });
    expect(await codeOf(siteClient.redeemPoints('fay'))).toBe('conflict');
    expect(await codeOf(siteClient.redeemPoints('nobody'))).toBe('not_found');
    await siteClient.bindCardKey('fay', stock?.key ?? '');
    expect(await siteClient.getUserCardKeys('fay')).toMatchObject([{ id: issued.id, status: 'used', usedBy: 'fay' }]);
    await siteClient.addPointsRecord(
      record('fay', { type: 'redeem', amount: -50, cardKeyId: issued.id, reason: '补记' }),
    );
    expect(await siteClient.getUserPoints('fay')).toMatchObject({ balance: 0, totalRedeemed: 350 });
  });

  test('a hundred redemptions at once spend what there is, once', async () => {
    const other = await siteClient.another();
    await siteClient.setInvitationConfig({
      enabled: true,
      rewardPoints: 100,
      redeemThreshold: 100,
      cardKeyType: 'week',
      updatedAt: 0,
    });
    await siteClient.updateUserPoints(points('gus', 750));
    const calls = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? siteClient : other).redeemPoints('gus'));
    expect(await ends(calls)).toEqual({ done: 7, conflict: 93 });
    expect(await other.getUserPoints('gus')).toMatchObject({ balance: 50, totalRedeemed: 700 });
    expect(await siteClient.getUserCardKeys('gus')).toHaveLength(7);
    expect(
      await siteClient.sql("SELECT id FROM points_records WHERE username = 'gus' AND type = 'redeem'"),
    ).toHaveLength(7);
  });

  test('entries of two processes at once all count, and none goes below zero', async () => {
    const other = await siteClient.another();
    await siteClient.updateUserPoints(points('hal', 40));
    const calls = Array.from({ length: 60 }, (_, n) =>
      (n % 2 === 0 ? siteClient : other).addPointsRecord(record('hal', { amount: n % 3 === 0 ? 10 : -10 })),
    );
    const { done = 0, conflict = 0 } = await ends(calls);
    expect(done + conflict).toBe(60);
    expect(done).toBeGreaterThanOrEqual(40);
    expect(await brokenRules(siteClient)).toEqual([]);
  });

  test('a card that is nobody’s record does not explain a redemption', async () => {
    const spare = card();
    await siteClient.createCardKey(spare);
    await siteClient.addUserCardKey({
      id: 'spare',
      keyHash: spare.keyHash,
      username: 'hal',
      type: 'month',
      status: 'unused',
      source: 'manual',
      createdAt: at(),
      expiresAt: spare.expiresAt,
    });
    await siteClient.updateUserPoints(points('ida', 10));
    const entry = record('ida', { type: 'redeem', amount: -10, cardKeyId: 'spare' });
    expect(await codeOf(siteClient.addPointsRecord(entry))).toBe('invalid_input');
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(siteClient)).toEqual([]);
  });
});
