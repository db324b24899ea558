/** Two processes move one account at once; the first is held just before its commit. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../sandbox/database.js';
import { codeOf } from '../operations/helpers.js';
import { type Commits, holdCommits, waitOf } from './held-writes.js';
import { at, type SiteClient, openTestSiteClient, points, type TestSiteClient } from './hybrid/site-client.js';
import { brokenRules } from './hybrid/invariants.js';

describe.each(engines())('one account at once on %s', (engine) => {
  let siteClient: TestSiteClient;
  let other: SiteClient;
  let commits: { siteClient: Commits; other: Commits };
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine, 'ann', 'bob', 'cat');
    other = await siteClient.another();
    // What a process does only once.
    for (const one of [siteClient, other]) await one.site.hasClaims();
    commits = { siteClient: holdCommits(siteClient.site, false), other: holdCommits(other.site, false) };
  });
  afterAll(() => siteClient.close());

  /** Runs `first`, held before its commit, and `second` in another process, which has to wait for the account. */
  const oneAfterTheOther = async (
    first: (one: SiteClient) => Promise<unknown>,
    second: (one: SiteClient) => Promise<unknown>,
  ): Promise<void> => {
    const held = commits.siteClient.next();
    const a = first(siteClient);
    await held.reached;
    const watched = commits.other.watch();
    const b = second(other);
    try {
      expect(await waitOf(b, watched, { db: siteClient.site.db, engine })).toMatchObject({ table: 'user_points' });
    } finally {
      held.release();
      watched.end();
      await Promise.all([a, b]);
    }
  };
  const ledger = async (name: string): Promise<number[]> =>
    (await siteClient.getPointsHistory(name, 1)).map(({ amount }) => amount).toSorted((x, y) => y - x);

  test('two balances that are set end as one of them, and the ledger adds up to it', async () => {
    await oneAfterTheOther(
      (one) => one.updateUserPoints(points('ann', 100)),
      (one) => one.updateUserPoints(points('ann', 70)),
    );
    expect(await siteClient.getUserPoints('ann')).toMatchObject({ balance: 70, totalEarned: 100, totalRedeemed: 30 });
    expect(await ledger('ann')).toEqual([100, -30]);
    expect(await brokenRules(siteClient)).toEqual([]);
  });

  test('an entry is added to what another one left, and not to what it read before', async () => {
    const entry = (amount: number) => ({
      id: `entry-${String(amount)}`,
      username: 'bob',
      type: 'admin_adjust' as const,
      amount,
      reason: '活动',
      adminUsername: 'boss',
      createdAt: at(),
    });
    await oneAfterTheOther(
      (one) => one.addPointsRecord(entry(50)),
      (one) => one.addPointsRecord(entry(-20)),
    );
    expect(await siteClient.getUserPoints('bob')).toMatchObject({ balance: 30, totalEarned: 50, totalRedeemed: 20 });
    expect(await ledger('bob')).toEqual([50, -20]);
  });

  test('points that suffice for one card buy one', async () => {
    await siteClient.updateUserPoints(points('cat', 300));
    const refused: string[] = [];
    await oneAfterTheOther(
      (one) => one.redeemPoints('cat'),
      async (one) => refused.push(await codeOf(one.redeemPoints('cat'))),
    );
    expect(refused).toEqual(['conflict']);
    expect(await siteClient.getUserPoints('cat')).toMatchObject({ balance: 0, totalRedeemed: 300 });
    expect(await siteClient.getUserCardKeys('cat')).toHaveLength(1);
    expect(await brokenRules(siteClient)).toEqual([]);
  });
});
