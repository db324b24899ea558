import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ChangesReader } from '../../../electron/data/config/changes-reader.js';
import { pruneChanges } from '../../../electron/data/config/changes.js';
import { moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { Site, type SiteConfig } from '../../../electron/data/site.js';
import { migrate } from '../../operations/helpers.js';
import { waiting } from '../../operations/fixtures/users.js';
import { createDatabase, engines, redisEndpoint } from '../../sandbox/database.js';
import { HeldWrite } from '../held-write.js';
import { type SiteClient, openSiteClient } from '../hybrid/site-client.js';
import { redisUp } from '../redis-up.js';

type Entry = Record<string, unknown>;

interface Process extends SiteClient {
  readonly held: HeldWrite;
}

async function entryOf(siteClient: SiteClient, name: string): Promise<Entry | undefined> {
  const users = (await siteClient.getAdminConfig())?.UserConfig?.Users ?? [];
  return users.find((entry) => entry['username'] === name);
}

const names = ['ann', 'bob', 'cid', 'dan', 'eva', 'fay'];

describe.each(engines())('the config whose entries are in rows on %s', (engine) => {
  let config: SiteConfig;
  let drop: () => Promise<void>;
  const processes: Process[] = [];
  const open = async (): Promise<Process> => {
    const held = new HeldWrite();
    const site = new Site(config, { pause: held.pause });
    await site.has('console');
    await redisUp(site);
    await site.cache.ready();
    const process = { ...openSiteClient(site), held };
    processes.push(process);
    return process;
  };
  let writer: Process;
  let other: Process;
  let reader: Process;
  beforeAll(async () => {
    const database = await createDatabase(engine);
    drop = () => database.drop();
    await migrate(database.config);
    config = { mysql: database.config, redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` } };
    [writer, other, reader] = [await open(), await open(), await open()];
    await writer.setAdminConfig({ SiteConfig: { Name: 'one' }, UserConfig: { AllowRegister: true, Users: [] } });
    for (const name of names) await writer.registerUser(name, 'secret');
    await writer.createUserV2('boss', 'secret', 'owner');
    await writer.createUserV2('boss2', 'secret', 'owner');
    await moveEntriesIn(writer.site, { by: 'boss' });
  });
  afterEach(() => vi.useRealTimers());
  afterAll(async () => {
    for (const process of processes) await process.site.close();
    await drop?.();
  });
  const sql = <Row = Entry>(text: string): Promise<Row[]> => writer.site.db.rows<Row>(text);

  test('a registration goes on with an entry that is written under its name at the same time', async () => {
    const entry = JSON.stringify({ username: 'gus', role: 'admin', note: 'kept' });
    let registered: Promise<unknown> = Promise.resolve();
    await other.site.db.transaction(async (tx) => {
      await tx.run('INSERT INTO console_config_entries (username, entry) VALUES (?, ?)', ['gus', entry]);
      registered = writer.registerUser('gus', 'secret');
      await waiting(writer.site, 1);
    });
    await registered;
    expect(await sql("SELECT role FROM users WHERE username = 'gus'")).toEqual([{ role: 'user' }]);
    expect(await sql("SELECT balance FROM user_points WHERE username = 'gus'")).toHaveLength(1);
    expect(await entryOf(writer, 'gus')).toMatchObject({ role: 'user', note: 'kept' });
    await writer.deleteUser('gus');
  });

  describe('a reader sees what was committed', () => {
    test('a line with a lower number that comes to sight later', async () => {
      await reader.getAdminConfig();
      writer.held.next('write:blocked');
      const late = writer.banUser('ann', true);
      await writer.held.reached;
      await other.banUser('bob', true);
      expect([await entryOf(reader, 'ann'), await entryOf(reader, 'bob')]).toMatchObject([{}, { banned: true }]);
      expect((await entryOf(reader, 'ann'))?.['banned']).toBeUndefined();
      const [lines] = await sql<{ highest: string }>('SELECT MAX(seq) AS highest FROM console_config_changes');
      writer.held.release();
      await late;
      const [after] = await sql<{ highest: string }>('SELECT MAX(seq) AS highest FROM console_config_changes');
      // The barrier worked: the later one got the lower number.
      expect(after).toEqual(lines);
      expect(await entryOf(reader, 'ann')).toMatchObject({ banned: true });
      await other.banUser('ann', false);
      expect(await entryOf(reader, 'ann')).toMatchObject({ banned: false });
    });

    test('nothing of what was rolled back, and all that comes behind it', async () => {
      await reader.getAdminConfig();
      await expect(
        writer.site.db.transaction(async (tx) => {
          await tx.run("INSERT INTO console_config_changes (username, at) VALUES ('cid', UTC_TIMESTAMP(3))");
          await tx.run("UPDATE users SET banned = 1 WHERE username = 'cid'");
          throw new Error('back');
        }),
      ).rejects.toThrow('back');
      await other.banUser('dan', true);
      expect([await entryOf(reader, 'cid'), await entryOf(reader, 'dan')]).toMatchObject([
        { role: 'user' },
        { banned: true },
      ]);
      expect((await entryOf(reader, 'cid'))?.['banned']).toBeUndefined();
      await writer.banUser('dan', false);
      expect(await entryOf(reader, 'dan')).toMatchObject({ banned: false });
    });

    test('between a commit and its lift, at once', async () => {
      await reader.getAdminConfig();
      writer.held.next('write:committed');
      const write = writer.banUser('eva', true);
      await writer.held.reached;
      expect(await entryOf(reader, 'eva')).toMatchObject({ banned: true });
      expect(await entryOf(writer, 'eva')).toMatchObject({ banned: true });
      writer.held.release();
      await write;
      await writer.banUser('eva', false);
      expect(await entryOf(reader, 'eva')).toMatchObject({ banned: false });
    });

    test('after it was away so long that the log is gone', async () => {
      await reader.getAdminConfig();
      await other.banUser('fay', true);
      await sql('UPDATE console_config_changes SET at = at - INTERVAL 1 HOUR');
      expect(await pruneChanges(other.site.db)).toBeGreaterThan(0);
      expect(await sql('SELECT * FROM console_config_changes')).toEqual([]);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 13 * 60_000 });
      expect(await entryOf(reader, 'fay')).toMatchObject({ banned: true });
      vi.useRealTimers();
      await other.banUser('fay', false);
      expect(await entryOf(reader, 'fay')).toMatchObject({ banned: false });
    });

    test('of users who come, go and come again', async () => {
      await reader.getAdminConfig();
      await writer.registerUser('gus', 'secret');
      expect(await entryOf(reader, 'gus')).toMatchObject({ role: 'user' });
      await other.deleteUser('gus');
      expect(await entryOf(reader, 'gus')).toBeUndefined();
      await writer.registerUser('gus', 'secret');
      await other.deleteUser('gus');
      await writer.createUserV2('gus', 'secret', 'admin');
      const users = (await reader.getAdminConfig())?.UserConfig?.Users ?? [];
      expect(users.filter((entry) => entry['username'] === 'gus')).toMatchObject([{ role: 'admin' }]);
      expect(users.at(-1)).toMatchObject({ username: 'gus' });
    });

    test('of the settings', async () => {
      const whole = (await writer.getAdminConfig()) ?? {};
      await reader.getAdminConfig();
      await other.setAdminConfig({ ...whole, SiteConfig: { Name: 'two' } });
      expect(await reader.getAdminConfig()).toMatchObject({ SiteConfig: { Name: 'two' } });
      expect(await reader.getSiteSettings()).toEqual({
        SiteConfig: { Name: 'two' },
        UserConfig: { AllowRegister: true },
      });
    });

    test('a change of one user leaves the settings in Redis', async () => {
      await reader.getSiteSettings();
      const key = reader.site.keys.of('configSettings');
      const before = await reader.site.redis.get(key);
      expect(before).toContain('two');
      await writer.banUser('ann', true);
      expect(await reader.site.redis.get(key)).toBe(before);
      await writer.banUser('ann', false);
    });

    test('whatever two processes write at once', { timeout: 60_000 }, async () => {
      for (const name of names) await writer.banUser(name, false);
      const rounds = 10;
      /** The last acknowledged state of each user, and whether a write is running. */
      const state = new Map(names.map((name) => [name, { banned: false, writing: false }]));
      /** Each looks again and again, and notifies those who wait for a look begun after their own start. */
      const lookers = [reader, other].map((process) => ({ process, asked: [] as (() => void)[] }));
      const busy = new Set(names);
      const writing = [writer, other].flatMap((process, at) =>
        names.slice(at * 3, at * 3 + 3).map(async (name) => {
          try {
            for (let round = 0; round < rounds; round += 1) {
              const banned = round % 2 === 0;
              state.set(name, { banned: !banned, writing: true });
              await process.banUser(name, banned);
              state.set(name, { banned, writing: false });
              // However slow the machine is: both look at this before it changes again, while others write.
              await Promise.all(lookers.map(({ asked }) => new Promise<void>((resolve) => asked.push(resolve))));
            }
          } finally {
            busy.delete(name);
          }
        }),
      );
      let looked = 0;
      const looking = lookers.map(async ({ process, asked }) => {
        while (busy.size > 0) {
          const before = new Map(state);
          const answered = asked.splice(0);
          const users = (await process.getAdminConfig())?.UserConfig?.Users ?? [];
          for (const name of names) {
            const was = before.get(name);
            // If no one wrote this user during the look, there is only one right answer.
            if (was === undefined || was.writing || state.get(name) !== was) continue;
            looked += 1;
            const seen = users.find((entry) => entry['username'] === name)?.['banned'] === true;
            expect({ name, seen }).toEqual({ name, seen: was.banned });
          }
          for (const answer of answered) answer();
        }
      });
      await Promise.all([...writing, ...looking]);
      expect(looked).toBeGreaterThanOrEqual(names.length * rounds * lookers.length);
    });

    test('without Redis', async () => {
      const alone = await open();
      await alone.getAdminConfig();
      alone.site.redis.disconnect();
      await writer.banUser('bob', false);
      expect(await entryOf(alone, 'bob')).toMatchObject({ banned: false });
      await writer.banUser('bob', true);
      expect(await entryOf(alone, 'bob')).toMatchObject({ banned: true });
      expect(await alone.getSiteSettings()).toMatchObject({ SiteConfig: { Name: 'two' } });
      await writer.banUser('bob', false);
      expect(await entryOf(alone, 'bob')).toMatchObject({ banned: false });
    });
  });

  describe('the log, whatever numbers the server gives', () => {
    const insert = (seq: number, name: string): Promise<unknown> =>
      writer.site.db.run('INSERT INTO console_config_changes (seq, username, at) VALUES (?, ?, UTC_TIMESTAMP(3))', [
        seq,
        name,
      ]);
    /** What is new, already settled. */
    const news = async (log: ChangesReader): Promise<string[]> => {
      const found = await log.read(writer.site.db);
      found?.settle();
      return [...(found?.names.keys() ?? [])].toSorted();
    };

    test('late ones between others, a few and many; each once', async () => {
      const [row] = await sql<{ highest: string | null }>('SELECT MAX(seq) AS highest FROM console_config_changes');
      const first = Number(row?.highest ?? 0) + 1_000_000;
      await insert(first, 'before');
      const log = await ChangesReader.begin(writer.site.db);
      expect(await news(log)).toEqual([]);
      await insert(first + 3, 'x3');
      await insert(first + 6, 'x6');
      expect(await news(log)).toEqual(['x3', 'x6']);
      await insert(first + 4, 'x4');
      expect(await news(log)).toEqual(['x4']);
      await insert(first + 1, 'x1');
      await insert(first + 7, 'x7');
      expect(await news(log)).toEqual(['x1', 'x7']);
      // Every third number, as a cluster of three assigns them: more are missing than are queried one by one.
      for (let at = 3; at <= 400; at += 1) await insert(first + at * 3 + 1, `y${String(at)}`);
      expect(await news(log)).toHaveLength(398);
      await insert(first + 500, 'late');
      await insert(first + 1, 'never').catch(() => undefined);
      expect(await news(log)).toEqual(['late']);
      expect(await news(log)).toEqual([]);
    });

    test('what could not be dealt with comes again', async () => {
      const log = await ChangesReader.begin(writer.site.db);
      await writer.banUser('cid', true);
      expect([...((await log.read(writer.site.db))?.names.keys() ?? [])]).toEqual(['cid']);
      expect(await news(log)).toEqual(['cid']);
      expect(await news(log)).toEqual([]);
      await writer.banUser('cid', false);
    });

    test('who was away for long is told so', async () => {
      const log = await ChangesReader.begin(writer.site.db);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 });
      expect(await log.read(writer.site.db)).not.toBeNull();
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 13 * 60_000 });
      expect(await log.read(writer.site.db)).toBeNull();
    });
  });

  test('the answer is a plain object of the caller’s own', async () => {
    const entries = async (): Promise<Entry[]> => (await reader.getAdminConfig())?.UserConfig?.Users ?? [];
    await other.setAdminConfig({
      ...(await other.getAdminConfig()),
      List: [{ deep: [1, { b: 2 }] }],
      UserConfig: {
        ...(await other.getAdminConfig())?.UserConfig,
        Users: (await entries()).map((entry) =>
          entry['username'] === 'ann' ? { ...entry, tags: ['a'], future: { deep: [{ x: 1 }] } } : entry,
        ),
      },
    });
    const kept = JSON.stringify(await reader.getAdminConfig());
    const whole = (await reader.getAdminConfig()) ?? {};
    const users = whole.UserConfig?.Users ?? [];
    expect(Array.isArray(users)).toBe(true);
    expect(Object.getPrototypeOf(whole)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(users)).toBe(Array.prototype);
    expect(users.every((entry) => Object.getPrototypeOf(entry) === Object.prototype)).toBe(true);
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(whole.UserConfig ?? {})))
      expect({ name, ...descriptor }).toMatchObject({ writable: true, enumerable: true, configurable: true });
    expect(JSON.stringify(whole)).toBe(kept);
    expect(JSON.stringify(structuredClone(whole))).toBe(kept);
    expect(JSON.stringify({ ...whole, UserConfig: { ...whole.UserConfig } })).toBe(kept);
    expect(Object.keys(whole)).toEqual(Object.keys(JSON.parse(kept) as object));
    // All of it is changed, in every way, and no other caller sees it.
    const ann = users.find((entry) => entry['username'] === 'ann') as
      | { tags: string[]; future: { deep: Entry[] } }
      | undefined;
    expect(ann?.tags.push('changed')).toBe(2);
    expect(ann?.future.deep.push({ y: 2 })).toBe(2);
    users.push({ username: 'pushed' });
    users[0] = { username: 'set' };
    users.sort(() => -1);
    users.splice(1, 2);
    for (const entry of users) {
      entry['banned'] = 'changed';
      for (const value of Object.values(entry)) {
        if (Array.isArray(value)) value.push('changed');
        else if (typeof value === 'object' && value !== null) (value as Entry)['changed'] = true;
      }
    }
    delete whole['SiteConfig'];
    (whole['List'] as { deep: unknown[] }[])[0]?.deep.push('changed');
    const section = whole.UserConfig ?? {};
    section.Users = [];
    section['AllowRegister'] = 'changed';
    whole.UserConfig = {};
    expect(JSON.stringify(await reader.getAdminConfig())).toBe(kept);
    const settings = (await reader.getSiteSettings()) ?? {};
    (settings['List'] as unknown[]).push('changed');
    expect(await reader.getSiteSettings()).not.toEqual(settings);
    expect(JSON.stringify(await reader.getAdminConfig())).toBe(kept);
  });

  test('numbers beyond 2^53 keep their text through a get and a set, wherever they stand', async () => {
    const number = '12345678901234567890';
    await writer.site.cache.write(
      [
        { family: 'adminConfig', part: '' },
        { family: 'configSettings', part: '' },
        { family: 'configVersion', part: '' },
      ],
      async (tx) => {
        await tx.run(
          `UPDATE admin_configs SET config_value = '{"Big": {"n": ${number}, "m": 1}, "UserConfig": {"Users": []}}'`,
        );
        await tx.run(
          `UPDATE console_config_entries SET entry = '{"username":"dan","n":${number},"m":1}' WHERE username = 'dan'`,
        );
        await tx.run("INSERT INTO console_config_changes (username, at) VALUES ('dan', UTC_TIMESTAMP(3))");
      },
    );
    const whole = (await writer.getAdminConfig()) as unknown as { Big: Entry; UserConfig: { Users: Entry[] } };
    whole.Big['m'] = 2;
    for (const entry of whole.UserConfig.Users) if (entry['username'] === 'dan') entry['m'] = 2;
    await writer.setAdminConfig(whole);
    const [settings] = await sql<{ text: string }>('SELECT CAST(config_value AS CHAR) AS text FROM admin_configs');
    expect(settings?.text.replaceAll(' ', '')).toContain(`"n":${number}`);
    expect(settings?.text.replaceAll(' ', '')).toContain('"m":2');
    expect(await sql("SELECT entry FROM console_config_entries WHERE username = 'dan'")).toEqual([
      { entry: `{"username":"dan","n":${number},"m":2}` },
    ]);
  });

  describe('entries found again in the JSON', () => {
    const writeBehind = async (text: string): Promise<void> => {
      await writer.site.db.run('UPDATE admin_configs SET config_value = ?', [text]);
      await writer.site.redis.del(writer.site.keys.of('configSettings'));
    };
    const state = async (): Promise<Entry | undefined> =>
      (await sql('SELECT mode, found_again, found_at FROM console_config_state'))[0];

    test('are taken apart when somebody reads, counted, and true once', async () => {
      await writeBehind(
        '{"Found":1,"UserConfig":{"Users":[{"username":"ann","role":"admin","n":12345678901234567890},{"username":"stray","m":12345678901234567890}]}}',
      );
      expect(await reader.getSiteSettings()).toEqual({ Found: 1, UserConfig: {} });
      expect(await state()).toMatchObject({ mode: 'rows', found_again: 1 });
      expect((await state())?.['found_at']).not.toBeNull();
      expect(await entryOf(reader, 'ann')).toMatchObject({ role: 'admin' });
      expect(await entryOf(reader, 'eva')).toMatchObject({ role: 'user' });
      expect(await sql("SELECT role FROM users WHERE username = 'ann'")).toEqual([{ role: 'admin' }]);
      const [row] = await sql<{ text: string }>('SELECT CAST(config_value AS CHAR) AS text FROM admin_configs');
      expect(JSON.parse(row?.text ?? '')).toEqual({ Found: 1, UserConfig: { Users: [] } });
      const [stray] = await sql<{ entry: string }>("SELECT entry FROM console_config_entries WHERE username = 'stray'");
      expect(stray?.entry.replaceAll(' ', '')).toContain('12345678901234567890');
    });

    test('are taken apart before the whole is set', async () => {
      const whole = (await reader.getAdminConfig()) ?? {};
      await writeBehind('{"UserConfig":{"Users":[{"username":"late","x":1}]}}');
      await writer.setAdminConfig({ ...whole, Found: 2 });
      expect(await state()).toMatchObject({ found_again: 2 });
      expect(await reader.getAdminConfig()).toMatchObject({ Found: 2 });
      expect(await entryOf(reader, 'eva')).toMatchObject({ role: 'user' });
      const [row] = await sql<{ text: string }>('SELECT CAST(config_value AS CHAR) AS text FROM admin_configs');
      expect(JSON.parse(row?.text ?? '')).toMatchObject({ UserConfig: { Users: [] } });
    });

    test('are not read as true where they are refused', async () => {
      await writeBehind('{"Found":3,"UserConfig":{"Users":[{"username":"boss","role":"owner","banned":true}]}}');
      expect(await reader.getSiteSettings()).toEqual({ Found: 3, UserConfig: {} });
      expect((await entryOf(reader, 'boss'))?.['banned']).toBeUndefined();
      expect(await state()).toMatchObject({ found_again: 2 });
      await writeBehind('{"Found":3,"UserConfig":{"Users":[]}}');
    });
  });

  describe('whoever sets the whole config while somebody registers', () => {
    /** Registers a name and commits once the config waits for it. */
    const besides = async (name: string, set: () => Promise<unknown>): Promise<void> => {
      writer.held.next('write:blocked');
      const registered = writer.registerUser(name, 'secret');
      await writer.held.reached;
      const done = set();
      await waiting(other.site, 1);
      writer.held.release();
      await Promise.all([registered, done]);
    };
    const entriesOf = async (name: string): Promise<Entry[]> =>
      ((await reader.getAdminConfig())?.UserConfig?.Users ?? []).filter((entry) => entry['username'] === name);

    test('leaves them the entry that an earlier user of the name has left behind', async () => {
      const whole = (await other.getAdminConfig()) ?? {};
      const users = whole.UserConfig?.Users ?? [];
      await other.setAdminConfig({
        ...whole,
        UserConfig: { ...whole.UserConfig, Users: [...users, { username: 'hal' }] },
      });
      await besides('hal', () => other.setAdminConfig(whole));
      expect(await entriesOf('hal')).toMatchObject([{ role: 'user' }]);
      await writer.deleteUser('hal');
    });

    test('gives them one entry, of what it says and of what was found in the JSON', async () => {
      const whole = (await other.getAdminConfig()) ?? {};
      const users = whole.UserConfig?.Users ?? [];
      await besides('ian', () =>
        other.setAdminConfig({
          ...whole,
          UserConfig: { ...whole.UserConfig, Users: [...users, { username: 'ian', note: 1 }] },
        }),
      );
      expect(await entriesOf('ian')).toMatchObject([{ note: 1 }]);
      const found = { ...whole, UserConfig: { ...whole.UserConfig, Users: [{ username: 'jim', note: 2 }] } };
      await other.site.db.run('UPDATE admin_configs SET config_value = ?', [JSON.stringify(found)]);
      await other.site.redis.del(other.site.keys.of('configSettings'));
      await besides('jim', () => other.getSiteSettings());
      expect(await entriesOf('jim')).toMatchObject([{ role: 'user', note: 2 }]);
      for (const name of ['ian', 'jim']) await writer.deleteUser(name);
    });
  });
});
