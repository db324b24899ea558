// @module-tag long
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import { engines } from '../../sandbox/database.js';
import { card, type SiteClient, openTestSiteClient, type TestSiteClient } from './site-client.js';
import { brokenRules } from './invariants.js';
import { carding, siteActions, rewarding, type Step } from './site-actions.js';
import { newWorld, run, schedules } from './world.js';

/** Schedules per engine; `SCHEDULES=5000` for a longer run. */
const runs = Number(process.env['SCHEDULES'] ?? 600);

describe.each(engines())('any interleaving on %s', (engine) => {
  let siteClient: TestSiteClient;
  let other: SiteClient;
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine);
    other = await siteClient.another();
  });
  afterAll(() => siteClient.close());

  const holds = (siteClients: readonly SiteClient[], arbitrary: fc.Arbitrary<Step[]>) =>
    fc.asyncProperty(arbitrary, async (steps) => {
      const world = await newWorld(siteClient);
      const wrong = await run(siteClients, world, steps);
      expect([...wrong, ...(await brokenRules(siteClient)), ...(await brokenRules(other))]).toEqual([]);
    });

  test.each([
    ['every write', Object.keys(siteActions), Math.ceil(runs / 2)],
    ['what touches rewards', rewarding, Math.ceil(runs / 4)],
    ['what touches cards', carding, Math.ceil(runs / 4)],
  ])(
    'schedules of %s by three actors in two processes keep the invariants',
    async (_, among, numRuns) => {
      const property = holds([siteClient, other], schedules(among));
      const looked = fc.assert(property, { numRuns, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true });
      await expect(looked).resolves.toBeUndefined();
    },
    300_000,
  );

  /** Storages with deliberate mistakes, each a plausible one: the property must notice. */
  const mutations: Readonly<
    Record<
      string,
      { readonly among: readonly string[]; readonly break: (siteClient: SiteClient) => Partial<SiteClient> }
    >
  > = {
    'redemption without the lock, as the site does it': {
      among: ['redeem', 'redeemAgain', 'adjust'],
      break: (one) => ({
        async redeemPoints(name) {
          const account = await one.getUserPoints(name);
          if (account === null || account.balance < 100) throw new Refusal('conflict', { zh: '', en: 'not enough' });
          const made = card();
          await one.createCardKey(made);
          const id = made.keyHash.slice(0, 36);
          const issued = {
            id,
            keyHash: made.keyHash,
            username: name,
            type: made.keyType,
            status: 'unused',
            source: 'redeem',
            createdAt: made.createdAt,
            expiresAt: made.expiresAt,
          } as const;
          await one.addUserCardKey(issued);
          const { db } = one.site;
          await db.run(
            "INSERT INTO points_records (id, username, type, amount, reason, card_key_id) VALUES (?, ?, 'redeem', -100, 'r', ?)",
            [id, name, id],
          );
          await db.run('UPDATE user_points SET balance = ?, total_redeemed = ? WHERE username = ?', [
            account.balance - 100,
            account.totalRedeemed + 100,
            name,
          ]);
          return issued;
        },
      }),
    },
    'a bind that does not look whether the card is used': {
      among: ['bind', 'cardUse', 'read'],
      break: (one) => ({
        async bindCardKey(name, key) {
          const made = await one.getCardKey(card({ key }).keyHash);
          if (made?.status !== 'unused') throw new Refusal('conflict', { zh: '', en: 'used' });
          await one.site.db.run(
            "UPDATE card_keys SET status = 'used', bound_to = ?, bound_at = UTC_TIMESTAMP() WHERE key_hash = ?",
            [name, made.keyHash],
          );
          return { boundKey: made.keyHash, expiresAt: made.expiresAt, boundAt: 0 };
        },
      }),
    },
    'a ban that forgets the config': {
      among: ['ban', 'config', 'read'],
      break: (one) => ({
        banUser: async (name, banned) => {
          await one.site.db.run('UPDATE users SET banned = ? WHERE username = ?', [banned, name]);
        },
      }),
    },
    'a reward that does not look at the address': {
      among: ['invite', 'mark', 'register'],
      break: (one) => ({
        async updateInvitation(id) {
          await one.site.db.run('UPDATE invitations SET rewarded = 1, reward_time = UTC_TIMESTAMP() WHERE id = ?', [
            id,
          ]);
        },
      }),
    },
    'a write that leaves the cache as it is': {
      among: ['adjust', 'read', 'setPoints'],
      break: (one) => ({
        async addPointsRecord(record) {
          await one.site.db.transaction(async (tx) => {
            await tx.run(
              'UPDATE user_points SET balance = balance + 1, total_earned = total_earned + 1 WHERE username = ?',
              [record.username],
            );
            await tx.run(
              "INSERT INTO points_records (id, username, type, amount, reason, admin_username) SELECT ?, username, 'admin_adjust', 1, 'r', 'boss' FROM users WHERE username = ?",
              [record.id, record.username],
            );
          });
        },
      }),
    },
  };

  test.each(Object.keys(mutations))('%s is noticed', async (name) => {
    const mutation = mutations[name];
    if (mutation === undefined) throw new Error('No such mutation');
    const broken = [siteClient, other].map((one) => ({ ...one, ...mutation.break(one) }));
    const result = await fc.check(holds(broken, schedules(mutation.among, 16)), { numRuns: 300, endOnFailure: true });
    expect(result.failed).toBe(true);
    expect(result.interrupted).toBe(false);
  });
});
