import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Site } from '../../../electron/data/site.js';
import { createDatabase, engines, type TestDatabase } from '../../sandbox/database.js';
import { environmentOf, openConsole, type TestConsole } from '../console.js';
import { migrate } from '../helpers.js';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const boss = { username: 'boss', password: 'secret of boss' };
const helper = { username: 'helper', password: 'secret of helper' };

describe.each(engines())('a sign-in on %s', (engine) => {
  let database: TestDatabase;
  /** These behave like two processes: each has its own connections and desk. */
  let owners: TestConsole;
  let admins: TestConsole;
  let site: Site;

  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    [owners, admins] = await Promise.all([openConsole(environmentOf(database)), openConsole(environmentOf(database))]);
    const open = owners.desk.site;
    if (open === null) throw new Error('no site is open');
    site = open;
    await site.db.run('DELETE FROM users');
    await site.db.run(
      "INSERT INTO users (username, password_hash, role) VALUES ('boss', ?, 'owner'), ('helper', ?, 'admin'), ('lin', 'before', 'user')",
      [sha(boss.password), sha(helper.password)],
    );
    await owners.ask('session.signIn', boss);
    await admins.ask('session.signIn', helper);
    await unlock(owners);
    await unlock(admins);
  });
  afterEach(async () => {
    await owners.close();
    await admins.close();
  });

  const unlock = (desk: TestConsole): Promise<unknown> =>
    desk.ask('session.unlock', { name: desk.desk.connection?.name ?? '' });
  const passwordOf = async (username: string): Promise<string | undefined> =>
    (await site.db.rows<{ password_hash: string }>('SELECT password_hash FROM users WHERE username = ?', [username]))[0]
      ?.password_hash;
  const statements = async (like: string): Promise<number> =>
    (
      await site.db.rows(
        'SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND INFO LIKE ?',
        [like],
      )
    ).length;

  const reset = async (): Promise<void> => {
    await owners.ask('users.password', { username: 'helper', password: 'another one' });
  };
  const demote = async (): Promise<void> => {
    const asked = { who: { names: ['helper'] }, role: 'user' as const };
    const { fingerprint } = await owners.ask('users.role.preview', asked);
    await owners.ask('users.role', { ...asked, fingerprint });
  };
  const ban = async (): Promise<void> => {
    const asked = { who: { names: ['helper'] }, reason: 'abuse' as const };
    const { fingerprint } = await owners.ask('users.ban.preview', asked);
    await owners.ask('users.ban', { ...asked, fingerprint });
  };
  const remove = async (): Promise<void> => {
    const asked = { who: { names: ['helper'] } };
    const { fingerprint } = await owners.ask('users.delete.preview', asked);
    await owners.ask('users.delete', { ...asked, fingerprint });
  };
  const replace = async (): Promise<void> => {
    await remove();
    await site.db.run("INSERT INTO users (username, password_hash, role) VALUES ('helper', ?, 'admin')", [
      sha(helper.password),
    ]);
  };

  test.each([
    ['a reset', 'password', reset],
    ['a demotion', 'demoted', demote],
    ['a promotion', 'role', () => site.db.run("UPDATE users SET role = 'owner' WHERE username = 'helper'")],
    ['a ban', 'banned', ban],
    ['deletion', 'deleted', remove],
    ['deletion, though another has the name by now', 'deleted', replace],
  ] as const)('ends with %s at the next call, also a read, and says why', async (_, why, harm) => {
    expect(await admins.code('users.list', {})).toBe('ok');
    await harm();
    expect(await admins.call('users.list', {})).toMatchObject({
      ok: false,
      error: { code: 'forbidden', details: { ended: why } },
    });
    expect(await admins.ask('session.state', {})).toMatchObject({ operator: null, ended: why, locked: true });
    expect(await admins.code('users.list', {})).toBe('unauthenticated');
    // Other operators are not affected.
    expect(await owners.ask('session.state', {})).toMatchObject({ operator: { username: 'boss' }, ended: null });
    expect(await owners.code('users.list', {})).toBe('ok');
  });

  test.each([
    ['a write', () => admins.call('users.password', { username: 'lin', password: 'changed' })],
    ['an export', () => admins.call('users.export', {})],
    ['what is kept at the desk', () => admins.call('views.list', { page: 'users' })],
    ['unlocking', () => admins.call('session.unlock', { name: admins.desk.connection?.name ?? '' })],
  ] as const)('that a reset has ended does not reach %s', async (_, call) => {
    await reset();
    expect(await call()).toMatchObject({ ok: false, error: { code: 'forbidden', details: { ended: 'password' } } });
    expect(admins.desk.locked).toBe(true);
    expect(await passwordOf('lin')).toBe('before');
  });

  test('is asked for anew, and then why the last one ended is told no more', async () => {
    await reset();
    await admins.call('users.list', {});
    const state = await admins.ask('session.signIn', { ...helper, password: 'another one' });
    expect(state).toMatchObject({ operator: { username: 'helper' }, ended: null, locked: true });
    expect(await admins.code('users.list', {})).toBe('ok');
  });

  test('goes on with the unlock where one sets one’s own password; one’s other consoles end', async () => {
    const other = await openConsole(environmentOf(database));
    try {
      await other.ask('session.signIn', helper);
      expect(await admins.code('users.password', { username: 'helper', password: 'my new one' })).toBe('ok');
      expect(await passwordOf('helper')).toBe(sha('my new one'));
      expect(await admins.code('users.list', {})).toBe('ok');
      expect(await admins.code('users.password', { username: 'lin', password: 'changed' })).toBe('ok');
      expect(await admins.ask('session.state', {})).toMatchObject({ operator: { username: 'helper' }, ended: null });
      expect(await other.call('users.list', {})).toMatchObject({ error: { details: { ended: 'password' } } });
      // Their own reset works once more; a reset by another operator then ends this sign-in, too.
      expect(await admins.code('users.password', { username: 'helper', password: 'my next one' })).toBe('ok');
      expect(await admins.code('users.list', {})).toBe('ok');
      await reset();
      expect(await admins.call('users.list', {})).toMatchObject({ error: { details: { ended: 'password' } } });
    } finally {
      await other.close();
    }
  });

  test('goes on in every call that is under way while one’s own password is set', async () => {
    const holder = await createConnection(database.config);
    try {
      // The new password is written and not committed yet.
      await holder.query('LOCK TABLES console_cache_outbox WRITE');
      const state = { done: false };
      const change = admins.code('users.password', { username: 'helper', password: 'my new one' }).finally(() => {
        state.done = true;
      });
      await expect.poll(() => statements('INSERT INTO console_cache_outbox%'), { timeout: 20_000 }).toBe(1);
      expect(await admins.code('users.list', {})).toBe('ok');
      await holder.query('UNLOCK TABLES');
      // The window does the same: it keeps calling while the change is committed and its answer has not arrived.
      const codes = new Set(['ok']);
      while (!state.done && codes.size < 2) codes.add(await admins.code('users.list', {}));
      expect([await change, ...codes]).toEqual(['ok', 'ok']);
    } finally {
      await holder.end();
    }
  });

  test('does not set one’s own password over one that somebody else has set meanwhile', async () => {
    const holder = await createConnection(database.config);
    try {
      await holder.query('START TRANSACTION');
      await holder.query("UPDATE users SET password_hash = 'reset' WHERE username = 'helper'");
      const write = admins.call('users.password', { username: 'helper', password: 'my new one' });
      await expect.poll(() => statements('SELECT %id FROM users%FOR UPDATE'), { timeout: 20_000 }).toBe(1);
      await holder.query('COMMIT');
      expect(await write).toMatchObject({ error: { code: 'forbidden', details: { ended: 'password' } } });
      expect(await passwordOf('helper')).toBe('reset');
    } finally {
      await holder.end();
    }
  });

  test('leaves nothing of a write that was under way when the password was reset', async () => {
    const holder = await createConnection(database.config);
    try {
      await holder.query('START TRANSACTION');
      await holder.query("SELECT id FROM users WHERE username = 'lin' FOR UPDATE");
      const write = admins.call('users.password', { username: 'lin', password: 'changed' });
      await expect.poll(() => statements('SELECT %id FROM users%FOR UPDATE'), { timeout: 20_000 }).toBe(1);
      await site.db.run("UPDATE users SET password_hash = 'reset' WHERE username = 'helper'");
      await holder.query('COMMIT');
      expect(await write).toMatchObject({ error: { code: 'forbidden', details: { ended: 'password' } } });
      expect(await passwordOf('lin')).toBe('before');
    } finally {
      await holder.end();
    }
  });

  test('is held by a write from its last look on: a demotion comes after the commit', async () => {
    const [holder, other] = await Promise.all([createConnection(database.config), createConnection(database.config)]);
    try {
      // The write has checked its operator and is not committed yet.
      await holder.query('LOCK TABLES console_cache_outbox WRITE');
      const write = admins.code('users.password', { username: 'lin', password: 'changed' });
      await expect.poll(() => statements('INSERT INTO console_cache_outbox%'), { timeout: 20_000 }).toBe(1);
      await other.query('SET SESSION innodb_lock_wait_timeout = 1');
      const demotion = "UPDATE users SET role = 'user' WHERE username = 'helper'";
      await expect(other.query(demotion)).rejects.toMatchObject({ errno: 1205 });
      await holder.query('UNLOCK TABLES');
      expect(await write).toBe('ok');
      await other.query(demotion);
      expect(await admins.code('users.password', { username: 'lin', password: 'once more' })).toBe('forbidden');
      expect(await passwordOf('lin')).toBe(sha('changed'));
    } finally {
      await holder.end();
      await other.end();
    }
  });

  test('takes what it unlocked with it: signing out, and signing in again', async () => {
    expect(await owners.ask('session.signOut', {})).toMatchObject({ locked: true, unlockedUntil: null, ended: null });
    expect(await owners.ask('session.signIn', helper)).toMatchObject({ locked: true });
    expect(await owners.code('users.password', { username: 'lin', password: 'changed' })).toBe('read_only');
    await unlock(owners);
    expect(await owners.ask('session.signIn', boss)).toMatchObject({ operator: { username: 'boss' }, locked: true });
    await unlock(owners);
    expect(await owners.ask('session.signIn', boss)).toMatchObject({ operator: { username: 'boss' }, locked: true });
  });

  test('unlocks nothing where it is another’s by the time', async () => {
    await owners.ask('session.lock', {});
    const holder = await createConnection(database.config);
    try {
      await holder.query('LOCK TABLES console_audit WRITE');
      const unlocking = owners.code('session.unlock', { name: owners.desk.connection?.name ?? '' });
      await expect.poll(() => statements('INSERT INTO console_audit%'), { timeout: 20_000 }).toBe(1);
      await owners.ask('session.signOut', {});
      await holder.query('UNLOCK TABLES');
      expect(await unlocking).toBe('conflict');
      expect(owners.desk.locked).toBe(true);
    } finally {
      await holder.end();
    }
  });

  test('takes the exports under way with it', async () => {
    // A disk that never finishes a write: the export runs until somebody stops it.
    const stream = new Writable({ highWaterMark: 1, write: () => undefined });
    admins.saving = () => Promise.resolve({ path: join(admins.folder, 'taken.csv'), stream });
    const { jobId } = await admins.ask('users.export', {});
    const state = async (): Promise<string | undefined> => (await admins.desk.jobs?.get(jobId, (name) => name))?.state;
    expect(await state()).toBe('running');
    await ban();
    expect(await admins.code('users.list', {})).toBe('forbidden');
    await admins.desk.jobs?.settled(jobId);
    expect(await state()).toBe('cancelled');
  });

  describe('that has ended takes nothing away', () => {
    const place = () => {
      const path = join(admins.folder, 'taken.csv');
      return { path, stream: createWriteStream(path) };
    };

    test.each([
      ['banned', "UPDATE users SET banned = 1 WHERE username = 'helper'"],
      ['demoted', "UPDATE users SET role = 'user' WHERE username = 'helper'"],
    ])('on a locked connection, where the audit’s refusal is swallowed: %s', async (why, statement) => {
      await admins.ask('session.lock', {});
      admins.saving = () => Promise.resolve(place());
      await site.db.run(statement);
      expect(await admins.call('users.export', {})).toMatchObject({
        error: { code: 'forbidden', details: { ended: why } },
      });
      expect(await readdir(admins.folder)).not.toContain('taken.csv');
    });

    test.each([
      ['locked', true],
      ['unlocked', false],
    ])('though it stood when the place was asked for: %s', async (_, locked) => {
      if (locked) await admins.ask('session.lock', {});
      admins.saving = async () => {
        await site.db.run("UPDATE users SET banned = 1 WHERE username = 'helper'");
        return place();
      };
      expect(await admins.call('users.export', {})).toMatchObject({
        error: { code: 'forbidden', details: { ended: 'banned' } },
      });
      expect(await readdir(admins.folder)).not.toContain('taken.csv');
    });
  });
});

