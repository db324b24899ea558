// @module-tag long
import { afterEach, describe, expect, test } from 'vitest';
import { ComposedEntries } from '../../../electron/data/config/composed-entries.js';
import { configCaches, moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import type { Sql } from '../../../electron/data/mysql/database.js';
import { AdminConfig, type EntryImages } from '../../../electron/data/write/admin-config.js';
import { engines } from '../../sandbox/database.js';
import { type SiteClient, openTestSiteClient, type TestSiteClient } from '../hybrid/site-client.js';

type Entry = Record<string, unknown>;

const list = [
  '{"username":"ghost","n":1.0}',
  '{"username":"ann","role":"user"}',
  '{"username":"bob"}',
  '{"username":"ann", "role":"admin","second":12345678901234567890}',
  '{"username":"ghost","second":true}',
  '{"username":"ann","third":true}',
];

describe.each(engines())('a name with several entries, on %s', (engine) => {
  let siteClient: TestSiteClient;
  /** The JSON before the move. */
  let before: string;
  afterEach(() => siteClient.close());
  const open = async (rows: boolean, elements = list): Promise<void> => {
    siteClient = await openTestSiteClient(engine, 'ann', 'bob');
    await siteClient.site.cache.write(configCaches, (tx) =>
      tx
        .run('UPDATE admin_configs SET config_value = ?', [`{"UserConfig":{"Users":[${elements.join(',')}]}}`])
        .then(() => undefined),
    );
    before = await stored();
    if (rows) await moveEntriesIn(siteClient.site, { by: 'boss' });
  };
  const read = async (from: SiteClient = siteClient): Promise<Entry[]> =>
    (await from.getAdminConfig())?.UserConfig?.Users ?? [];
  const all = async (name: string, from: SiteClient = siteClient): Promise<Entry[]> =>
    (await read(from)).filter((entry) => entry['username'] === name);
  const stored = async (): Promise<string> =>
    (await siteClient.sql<{ text: string }>('SELECT CAST(config_value AS CHAR) AS text FROM admin_configs'))[0]?.text ??
    '';
  const change = async <T>(work: (config: AdminConfig) => T, ...names: string[]): Promise<T> => {
    let value: T | undefined;
    await siteClient.site.cache.write(configCaches, async (tx) => {
      const config = await AdminConfig.lock(tx);
      await config.load(names);
      value = work(config);
      await config.save(tx);
    });
    return value as T;
  };

  describe.each([false, true])('in rows: %s', (rows) => {
    test('the next is the entry once the first has gone, and is banned', async () => {
      await open(rows);
      const other = await siteClient.another();
      await read(other);
      await siteClient.deleteUser('ann');
      expect(await all('ann', other)).toMatchObject([{ role: 'admin' }, { third: true }]);
      await siteClient.registerUser('ann', 'secret');
      await siteClient.banUser('ann', true);
      for (const from of [siteClient, other, await siteClient.another()]) {
        const found = await all('ann', from);
        expect(found).toHaveLength(2);
        expect(found[0]).toMatchObject({ banned: true });
        expect(found[1]).toEqual({ username: 'ann', third: true });
        expect((await read(from)).map((entry) => entry['username'])).toEqual(['ghost', 'bob', 'ann', 'ghost', 'ann']);
      }
      await siteClient.deleteUser('ann');
      expect(await all('ann', other)).toEqual([{ username: 'ann', third: true }]);
      await siteClient.deleteUser('ann');
      if (rows) await moveEntriesBack(siteClient.site, { by: 'boss' });
      expect((await read(other)).map((entry) => entry['username'])).toEqual(['ghost', 'bob', 'ghost', 'ann']);
      if (rows) expect(await stored()).not.toContain('12345678901234567890');
    });

    test('the first comes back before it, to its place and to the letter', async () => {
      await open(rows);
      const other = await siteClient.another();
      const shown = await read(other);
      const remove = (config: AdminConfig): EntryImages => config.remove('ghost');
      const first = JSON.parse(JSON.stringify(await change(remove, 'ghost'))) as EntryImages;
      expect(await all('ghost', other)).toEqual([{ username: 'ghost', second: true }]);
      const second = JSON.parse(JSON.stringify(await change(remove, 'ghost'))) as EntryImages;
      expect(await all('ghost', other)).toEqual([]);
      // Not while there is a different one.
      expect(await change((config) => config.matches(first), 'ghost')).toBe(false);
      for (const images of [second, first])
        await change((config) => {
          expect(config.matches(images)).toBe(true);
          config.restore(images);
        }, 'ghost');
      expect(await read(other)).toEqual(shown);
      if (rows) await moveEntriesBack(siteClient.site, { by: 'boss' });
      expect((await stored()).replaceAll(' ', '')).toBe(before.replaceAll(' ', ''));
    });

    test('the first comes back before it also where others have gone', async () => {
      const others = ['x', 'y'].map((name) => JSON.stringify({ username: name }));
      await open(rows, [...others, '{"username":"ghost","n":1}', '{"username":"ghost","second":true}']);
      const images = await change((config) => config.remove('ghost'), 'ghost');
      for (const name of ['x', 'y']) await change((config) => config.remove(name), name);
      await change((config) => config.restore(images), 'ghost');
      expect(await read()).toEqual([
        { username: 'ghost', n: 1 },
        { username: 'ghost', second: true },
      ]);
    });

    test('of new ones that are set together the first is the entry', async () => {
      await open(rows);
      const whole = (await siteClient.getAdminConfig()) ?? {};
      const users = [...(whole.UserConfig?.Users ?? []), { username: 'new', a: 1 }, { username: 'new', a: 2 }];
      await siteClient.setAdminConfig({ UserConfig: { Users: users } });
      expect((await all('new')).map((entry) => entry['a'])).toEqual([1, 2]);
    });
  });

  test('the first comes back before it where the site has moved in between', async () => {
    await open(false);
    const images = await change((config) => config.remove('ghost'), 'ghost');
    await moveEntriesIn(siteClient.site, { by: 'boss' });
    await change((config) => {
      expect(config.matches(images)).toBe(true);
      config.restore(images);
    }, 'ghost');
    for (const from of [siteClient, await siteClient.another()])
      expect(await all('ghost', from)).toEqual([
        { username: 'ghost', n: 1 },
        { username: 'ghost', second: true },
      ]);
  });

  test('a further entry whose first has gone by itself is taken up', async () => {
    await open(true);
    const other = await siteClient.another();
    await siteClient.sql("DELETE FROM console_config_entries WHERE username = 'ann'");
    await read(other);
    await siteClient.banUser('ann', true);
    for (const from of [siteClient, other])
      expect(await all('ann', from)).toMatchObject([{ banned: true, role: 'user' }, { third: true }]);
    await siteClient.sql("DELETE FROM console_config_entries WHERE username = 'ghost'");
    await siteClient.registerUser('ghost', 'secret');
    for (const from of [siteClient, other])
      expect(await all('ghost', from)).toEqual([{ username: 'ghost', second: true, role: 'user' }]);
  });

  test('an old row of a name is never shown beside the new one', async () => {
    await open(true);
    const { db } = siteClient.site;
    const again = async (): Promise<void> => {
      await siteClient.deleteUser('bob');
      await siteClient.registerUser('bob', 'secret');
    };
    const known = await ComposedEntries.read(db);
    await again();
    // The log had only the deletion.
    await known.renew(db, ['bob']);
    expect(known.copies()).toEqual((await ComposedEntries.read(db)).copies());
    // Others follow, and only the first page was read when the user was created again.
    const rows = Array.from({ length: 2_000 }, (_, at) => `('u${String(at)}', '{"username":"u${String(at)}"}')`);
    await siteClient.sql(`INSERT INTO console_config_entries (username, entry) VALUES ${rows.join(', ')}`);
    let pages = 0;
    const slow: Sql = {
      ...(db.home === undefined ? {} : { home: db.home }),
      run: (text, parameters) => db.run(text, parameters),
      async rows<Row>(text: string, parameters?: Parameters<Sql['rows']>[1]) {
        const found = await db.rows<Row>(text, parameters);
        if (text.includes('console_config_entries') && (pages += 1) === 1) await again();
        return found;
      },
    };
    const torn = await ComposedEntries.read(slow);
    await torn.renew(db, ['bob'], true);
    expect(torn.copies()).toEqual((await ComposedEntries.read(db)).copies());
  });
});
