import { createHash, scryptSync } from 'node:crypto';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { realFolder } from '../../migrations/support.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { startProxy } from '../../sandbox/proxy.js';
import { environmentOf, makeOwner, openConsole, type TestConsole } from '../console.js';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const scrypt = (text: string): string =>
  `73616c74:${scryptSync(text, '73616c74', 64, { N: 16_384, r: 8, p: 1 }).toString('hex')}`;

async function sql(database: TestDatabase, text: string, values: unknown[] = []): Promise<RowDataPacket[]> {
  const connection = await createConnection(database.config);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(text, values);
    return rows;
  } finally {
    await connection.end();
  }
}

/** How many of these statements wait for a locked table. */
async function waiting(database: TestDatabase, statement: string): Promise<number> {
  const rows = await sql(
    database,
    "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE ? AND STATE LIKE 'Waiting for table%'",
    [statement],
  );
  return rows.length;
}

describe.each(engines())('the first owner on %s', (engine) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase(engine);
  });
  afterEach(() => database.drop());

  test('is made whole on an empty database: tables, user, points, config, audit; and is signed in', async () => {
    const desk = await openConsole(environmentOf(database));
    try {
      expect(await desk.ask('session.state', {})).toMatchObject({
        database: 'empty',
        needsOwner: true,
        locked: true,
        operator: null,
      });
      expect(await desk.code('session.signIn', { username: 'moon', password: 'longenough1' })).toBe('conflict');
      const moon = { username: 'moon', password: 'longenough1' };
      expect(await desk.code('session.firstOwner', moon)).toBe('read_only');
      expect(await desk.code('session.firstOwner', { ...moon, connection: 'another' })).toBe('invalid_input');
      expect(await sql(database, 'SHOW TABLES')).toEqual([]);
      const state = await makeOwner(desk, 'moon');
      expect(state).toMatchObject({
        database: 'site_with_console',
        needsOwner: false,
        locked: true,
        operator: { username: 'moon', role: 'owner' },
      });

      expect(await sql(database, 'SELECT username, role, password_hash, banned FROM users')).toEqual([
        { username: 'moon', role: 'owner', password_hash: sha('longenough1'), banned: 0 },
      ]);
      const [points] = await sql(database, 'SELECT username, invitation_code, balance FROM user_points');
      expect(points).toMatchObject({
        username: 'moon',
        balance: 0,
        invitation_code: expect.stringMatching(/^[A-Z0-9]{16}$/) as string,
      });
      const [config] = await sql(database, 'SELECT CAST(config_value AS CHAR) AS value FROM admin_configs');
      expect(JSON.parse(String(config?.['value']))).toMatchObject({
        UserConfig: { Users: [{ username: 'moon', role: 'owner' }] },
      });
      const audits = await sql(database, 'SELECT operation, operator, outcome, input FROM console_audit');
      expect(audits).toMatchObject([{ operation: 'session.firstOwner', operator: 'moon', outcome: 'done' }]);
      expect(JSON.stringify(audits)).not.toContain('longenough1');
      expect((await desk.ask('audit.list', {})).rows).toMatchObject([
        { operation: 'session.firstOwner', undo: 'impossible' },
      ]);
      const { connection } = state;
      expect(
        await desk.code('session.firstOwner', {
          username: 'second',
          password: 'longenough2',
          connection: connection?.name ?? '',
        }),
      ).toBe('conflict');
    } finally {
      await desk.close();
    }
  });

  test.each([
    ['unseen', false],
    ['as it was shown when it was empty', true],
  ])(
    'is not made, and nothing is migrated, where the site has made its tables and users meanwhile: %s',
    async (_, seen) => {
      const desk = await openConsole(environmentOf(database));
      try {
        const connection = desk.desk.connection?.name ?? '';
        const moon = { username: 'moon', password: 'longenough1', connection };
        expect(await desk.ask('session.state', {})).toMatchObject({ database: 'empty', needsOwner: true });
        const preview = await desk.ask('session.firstOwner.preview', moon);
        expect(preview.users).toEqual({ count: 0, exact: true });
        // As a site does it: with its own SQL, which no migration ledger contains.
        await createRunner({ connection: () => createConnection(database.config), folder: realFolder }).apply({
          only: ['0001_site_schema.sql'],
        });
        await sql(database, 'DROP TABLE console_migrations, console_migration_steps');
        await sql(database, "INSERT INTO users (username, password_hash, role) VALUES ('lin', 'x', 'user')");
        const before = await sql(database, 'SHOW TABLES');
        const asked = seen ? { ...moon, fingerprint: preview.fingerprint } : moon;
        expect(await desk.code('session.firstOwner', asked)).toBe('stale_preview');
        expect(await sql(database, 'SHOW TABLES')).toEqual(before);
        expect(await sql(database, 'SELECT username, role FROM users')).toEqual([{ username: 'lin', role: 'user' }]);
        expect(await desk.ask('session.firstOwner.preview', moon)).toMatchObject({ users: { count: 1, exact: true } });

        // An owner created by the site is not ignored either.
        await sql(database, "INSERT INTO users (username, password_hash, role) VALUES ('mei', ?, 'owner')", [
          sha('right'),
        ]);
        expect(await desk.code('session.firstOwner', asked)).toBe('conflict');
        expect(await desk.ask('session.signIn', { username: 'mei', password: 'right' })).toMatchObject({
          operator: { username: 'mei' },
          needsOwner: false,
        });
      } finally {
        await desk.close();
      }
    },
  );

  test('is one, also when two consoles ask at the same moment', async () => {
    const consoles = await Promise.all([openConsole(environmentOf(database)), openConsole(environmentOf(database))]);
    try {
      const codes = await Promise.all(
        consoles.map((one, index) =>
          one.code('session.firstOwner', {
            username: `owner${String(index)}`,
            password: 'longenough1',
            connection: one.desk.connection?.name ?? '',
          }),
        ),
      );
      expect(codes.toSorted()).toEqual(['conflict', 'ok']);
      expect(await sql(database, "SELECT username FROM users WHERE role = 'owner'")).toHaveLength(1);
    } finally {
      await Promise.all(consoles.map((one) => one.close()));
    }
  });

  test('is not made in another application’s database, and nothing is changed there', async () => {
    await sql(database, 'CREATE TABLE wp_posts (id INT PRIMARY KEY)');
    const desk = await openConsole(environmentOf(database));
    try {
      expect(await desk.ask('session.state', {})).toMatchObject({ database: 'foreign', needsOwner: false });
      const moon = { username: 'moon', password: 'longenough1', connection: desk.desk.connection?.name ?? '' };
      expect(await desk.code('session.firstOwner.preview', moon)).toBe('conflict');
      expect(await desk.code('session.firstOwner', moon)).toBe('conflict');
      expect(await desk.code('session.signIn', { username: 'moon', password: 'x' })).toBe('conflict');
      expect(await sql(database, 'SHOW TABLES')).toHaveLength(1);
    } finally {
      await desk.close();
    }
  });
});