describe.each(engines())('on a site without the console’s tables on %s', (engine) => {
  let database: TestDatabase;
  let desk: TestConsole;
  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    const connection = await createConnection({ ...database.config, multipleStatements: true });
    await connection.query('DROP TABLE console_audit_targets, console_audit');
    await connection.query(
      "INSERT INTO users (username, password_hash, role) VALUES ('boss', 'x', 'owner'), ('helper', ?, 'admin')",
      [sha(helper.password)],
    );
    await connection.end();
    desk = await openConsole(environmentOf(database));
  });
  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  test.each([
    ['banned', "UPDATE users SET banned = 1 WHERE username = 'helper'"],
    ['demoted', "UPDATE users SET banned = 0, role = 'user' WHERE username = 'helper'"],
  ])('whoever was %s takes nothing away', async (why, statement) => {
    const { site } = desk.desk;
    if (site === null) throw new Error('no site is open');
    await site.db.run("UPDATE users SET banned = 0, role = 'admin' WHERE username = 'helper'");
    await desk.ask('session.signIn', helper);
    expect(await site.has('console')).toBe(false);
    const path = join(desk.folder, 'taken.csv');
    desk.saving = () => Promise.resolve({ path, stream: createWriteStream(path) });
    await site.db.run(statement);
    expect(await desk.call('users.export', {})).toMatchObject({
      error: { code: 'forbidden', details: { ended: why } },
    });
    expect(await readdir(desk.folder)).not.toContain('taken.csv');
  });

  test('whoever is banned while the place is asked for takes nothing away', async () => {
    const { site } = desk.desk;
    if (site === null) throw new Error('no site is open');
    await site.db.run("UPDATE users SET banned = 0, role = 'admin' WHERE username = 'helper'");
    await desk.ask('session.signIn', helper);
    const path = join(desk.folder, 'taken.csv');
    desk.saving = async () => {
      await site.db.run("UPDATE users SET banned = 1 WHERE username = 'helper'");
      return { path, stream: createWriteStream(path) };
    };
    expect(await desk.call('users.export', {})).toMatchObject({
      error: { code: 'forbidden', details: { ended: 'banned' } },
    });
    expect(await readdir(desk.folder)).not.toContain('taken.csv');
  });
});
