import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { beginMoveBack, callOffMoveBack } from '../../../electron/data/config/move-back.js';
import { configCaches, moveEntriesBack, moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { moveBack, moveIn } from '../../../electron/data/config/move.js';
import { connect } from '../../../electron/data/mysql/connect.js';
import { Site, type SiteConfig } from '../../../electron/data/site.js';
import { codeOf, migrate, openSite, type TestSite } from '../../operations/helpers.js';
import { until, waiting } from '../../operations/fixtures/users.js';
import { createDatabase, engines, redisEndpoint } from '../../sandbox/database.js';
import { HeldWrite } from '../held-write.js';
import { card, type SiteClient, openSiteClient } from '../hybrid/site-client.js';
import { redisUp } from '../redis-up.js';

type Entry = Record<string, unknown>;

interface Process extends SiteClient {
  readonly held: HeldWrite;
}

async function entryOf(siteClient: SiteClient, name: string): Promise<Entry | undefined> {
  return ((await siteClient.getAdminConfig())?.UserConfig?.Users ?? []).find((entry) => entry['username'] === name);
}

/** A promise to wait for, and to release. */
function gate(): { readonly open: Promise<void>; release(): void } {
  let release = (): void => undefined;
  const open = new Promise<void>((resolve) => (release = resolve));
  return { open, release: () => release() };
}

describe.each(engines())('a config on its way, and who writes meanwhile, on %s', (engine) => {
  let config: SiteConfig;
  let drop: () => Promise<void>;
  let desk: TestSite;
  let writer: Process;
  let other: Process;
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
  beforeAll(async () => {
    const database = await createDatabase(engine);
    drop = () => database.drop();
    await migrate(database.config);
    config = { mysql: database.config, redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` } };
    desk = await openSite(config);
    [writer, other] = [await open(), await open()];
    for (const name of ['ann', 'bob', 'cid', 'dan', 'eva']) await writer.registerUser(name, 'secret');
    await writer.createUserV2('boss', 'secret', 'owner');
    await writer.createUserV2('boss2', 'secret', 'owner');
  });
  afterEach(async () => {
    if ((await mode()) !== 'json') await moveEntriesBack(desk.site, { by: 'boss' });
    for (const name of ['ann', 'bob', 'cid', 'dan', 'eva']) await writer.banUser(name, false);
  });
  afterAll(async () => {
    for (const process of processes) await process.site.close();
    await desk?.close();
    await drop?.();
  });
  const mode = async (): Promise<string | undefined> =>
    (await desk.site.db.rows<{ mode: string }>('SELECT mode FROM console_config_state'))[0]?.mode;
  const begin = (): Promise<string> => beginMoveBack(desk.site.db, () => connect(config.mysql));
  const statements = (): Promise<{ readonly info: string | null; readonly state: string | null }[]> =>
    desk.site.db.rows('SELECT info AS info, state AS state FROM information_schema.processlist WHERE db = DATABASE()');
  const isBarrier = (info: string | null): boolean => info?.startsWith('ALTER TABLE console_config_state') === true;
  const isMetadataWait = (state: string | null): boolean => state?.includes('table metadata lock') === true;
  /** The stored JSON. */
  const stored = async (): Promise<Entry[]> => {
    const [row] = await desk.site.db.rows<{ text: string }>('SELECT config_value AS text FROM admin_configs');
    return (JSON.parse(row?.text ?? '{}') as { UserConfig?: { Users?: Entry[] } }).UserConfig?.Users ?? [];
  };
  const banned = async (siteClient: SiteClient, ...names: string[]): Promise<unknown[]> =>
    Promise.all(names.map(async (name) => (await entryOf(siteClient, name))?.['banned'] ?? false));

  test('in: who looked before the move and has to wait for it goes on in rows', async () => {
    const moved = gate();
    const begun = gate();
    const move = desk.site.cache.write(configCaches, async (tx) => {
      await moveIn(tx, 'boss');
      begun.release();
      await moved.open;
    });
    await begun.open;
    const ban = writer.banUser('ann', true);
    await waiting(desk.site, 1);
    moved.release();
    await Promise.all([move, ban]);
    expect(await stored()).toEqual([]);
    expect(await banned(other, 'ann', 'bob')).toEqual([true, false]);
  });

  test('in: the move waits for who writes the JSON, and takes it along', async () => {
    writer.held.next('write:blocked');
    const ban = writer.banUser('ann', true);
    await writer.held.reached;
    const move = moveEntriesIn(desk.site, { by: 'boss' });
    await waiting(desk.site, 1);
    writer.held.release();
    await Promise.all([move, ban]);
    expect(await stored()).toEqual([]);
    expect(await banned(other, 'ann', 'bob')).toEqual([true, false]);
  });

  test('back: the barrier waits for who writes without a lock, and the JSON has it', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    writer.held.next('write:blocked');
    const ban = writer.banUser('ann', true);
    await writer.held.reached;
    let back = false;
    const move = moveEntriesBack(desk.site, { by: 'boss' }).then(() => (back = true));
    // Not by a query on the table, which waits behind the barrier too.
    await until(async () => (await statements()).some(({ info }) => isBarrier(info)));
    // A new writer now waits behind the barrier, or comes between two of its tries and locks the config.
    let through = false;
    const late = other.banUser('bob', true).then(() => (through = true));
    await until(
      async () => through || (await statements()).some(({ info, state }) => isMetadataWait(state) && !isBarrier(info)),
    );
    expect(back).toBe(false);
    writer.held.release();
    await Promise.all([move, ban, late]);
    expect(await mode()).toBe('json');
    expect((await stored()).filter((entry) => entry['banned'] === true).map((entry) => entry['username'])).toEqual([
      'ann',
      'bob',
    ]);
    expect(await banned(other, 'ann', 'bob', 'cid')).toEqual([true, true, false]);
  });

  test('back: a write that does not end keeps the entries in rows', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    writer.held.next('write:blocked');
    const ban = writer.banUser('cid', true);
    await writer.held.reached;
    expect(await codeOf(moveEntriesBack(desk.site, { by: 'boss' }))).toBe('conflict');
    expect(await mode()).toBe('rows');
    writer.held.release();
    await ban;
    expect(await banned(other, 'cid')).toEqual([true]);
  }, 30_000);

  test('back: who comes after the barrier holds the config, and the move waits for it', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    const ticket = await begin();
    expect(await mode()).toBe('leaving');
    writer.held.next('write:blocked');
    const ban = writer.banUser('dan', true);
    await writer.held.reached;
    const move = desk.site.cache.write(configCaches, (tx) => moveBack(tx, ticket, 'boss'));
    await waiting(desk.site, 1);
    writer.held.release();
    await Promise.all([move, ban]);
    expect(await mode()).toBe('json');
    expect(await banned(other, 'dan')).toEqual([true]);
  });

  test('back: who looked before the move and has to wait for it goes on in the JSON', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    const ticket = await begin();
    const moved = gate();
    const begun = gate();
    const move = desk.site.cache.write(configCaches, async (tx) => {
      await moveBack(tx, ticket, 'boss');
      begun.release();
      await moved.open;
    });
    await begun.open;
    const ban = writer.banUser('eva', true);
    await waiting(desk.site, 1);
    moved.release();
    await Promise.all([move, ban]);
    expect((await stored()).find((entry) => entry['username'] === 'eva')).toMatchObject({ banned: true });
    expect(await desk.site.db.rows('SELECT * FROM console_config_entries')).toEqual([]);
    expect(await banned(other, 'eva')).toEqual([true]);
  });

  test('a mover who died on the way leaves a site that works, and whose move is taken up or called off', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    const dead = await begin();
    await writer.banUser('ann', true);
    await writer.registerUser('new', 'secret');
    expect(await banned(other, 'ann', 'new')).toEqual([true, false]);
    const whole = await other.getAdminConfig();
    await writer.setAdminConfig({ ...whole, Note: 1 });
    expect(await other.getAdminConfig()).toMatchObject({ Note: 1 });
    await callOffMoveBack(desk.site.db);
    expect(await mode()).toBe('rows');
    // The one thought dead comes back: its ticket is no longer valid, also if another move has begun.
    const again = await begin();
    expect(await codeOf(desk.site.cache.write(configCaches, (tx) => moveBack(tx, dead, 'boss')))).toBe('conflict');
    expect(again).not.toBe(dead);
    await moveEntriesBack(desk.site, { by: 'boss' });
    expect((await stored()).filter((entry) => entry['banned'] === true)).toMatchObject([{ username: 'ann' }]);
    expect(await banned(other, 'ann', 'new')).toEqual([true, false]);
    await writer.deleteUser('new');
  });

  test.each(['on its way', 'over'] as const)(
    'back: who has written while the entries were in rows looks again where they are, when the move is %s',
    async (how) => {
      await moveEntriesIn(desk.site, { by: 'boss' });
      const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()].map((key) => card({ key }));
      if (first === undefined || second === undefined || third === undefined) throw new Error('three cards');
      for (const one of [first, second, third]) await other.createCardKey(one);
      await writer.registerUser('before', 'secret');
      await other.bindCardKey('bob', first.key);
      const ticket = how === 'on its way' ? await begin() : null;
      if (ticket === null) await moveEntriesBack(desk.site, { by: 'boss' });

      /** Each locks the config's row while it writes, against the move. */
      const holds = async (process: Process, write: () => Promise<unknown>): Promise<void> => {
        process.held.next('write:blocked');
        const written = write();
        await process.held.reached;
        expect(await desk.site.db.rows('SELECT id FROM admin_configs FOR UPDATE SKIP LOCKED')).toEqual([]);
        process.held.release();
        await written;
      };
      await holds(writer, () =>
        writer.createUserV2('after', 'secret', undefined, undefined, undefined, undefined, second.key),
      );
      await holds(other, () => other.bindCardKey('dan', third.key));

      if (ticket !== null) await desk.site.cache.write(configCaches, (tx) => moveBack(tx, ticket, 'boss'));
      expect(await desk.site.db.rows('SELECT * FROM console_config_entries')).toEqual([]);
      const entries = new Map((await stored()).map((entry) => [entry['username'], entry]));
      for (const [name, one] of [
        ['bob', first],
        ['after', second],
        ['dan', third],
      ] as const)
        expect(entries.get(name)).toMatchObject({ cardKey: { boundKey: one.keyHash } });
      expect(entries.get('before')).toMatchObject({ role: 'user' });
      for (const name of ['before', 'after']) await writer.deleteUser(name);
    },
  );

  test('back: a whole config that is set meanwhile does not outdate the ticket, and a move that fails leaves the rows', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    const ticket = await begin();
    const whole = (await writer.getAdminConfig()) ?? {};
    const users: unknown[] = [...(whole.UserConfig?.Users ?? []), 7];
    await writer.setAdminConfig({ ...whole, UserConfig: { ...whole.UserConfig, Users: users as Entry[] } });
    await desk.site.cache.write(configCaches, (tx) => moveBack(tx, ticket, 'boss'));
    expect(await mode()).toBe('json');
    expect((await stored()).at(-1)).toBe(7);
    await moveEntriesIn(desk.site, { by: 'boss' });
    const called = await begin();
    await writer.setAdminConfig(whole);
    await callOffMoveBack(desk.site.db, called);
    expect(await mode()).toBe('rows');
  });

  test('back: entries that somebody has written into the JSON are not written beside those in rows', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    const whole = JSON.stringify(await writer.getAdminConfig());
    const [row] = await desk.site.db.rows<{ text: string }>('SELECT config_value AS text FROM admin_configs');
    await writer.banUser('ann', true);
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [whole]);
    expect(await codeOf(moveEntriesBack(desk.site, { by: 'boss', dryRun: true }))).toBe('conflict');
    expect(await codeOf(moveEntriesBack(desk.site, { by: 'boss' }))).toBe('conflict');
    // Called off: no one locks the config's row for a user.
    expect(await mode()).toBe('rows');
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [row?.text ?? '{}']);
    await moveEntriesBack(desk.site, { by: 'boss' });
    const all = (await stored()).filter((entry) => entry['username'] === 'ann');
    expect(all).toMatchObject([{ banned: true }]);
  });

  test(
    'nothing that concerns one user waits for the config’s row, nor for another user’s change',
    { timeout: 60_000 },
    async () => {
      await moveEntriesIn(desk.site, { by: 'boss' });
      await other.createCardKey(card({ key: 'k1' }));
      await other.createCardKey(card({ key: 'k2' }));
      await writer.getAdminConfig();
      const holding = gate();
      const begun = gate();
      const hold = desk.site.db.transaction(async (tx) => {
        await tx.rows('SELECT * FROM admin_configs FOR UPDATE');
        await tx.rows('SELECT * FROM console_config_state FOR UPDATE');
        begun.release();
        await holding.open;
      });
      await begun.open;
      writer.held.next('write:blocked');
      const first = writer.banUser('ann', true);
      await writer.held.reached;
      try {
        await other.registerUser('zoe', 'secret');
        await other.banUser('bob', true);
        await other.changePassword('cid', 'secret2');
        await other.bindCardKey('dan', 'k1');
        await other.updateCardKey(card({ key: 'k1' }).keyHash, { expiresAt: Date.UTC(2031, 1, 1) });
        const preview = await desk.call('users.ban.preview', { who: { names: ['eva'] }, reason: 'other' });
        await desk.call('users.ban', { who: { names: ['eva'] }, reason: 'other', fingerprint: preview.fingerprint });
        await other.deleteUser('zoe');
        expect(await banned(other, 'eva', 'bob', 'dan')).toEqual([true, true, false]);
      } finally {
        writer.held.release();
        holding.release();
        await Promise.all([first, hold]);
      }
      expect(await banned(other, 'ann')).toEqual([true]);
    },
  );

  test('two changes of one user wait for each other, and both stand', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    await desk.site.cache.write(configCaches, async (tx) => {
      await tx.run(
        `UPDATE console_config_entries SET entry = '{"username":"ann","password":"old","n":1.0}' WHERE username = 'ann'`,
      );
      await tx.run("INSERT INTO console_config_changes (username, at) VALUES ('ann', UTC_TIMESTAMP(3))");
    });
    writer.held.next('write:blocked');
    const password = writer.changePassword('ann', 'secret3');
    await writer.held.reached;
    const ban = other.banUser('ann', true);
    const whole = (await other.getAdminConfig()) ?? {};
    const users = (whole.UserConfig?.Users ?? []).map((entry) =>
      entry['username'] === 'ann' ? { ...entry, note: 2 } : entry,
    );
    const set = other.setAdminConfig({ ...whole, UserConfig: { ...whole.UserConfig, Users: users } });
    // It has read the current data, and waits for the user: fields that it was not asked to change no longer concern
    // it.
    await until(async () =>
      (await statements()).some(
        ({ info }) => info?.startsWith('SELECT u.id FROM users u WHERE u.username IN') === true,
      ),
    );
    await waiting(desk.site, 2);
    writer.held.release();
    await Promise.all([password, ban, set]);
    const entry = await entryOf(other, 'ann');
    expect(entry?.['note']).toBe(2);
    expect(entry?.['password']).toMatch(/^[0-9a-f]{64}$/);
    const [row] = await desk.site.db.rows<{ entry: string }>(
      "SELECT entry FROM console_config_entries WHERE username = 'ann'",
    );
    expect(row?.entry).toContain('"n":1.0');
  });

  test('an undo and a change of the same user wait for each other', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    const preview = await desk.call('users.tag.preview', { who: { names: ['bob'] }, add: ['x'] });
    const done = await desk.call('users.tag', {
      who: { names: ['bob'] },
      add: ['x'],
      fingerprint: preview.fingerprint,
    });
    if (!done.done) throw new Error('became a job');
    const undoing = await desk.call('audit.undo.preview', { id: done.proof.auditId });
    writer.held.next('write:blocked');
    const whole = (await writer.getAdminConfig()) ?? {};
    const users = (whole.UserConfig?.Users ?? []).map((entry) =>
      entry['username'] === 'bob' ? { ...entry, tags: ['y'] } : entry,
    );
    const set = writer.setAdminConfig({ ...whole, UserConfig: { ...whole.UserConfig, Users: users } });
    await writer.held.reached;
    const undo = codeOf(desk.call('audit.undo', { id: done.proof.auditId, fingerprint: undoing.fingerprint }));
    await waiting(desk.site, 1);
    writer.held.release();
    await set;
    // What the site has written since stays.
    expect(await undo).toMatch(/conflict|stale_preview/);
    expect(await entryOf(other, 'bob')).toMatchObject({ tags: ['y'] });
  });

  test('of two who demote the last two owners at once, the second is refused, or leaves one', async () => {
    await moveEntriesIn(desk.site, { by: 'boss' });
    const whole = (await writer.getAdminConfig()) ?? {};
    const without = (name: string): typeof whole => ({
      ...whole,
      UserConfig: {
        ...whole.UserConfig,
        // The site writes the other one back as the first left it.
        Users: (whole.UserConfig?.Users ?? []).map((entry) =>
          entry['username'] === name || (name === 'boss2' && entry['username'] === 'boss')
            ? { ...entry, role: 'user' }
            : entry,
        ),
      },
    });
    writer.held.next('write:blocked');
    const first = writer.setAdminConfig(without('boss'));
    await writer.held.reached;
    const second = codeOf(other.setAdminConfig(without('boss2')));
    await waiting(desk.site, 1);
    writer.held.release();
    await first;
    expect(await second).toBe('forbidden');
    expect(await desk.site.db.rows("SELECT username FROM users WHERE role = 'owner'")).toEqual([{ username: 'boss2' }]);
    expect(await entryOf(other, 'boss2')).toMatchObject({ role: 'owner' });
  });
});