describe.each(engines())('the first owner of a site with users on %s', (engine) => {
  let database: TestDatabase;
  let desk: TestConsole;
  const moon = { username: 'moon', password: 'longenough1' };
  beforeEach(async () => {
    database = await createDatabase(engine);
    await createRunner({ connection: () => createConnection(database.config), folder: realFolder }).apply({
      only: ['0001_site_schema.sql'],
    });
    await sql(
      database,
      "INSERT INTO users (username, password_hash, role) VALUES ('lin', ?, 'user'), ('mei', ?, 'admin')",
      [sha('right'), sha('right')],
    );
    desk = await openConsole(environmentOf(database));
  });
  afterEach(async () => {
    await desk.close();
    await database.drop();
  });
  const tables = async (): Promise<number> => (await sql(database, 'SHOW TABLES')).length;

  test('is not made on a locked connection, nor without a preview, and nothing is migrated', async () => {
    const name = desk.desk.connection?.name ?? '';
    const before = await tables();
    expect(await desk.ask('session.state', {})).toMatchObject({ needsOwner: true, locked: true });
    const { fingerprint } = await desk.ask('session.firstOwner.preview', moon);
    expect(await desk.code('session.firstOwner', moon)).toBe('read_only');
    expect(await desk.code('session.firstOwner', { ...moon, fingerprint })).toBe('read_only');
    expect(await desk.code('session.firstOwner', { ...moon, fingerprint, connection: `${name} ` })).toBe(
      'invalid_input',
    );
    expect(await desk.code('session.firstOwner', { ...moon, connection: name })).toBe('stale_preview');
    expect(await desk.code('session.firstOwner', { ...moon, username: 'sun', connection: name, fingerprint })).toBe(
      'stale_preview',
    );
    expect(await tables()).toBe(before);
    expect(await sql(database, "SELECT username FROM users WHERE role = 'owner'")).toEqual([]);
    expect(desk.desk.operator).toBeNull();
  });

  test('is previewed: the account, the users, the migrations; and made as that said', async () => {
    const connection = desk.desk.connection?.name ?? '';
    expect(await desk.code('session.firstOwner.preview', { ...moon, username: 'LIN' })).toBe('conflict');
    const preview = await desk.ask('session.firstOwner.preview', moon);
    expect(preview).toMatchObject({ username: 'moon', users: { count: 2, exact: true } });
    expect(preview.files.map(({ file }) => file)).toEqual([
      '0002_console_tables.sql',
      '0003_play_statistics.sql',
      '0004_card_batches.sql',
      '0005_config_entries.sql',
      '0006_claims.sql',
      '0007_cache_fence.sql',
    ]);
    expect(preview.files.every(({ steps }) => steps > 0)).toBe(true);

    // The plan is different now: another console has applied a part of the migrations.
    await createRunner({ connection: () => createConnection(database.config), folder: realFolder }).apply({
      only: ['0002_console_tables.sql'],
    });
    const { fingerprint } = preview;
    expect(await desk.code('session.firstOwner', { ...moon, connection, fingerprint })).toBe('stale_preview');
    const again = await desk.ask('session.firstOwner.preview', moon);
    expect(again.files).toHaveLength(preview.files.length - 1);
    // Another user has registered in the meantime, which is normal for a site.
    await sql(database, "INSERT INTO users (username, password_hash, role) VALUES ('new', 'x', 'user')");
    const state = await desk.ask('session.firstOwner', { ...moon, connection, fingerprint: again.fingerprint });
    expect(state).toMatchObject({ operator: { username: 'moon', role: 'owner' }, locked: true, needsOwner: false });
    expect(await sql(database, 'SELECT username, role FROM users ORDER BY id')).toEqual([
      { username: 'lin', role: 'user' },
      { username: 'mei', role: 'admin' },
      { username: 'new', role: 'user' },
      { username: 'moon', role: 'owner' },
    ]);
  });

  test.each([false, true])('is not made where users came while the tables were made; previewed: %s', async (seen) => {
    await sql(database, 'DELETE FROM users');
    const connection = desk.desk.connection?.name ?? '';
    const { fingerprint } = await desk.ask('session.firstOwner.preview', moon);
    const holder = await createConnection(database.config);
    try {
      // The call has found no users and created the tables; its next step needs this table.
      await holder.query('LOCK TABLES admin_configs WRITE');
      const made = desk.code('session.firstOwner', { ...moon, connection, ...(seen ? { fingerprint } : {}) });
      await expect.poll(() => waiting(database, 'INSERT INTO admin_configs%'), { timeout: 20_000 }).toBe(1);
      await sql(database, "INSERT INTO users (username, password_hash, role) VALUES ('early', 'x', 'user')");
      await holder.query('UNLOCK TABLES');
      expect(await made).toBe('stale_preview');
      expect(await sql(database, 'SELECT username FROM users')).toEqual([{ username: 'early' }]);
    } finally {
      await holder.end();
    }
  });
});

