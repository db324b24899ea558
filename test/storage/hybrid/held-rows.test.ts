/**
 * The site's changes of cards and of their users hold what they decide by: what was changed while they waited is what
 * they see.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transaction } from '../../../electron/data/mysql/database.js';
import { codeOf } from '../../operations/helpers.js';
import { until, waiting } from '../../operations/fixtures/users.js';
import { engines } from '../../sandbox/database.js';
import { at, card, openTestSiteClient, points, type TestSiteClient } from './site-client.js';

describe.each(engines())('what a change of a card holds on %s', (engine) => {
  let siteClient: TestSiteClient;
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine, 'ann', 'ben');
  });
  afterAll(() => siteClient.close());

  /** Holds or changes something, begins a call that has to wait for that, commits, and answers how the call ended. */
  async function behind(
    change: (tx: Transaction) => Promise<unknown>,
    begin: () => Promise<unknown>,
    meanwhile: (tx: Transaction) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string> {
    const { ended } = await siteClient.site.db.transaction(async (tx) => {
      await change(tx);
      const call = begin();
      call.catch(() => undefined);
      await waiting(siteClient.site, 1);
      await meanwhile(tx);
      return { ended: call };
    });
    return ended.then(
      () => 'done',
      () => codeOf(ended),
    );
  }
  const stock = async (): Promise<{ key: string; keyHash: string }> => {
    const made = card();
    await siteClient.createCardKey(made);
    return made;
  };
  const holder = async (keyHash: string): Promise<unknown> =>
    (await siteClient.sql('SELECT status, bound_to FROM card_keys WHERE key_hash = ?', keyHash))[0];
  const bindBySql =
    (keyHash: string) =>
    (tx: Transaction): Promise<unknown> =>
      tx.run("UPDATE card_keys SET status = 'used', bound_to = 'ben', bound_at = UTC_TIMESTAMP() WHERE key_hash = ?", [
        keyHash,
      ]);

  test('a card that another binds meanwhile is not bound over, by either way', async () => {
    const [one, two] = [await stock(), await stock()];
    expect(await behind(bindBySql(one.keyHash), () => siteClient.bindCardKey('ann', one.key))).toBe('conflict');
    const taken = { status: 'used', boundTo: 'ann' } as const;
    expect(await behind(bindBySql(two.keyHash), () => siteClient.updateCardKey(two.keyHash, taken))).toBe('conflict');
    for (const { keyHash } of [one, two]) expect(await holder(keyHash)).toEqual({ status: 'used', bound_to: 'ben' });
  });

  test('a card whose record says another’s name meanwhile is not bound', async () => {
    const { keyHash } = await stock();
    await siteClient.addUserCardKey({
      id: 'moves',
      keyHash,
      username: 'ann',
      type: 'month',
      status: 'unused',
      source: 'manual',
      createdAt: at(),
      expiresAt: (await siteClient.getCardKey(keyHash))?.expiresAt ?? 0,
    });
    const call = behind(
      (tx) => tx.run("UPDATE user_card_keys SET username = 'ben' WHERE id = 'moves'"),
      () => siteClient.updateCardKey(keyHash, { status: 'used', boundTo: 'ann' }),
    );
    expect(await call).toBe('conflict');
    expect(await holder(keyHash)).toEqual({ status: 'unused', bound_to: null });
  });

  test('a card that ends while a bind waits for it has ended', async () => {
    const made = card({ expiresAt: at(6) });
    await siteClient.createCardKey(made);
    const call = behind(
      (tx) => tx.rows('SELECT id FROM card_keys WHERE key_hash = ? FOR UPDATE', [made.keyHash]),
      () => siteClient.bindCardKey('ann', made.key),
      (tx) =>
        until(async () => {
          const ended = 'SELECT 1 FROM card_keys WHERE key_hash = ? AND expires_at < UTC_TIMESTAMP()';
          return (await tx.rows(ended, [made.keyHash])).length === 1;
        }),
    );
    expect(await call).toBe('conflict');
    expect(await holder(made.keyHash)).toEqual({ status: 'unused', bound_to: null });
  });

  test('a user who becomes an owner meanwhile is not banned', async () => {
    const call = behind(
      (tx) => tx.run("UPDATE users SET role = 'owner' WHERE username = 'ben'"),
      () => siteClient.banUser('ben', true),
    );
    expect(await call).toBe('forbidden');
    expect(await siteClient.sql("SELECT banned FROM users WHERE username = 'ben'")).toEqual([{ banned: 0 }]);
  });

  test('an inviter who is banned while somebody registers is not rewarded', async () => {
    await siteClient.registerUser('eve', 'secret');
    const call = behind(
      (tx) => tx.run("UPDATE users SET banned = 1 WHERE username = 'eve'"),
      () => siteClient.createUserV2('dan', 'secret', 'user', [], undefined, [], undefined, 'eve', '7.7.7.7'),
    );
    expect(await call).toBe('done');
    expect(await siteClient.getInvitationByInvitee('dan')).toBeNull();
    expect(await siteClient.sql("SELECT balance FROM user_points WHERE username = 'eve'")).toEqual([{ balance: 0 }]);
  });

  test('whoever is banned meanwhile redeems no points', async () => {
    await siteClient.updateUserPoints(points('ann', 1_000));
    const { ended } = await siteClient.site.db.transaction(async (tx) => {
      await tx.run("UPDATE users SET banned = 1 WHERE username = 'ann'");
      const call = codeOf(siteClient.redeemPoints('ann'));
      // Not by its lock: MySQL lists no transaction that waits with its first statement.
      await until(async () => {
        const stands = `SELECT id FROM information_schema.processlist
          WHERE db = DATABASE() AND (info LIKE 'SELECT banned FROM users%' OR info LIKE 'INSERT INTO user_card_keys%')`;
        return (await siteClient.sql(stands)).length > 0;
      });
      return { ended: call };
    });
    expect(await ended).toBe('forbidden');
    expect(await siteClient.sql("SELECT balance FROM user_points WHERE username = 'ann'")).toEqual([
      { balance: 1_000 },
    ]);
  });
});
