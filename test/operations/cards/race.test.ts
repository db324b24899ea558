import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteContext } from '../../../electron/operations/context.js';
import { cardMethods } from '../../../electron/storage/hybrid/cards.js';
import { createDatabase, engines, type TestDatabase } from '../../sandbox/database.js';
import { ends } from '../../storage/hybrid/site-client.js';
import { addStock, cardNow, doCards } from '../fixtures/cards.js';
import { environmentOf, makeOwner, openConsole, type TestConsole } from '../console.js';
import { migrate, openSite, openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

const names = Array.from({ length: 20 }, (_, at) => `racer${String(at)}`);
const nameAt = (at: number): string => names[at % names.length] ?? '';

describe.each(engines())('races for card keys on %s', (engine) => {
  let desk: TestSite;
  let second: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    second = await openSite(desk.site.config);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, ...names.map((username) => ({ username }))]);
  });
  afterAll(async () => {
    await second.close();
    await desk.close();
  });

  /** Who has the key: the user it is bound to, the number of records, and the number of users with its membership. */
  const holders = async (hash: string): Promise<{ holder: string | null; records: number; members: number }> => {
    const { bound_to: holder = null } = await cardNow(desk, hash);
    const records = await desk.site.db.rows('SELECT id FROM user_card_keys WHERE key_hash = ?', [hash]);
    const storage = cardMethods(second.site, second.site.cache);
    const infos = await Promise.all(names.map((name) => storage.getUserCardKeyInfo(name)));
    return { holder, records: records.length, members: infos.filter((info) => info?.boundKey === hash).length };
  };

  test('of two hundred operators and users who bind one key at once exactly one wins', async () => {
    const [card] = await addStock(desk, 1);
    if (!card) throw new Error('no card');
    const storage = cardMethods(second.site, second.site.cache);
    const fingerprints = await Promise.all(
      names.map((username) => desk.call('cards.bind.preview', { pairs: [{ card: { key: card.key }, username }] })),
    );
    const calls = Array.from({ length: 200 }, (_, at) => {
      const username = nameAt(at);
      if (at % 4 === 0) return storage.bindCardKey(username, card.key);
      const { fingerprint } = fingerprints[at % names.length] ?? { fingerprint: '' };
      const input = { pairs: [{ card: { key: card.key }, username }], fingerprint };
      return (at % 2 === 0 ? desk : second).call('cards.bind', input);
    });
    expect(await ends(calls)).toEqual({ done: 1, conflict: 199 });
    const found = await holders(card.hash);
    expect(names).toContain(found.holder);
    expect(found).toMatchObject({ records: 1, members: 1 });
  });

  test('a key that is bound and revoked at once is one of both', async () => {
    const cards = await addStock(desk, 20);
    const storage = cardMethods(second.site, second.site.cache);
    const previews = await Promise.all(
      cards.map(({ id }) => desk.call('cards.revoke.preview', { who: { ids: [id] } })),
    );
    const calls = cards.flatMap(({ id, key }, at) => [
      storage.bindCardKey(nameAt(at), key),
      desk.call('cards.revoke', { who: { ids: [id] }, fingerprint: previews[at]?.fingerprint ?? '' }),
    ]);
    const outcome = await ends(calls);
    expect(outcome['done']).toBe(20);
    expect((outcome['conflict'] ?? 0) + (outcome['stale_preview'] ?? 0)).toBe(20);
    const rows = await desk.site.db.rows<{ wrong: string }>(
      `SELECT COUNT(*) AS wrong FROM card_keys c LEFT JOIN console_card_marks m ON m.card_id = c.id
       WHERE (c.status = 'used') = (m.revoked_at IS NOT NULL) AND c.id IN (?)`,
      [cards.map(({ id }) => id)],
    );
    expect(Number(rows[0]?.wrong)).toBe(0);
  });

  test('several keys for one user from two consoles stack one after another', async () => {
    await addPeople(desk.site.db, [{ username: 'hoarder' }]);
    const cards = await addStock(desk, 12);
    const one = (site: TestSite, id: string) =>
      doCards(site, 'bind', { pairs: [{ card: { id }, username: 'hoarder' }] });
    // All have previewed the same membership, so later ones are refused and must preview again.
    const outcome = await ends(cards.map(({ id }, at) => one(at % 2 === 0 ? desk : second, id)));
    expect((outcome['done'] ?? 0) + (outcome['stale_preview'] ?? 0)).toBe(12);
    for (const { id } of cards) await one(desk, id);
    const [row] = await desk.site.db.rows<{ days: string; ends: string; cards: string }>(
      "SELECT ROUND(TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), MAX(expires_at)) / 24) AS days, COUNT(DISTINCT expires_at) AS ends, COUNT(*) AS cards FROM card_keys WHERE bound_to = 'hoarder'",
    );
    expect([Number(row?.days), Number(row?.ends), Number(row?.cards)]).toEqual([360, 1, 12]);
  });
});

describe.each(engines())('races for card keys through the whole console on %s', (engine) => {
  let database: TestDatabase;
  let desk: TestConsole;
  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    desk = await openConsole(environmentOf(database));
    await makeOwner(desk, 'moon');
  });
  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  test('of two hundred calls exactly one binds', async () => {
    const { site } = desk.desk;
    if (site === null) throw new Error('no site');
    const { connection } = await desk.ask('session.state', {});
    await desk.ask('session.unlock', { name: connection?.name ?? '' });
    const context = { site } as Pick<SiteContext, 'site'> as TestSite;
    await addPeople(
      site.db,
      names.map((username) => ({ username })),
    );
    const [card] = await addStock(context, 1);
    if (!card) throw new Error('no card');
    const calls = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const pairs = [{ card: { key: card.key }, username: nameAt(at) }];
        const { fingerprint } = await desk.ask('cards.bind.preview', { pairs });
        return { pairs, fingerprint };
      }),
    );
    const codes = await Promise.all(calls.map((input) => desk.code('cards.bind', input)));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(1);
    expect(codes.filter((code) => code === 'conflict')).toHaveLength(199);
    expect(await cardNow(context, card.hash)).toMatchObject({ status: 'used' });
    expect(await site.db.rows('SELECT id FROM user_card_keys')).toHaveLength(1);
  });
});