describe.each(engines())('signing in on %s', (engine) => {
  let database: TestDatabase;
  let desk: TestConsole;

  beforeAll(async () => {
    database = await createDatabase(engine);
    const first = await openConsole(environmentOf(database));
    await makeOwner(first, 'MoonOwner');
    await first.close();
    await sql(database, 'INSERT INTO users (username, password_hash, role, banned) VALUES ?', [
      [
        ['scrypted', scrypt('by scrypt'), 'admin', 0],
        ['banned_admin', sha('right'), 'admin', 1],
        ['somebody', sha('right'), 'user', 0],
        ['empty', '', 'admin', null],
        ["o'brien:*🎬", sha('right'), 'admin', null],
      ],
    ]);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    desk = await openConsole(environmentOf(database));
  });
  afterEach(() => desk.close());

  test('answers with the spelling that the site stores, whatever was typed', async () => {
    const told = vi.fn<() => void>();
    desk.events.on('session', told);
    const state = await desk.ask('session.signIn', { username: 'moonowner', password: 'longenough1' });
    expect(state.operator).toEqual({ username: 'MoonOwner', role: 'owner' });
    expect(told).toHaveBeenCalled();
  });

  test('takes scrypt, and names with any characters', async () => {
    expect((await desk.ask('session.signIn', { username: 'scrypted', password: 'by scrypt' })).operator?.role).toBe(
      'admin',
    );
    expect((await desk.ask('session.signIn', { username: "o'brien:*🎬", password: 'right' })).operator?.username).toBe(
      "o'brien:*🎬",
    );
  });

  test('says the same of a wrong password and of an unknown name', async () => {
    const wrong = await desk.call('session.signIn', { username: 'MoonOwner', password: 'wrong' });
    const unknown = await desk.call('session.signIn', { username: 'nobody-at-all', password: 'wrong' });
    const hashless = await desk.call('session.signIn', { username: 'empty', password: 'x' });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(unknown).toEqual(wrong);
    expect(hashless).toEqual(wrong);
  });

  test('turns users and banned admins away, only after the right password', async () => {
    const wrong = await desk.call('session.signIn', { username: 'nobody', password: 'x' });
    expect(await desk.call('session.signIn', { username: 'somebody', password: 'wrong' })).toEqual(wrong);
    expect(await desk.call('session.signIn', { username: 'somebody', password: 'right' })).toMatchObject({
      error: { code: 'forbidden', message: expect.stringContaining('neither') as string },
    });
    expect(await desk.call('session.signIn', { username: 'banned_admin', password: 'right' })).toMatchObject({
      error: { code: 'forbidden', message: expect.stringContaining('banned') as string },
    });
    expect(desk.desk.operator).toBeNull();
  });

  test('makes a guesser wait after five failures, under any spelling, and others not', async () => {
    const spellings = ['MoonOwner', 'moonowner', 'MOONOWNER', 'MoonOwner', 'moonOwner'];
    for (const username of spellings) await desk.call('session.signIn', { username, password: 'guess' });
    expect(await desk.call('session.signIn', { username: 'mOONOWNER', password: 'longenough1' })).toMatchObject({
      error: { code: 'forbidden', details: { retryAfterSeconds: 1 } },
    });
    expect(await desk.code('session.signIn', { username: 'scrypted', password: 'by scrypt' })).toBe('ok');
  });

  test('writes down who came in and who was turned away, without the password', async () => {
    await sql(database, 'DELETE FROM console_audit');
    await desk.call('session.signIn', { username: 'moonowner', password: 'a-wrong-one' });
    await desk.call('session.signIn', { username: 'nobody', password: 'a-wrong-one' });
    await desk.ask('session.signIn', { username: 'moonowner', password: 'longenough1' });
    const audits = await sql(
      database,
      "SELECT operator, operator_role, outcome, input FROM console_audit WHERE operation = 'session.signIn' ORDER BY id",
    );
    expect(audits).toMatchObject([
      { operator: 'MoonOwner', operator_role: 'owner', outcome: 'refused' },
      { operator: 'nobody', operator_role: 'none', outcome: 'refused' },
      { operator: 'MoonOwner', operator_role: 'owner', outcome: 'done' },
    ]);
    expect(JSON.stringify(audits)).not.toMatch(/a-wrong-one|longenough1/);
  });

  test('signs out, and with the connection', async () => {
    await desk.ask('session.signIn', { username: 'moonowner', password: 'longenough1' });
    expect((await desk.ask('session.signOut', {})).operator).toBeNull();
    await desk.ask('session.signIn', { username: 'moonowner', password: 'longenough1' });
    await desk.ask('connections.close', {});
    await desk.ask('connections.open', { id: 'environment' });
    expect((await desk.ask('session.state', {})).operator).toBeNull();
  });

  test('is refused where another connection was opened meanwhile, and nobody is signed in there', async () => {
    const { host, port, user, password, database: name } = database.config;
    const proxy = await startProxy({ host, port });
    const slow = await openConsole(environmentOf({ ...database, config: { ...database.config, port: proxy.port } }));
    try {
      const { id } = await slow.ask('connections.save', {
        draft: {
          name: 'another',
          environment: 'staging',
          mysql: { host, port, user, database: name },
          redis: { ...redisEndpoint(), prefix: redisPrefix() },
          mysqlPassword: password,
        },
      });
      const before = slow.desk.site;
      // The sign-in is written; the answer to its commit has not arrived yet.
      proxy.hold(/COMMIT$/);
      const signing = slow.code('session.signIn', { username: 'MoonOwner', password: 'longenough1' });
      await expect.poll(() => proxy.held(), { timeout: 20_000 }).toBeGreaterThan(0);
      const opening = slow.ask('connections.open', { id });
      await expect.poll(() => slow.desk.site !== before, { timeout: 20_000, interval: 5 }).toBe(true);
      proxy.release();
      expect(await signing).toBe('conflict');
      await opening;
      expect(await slow.ask('session.state', {})).toMatchObject({ connection: { id }, operator: null });
    } finally {
      await slow.close();
      await proxy.close();
    }
  });

  test('production is locked until its name is typed, and locks again', async () => {
    await desk.ask('session.signIn', { username: 'moonowner', password: 'longenough1' });
    const { connection, locked } = await desk.ask('session.state', {});
    expect(locked).toBe(true);
    expect(await desk.code('users.password', { username: 'somebody', password: 'changed1' })).toBe('read_only');
    expect(await desk.code('session.unlock', { name: connection?.name.toUpperCase() ?? '', minutes: 1 })).toBe(
      'invalid_input',
    );
    expect(desk.desk.locked).toBe(true);
    const open = await desk.ask('session.unlock', { name: connection?.name ?? '', minutes: 1 });
    expect(open.locked).toBe(false);
    expect(Date.parse(open.unlockedUntil ?? '') - Date.now()).toBeLessThanOrEqual(60_000);
    expect((await desk.ask('session.lock', {})).locked).toBe(true);
    expect(await desk.code('users.password', { username: 'somebody', password: 'changed1' })).toBe('read_only');
  });

  test('nobody unlocks without having signed in', async () => {
    const { connection } = await desk.ask('session.state', {});
    expect(await desk.code('session.unlock', { name: connection?.name ?? '', minutes: 1 })).toBe('unauthenticated');
  });
});
