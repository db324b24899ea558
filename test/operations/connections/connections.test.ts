// @module-tag long
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../electron/contract/connections.js';
import type { Input } from '../../../electron/contract/index.js';
import { realFolder } from '../../migrations/support.js';
import {
  createDatabase,
  endpointOf,
  engines,
  redisEndpoint,
  redisPrefix,
  type TestDatabase,
} from '../../sandbox/database.js';
import { environmentOf, openConsole, type TestConsole } from '../console.js';

type Draft = Input<'connections.save'>['draft'];

async function sql(database: TestDatabase, ...texts: string[]): Promise<void> {
  const connection = await createConnection({ ...database.config, multipleStatements: true });
  try {
    for (const text of texts) await connection.query(text);
  } finally {
    await connection.end();
  }
}

describe.each(engines())('connections on %s', (engine) => {
  let database: TestDatabase;
  let desk: TestConsole;
  beforeAll(async () => {
    database = await createDatabase(engine);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    desk = await openConsole();
  });
  afterEach(() => desk.close());

  const draft = (
    more: {
      mysql?: Partial<Draft['mysql']>;
      redis?: Partial<Draft['redis']>;
      mysqlPassword?: string;
      redisPassword?: string;
    } = {},
  ): Draft => ({
    name: '测试站',
    environment: 'staging',
    mysql: {
      host: database.config.host,
      port: database.config.port,
      user: database.config.user,
      database: database.config.database,
      ...more.mysql,
    },
    redis: { ...redisEndpoint(), prefix: redisPrefix(), ...more.redis },
    mysqlPassword: more.mysqlPassword ?? database.config.password,
    ...(more.redisPassword === undefined ? {} : { redisPassword: more.redisPassword }),
  });
  const tried = async (given: Draft): Promise<{ mysql: Diagnosis; redis: Diagnosis }> => {
    const [mysql, redis] = await desk.ask('connections.test', { draft: given });
    if (mysql === undefined || redis === undefined) throw new Error('a part is missing');
    return { mysql, redis };
  };

  test('a good one is fine on both sides, with versions', async () => {
    const { mysql, redis } = await tried(draft());
    expect(mysql).toMatchObject({
      part: 'mysql',
      ok: true,
      fault: null,
      hint: null,
      version: expect.stringMatching(/^\d+\.\d+/) as string,
    });
    expect(redis).toMatchObject({
      part: 'redis',
      ok: true,
      fault: null,
      version: expect.stringMatching(/^\d+\.\d+/) as string,
    });
  });

  test.each<[string, () => Draft, string]>([
    ['a wrong password', () => draft({ mysqlPassword: 'wrong' }), 'access_denied'],
    ['an unknown account', () => draft({ mysql: { user: 'nobody_here' } }), 'access_denied'],
    ['an unknown database', () => draft({ mysql: { database: 'no_such_database' } }), 'unknown_database'],
    ['a port where nothing listens', () => draft({ mysql: { port: 1 } }), 'unreachable'],
    ['a host that does not exist', () => draft({ mysql: { host: 'nowhere.invalid' } }), 'unreachable'],
    ['Redis’s port', () => draft({ mysql: { port: redisEndpoint().port } }), 'wrong_protocol'],
  ])('MySQL with %s is diagnosed', async (_what, given, fault) => {
    const { mysql, redis } = await tried(given());
    expect(mysql).toMatchObject({ ok: false, fault, hint: expect.stringMatching(/\w/) as string });
    expect(redis.ok).toBe(true);
  });

  test.each<[string, () => Draft, string]>([
    ['a database that is out of range', () => draft({ redis: { db: 999 } }), 'unknown_database'],
    [
      'a wrong name and password',
      () => draft({ redis: { username: 'bob' }, redisPassword: 'wrong' }),
      'wrong_password',
    ],
    ['a port where nothing listens', () => draft({ redis: { port: 1 } }), 'unreachable'],
    ['MySQL’s port', () => draft({ redis: { port: endpointOf(engine).port } }), 'wrong_protocol'],
    ['TLS where there is none', () => draft({ redis: { tls: { enabled: true, verify: false } } }), 'tls'],
  ])('Redis with %s is diagnosed', async (_what, given, fault) => {
    const { mysql, redis } = await tried(given());
    expect(redis).toMatchObject({ ok: false, fault, hint: expect.stringMatching(/\w/) as string });
    expect(mysql.ok).toBe(true);
  });

  test('servers that take the call and say nothing are given up within eight seconds, both at once', async () => {
    const silent = await listen(() => undefined);
    try {
      const since = performance.now();
      const { mysql, redis } = await tried(
        draft({ mysql: { host: '127.0.0.1', port: silent.port }, redis: { host: '127.0.0.1', port: silent.port } }),
      );
      expect([mysql.fault, redis.fault]).toEqual(['timeout', 'timeout']);
      expect(performance.now() - since).toBeLessThan(9_500);
    } finally {
      silent.close();
    }
  });

  test('a MySQL that resets a stranger’s connection is told apart all the same', async () => {
    let calls = 0;
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      calls += 1;
      if (calls === 1) socket.once('data', () => socket.resetAndDestroy());
      else socket.write(Buffer.from('0a0000000a392e372e3000', 'hex'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const { redis } = await tried(draft({ redis: { host: '127.0.0.1', port } }));
      expect(redis).toMatchObject({ ok: false, fault: 'wrong_protocol' });
    } finally {
      server.close();
    }
  });

  test('something else that answers is told apart', async () => {
    const ssh = await listen((say) => say('SSH-2.0-OpenSSH_9.2\r\n'));
    try {
      const { mysql, redis } = await tried(
        draft({ mysql: { host: '127.0.0.1', port: ssh.port }, redis: { host: '127.0.0.1', port: ssh.port } }),
      );
      expect([mysql.fault, redis.fault]).toEqual(['wrong_protocol', 'wrong_protocol']);
    } finally {
      ssh.close();
    }
  });

  test('a database of another application is said to be one', async () => {
    const foreign = await createDatabase(engine);
    try {
      await sql(foreign, 'CREATE TABLE wp_posts (id INT PRIMARY KEY)');
      expect((await tried(draft({ mysql: { database: foreign.config.database } }))).mysql).toMatchObject({
        ok: false,
        fault: 'foreign_database',
      });
    } finally {
      await foreign.drop();
    }
  });

  test('one with a public key that is none is not saved, and the field is named; beside TLS it says nothing', async () => {
    const wrong = draft({ mysql: { serverPublicKey: 'no key' } });
    const field = { code: 'invalid_input', details: { fields: [{ field: 'draft.mysql.serverPublicKey' }] } };
    expect(await desk.call('connections.save', { draft: wrong })).toMatchObject({ error: field });
    expect(await desk.call('connections.test', { draft: wrong })).toMatchObject({ error: field });
    expect((await desk.ask('connections.list', {})).connections).toEqual([]);
    const hidden = { ...wrong, mysql: { ...wrong.mysql, tls: { enabled: true, verify: false } } };
    expect(await desk.code('connections.test', { draft: hidden })).toBe('ok');
    const { id } = await desk.ask('connections.save', { draft: hidden });
    // Once TLS is off again, the key is checked.
    expect(await desk.call('connections.save', { id, draft: wrong })).toMatchObject({ error: field });
    await desk.ask('connections.remove', { id });
  });

  test('are saved, tried by id, opened, closed and removed', async () => {
    const saved = await desk.ask('connections.save', { draft: draft() });
    expect(saved).toMatchObject({ origin: 'saved', secrets: 'session' });
    expect(saved).not.toHaveProperty('mysqlPassword');
    expect((await desk.ask('connections.test', { id: saved.id })).map((part) => part.ok)).toEqual([true, true]);
    const open = await desk.ask('connections.open', { id: saved.id });
    expect(open).toMatchObject({
      connection: { id: saved.id, name: '测试站', environment: 'staging', database: database.config.database },
      locked: false,
      operator: null,
    });
    expect(await desk.code('connections.remove', { id: saved.id })).toBe('conflict');
    expect((await desk.ask('connections.close', {})).connection).toBeNull();
    expect(await desk.ask('connections.remove', { id: saved.id })).toEqual({ removed: true });
    expect(await desk.code('connections.open', { id: saved.id })).toBe('not_found');
  });

  test('one that cannot be opened says why, and leaves the open one open', async () => {
    const good = await desk.ask('connections.save', { draft: draft() });
    const bad = await desk.ask('connections.save', { draft: { ...draft({ mysql: { port: 1 } }), name: 'bad' } });
    await desk.ask('connections.open', { id: good.id });
    expect(await desk.call('connections.open', { id: bad.id })).toMatchObject({
      ok: false,
      error: { code: 'unavailable', details: { fault: 'unreachable' } },
    });
    expect((await desk.ask('session.state', {})).connection?.id).toBe(good.id);
  });

  test('opens with Redis away: the console works on MySQL and says so', async () => {
    const { id } = await desk.ask('connections.save', { draft: draft({ redis: { port: 1 } }) });
    expect(await desk.ask('connections.open', { id })).toMatchObject({ connection: { id } });
  });
});

describe.each(engines())('an existing site on %s', (engine) => {
  let database: TestDatabase;
  let desk: TestConsole;
  beforeAll(async () => {
    database = await createDatabase(engine);
    const schema = await readFile(`${realFolder}/0001_site_schema.sql`, 'utf8');
    await sql(
      database,
      schema,
      'ALTER TABLE users DROP COLUMN show_adult_content',
      'DROP TABLE content_stats',
      "INSERT INTO users (username, password_hash, role) VALUES ('moon', SHA2('right', 256), 'owner'), ('adm', SHA2('right', 256), 'admin')",
    );
    desk = await openConsole(environmentOf(database));
  });
  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  test('opens, signs in, says what differs, and takes no change before its owner has migrated it', async () => {
    expect(await desk.ask('session.signIn', { username: 'moon', password: 'right' })).toMatchObject({
      database: 'site',
      needsOwner: false,
    });
    const schema = await desk.ask('connections.schema', {});
    expect(schema).toMatchObject({ database: 'site', engine });
    expect(schema.differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'missing_table',
          table: 'content_stats',
          consequence: expect.stringMatching(/popular content/) as string,
        }),
        expect.objectContaining({ kind: 'missing_column', table: 'users', column: 'show_adult_content' }),
      ]),
    );
    expect(schema.migrations).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          file: '0002_console_tables.sql',
          state: 'pending',
          optIn: false,
          stepsDone: 0,
          error: null,
          about: expect.objectContaining({ why: expect.stringMatching(/the audit/) as string }) as unknown,
        }),
        expect.objectContaining({ file: 'R003_wider_columns.sql', state: 'pending', optIn: true }),
      ]),
    );
    await desk.ask('session.unlock', {
      name: (await desk.ask('session.state', {})).connection?.name ?? '',
      minutes: 5,
    });
    expect(await desk.call('users.password', { username: 'adm', password: 'changed1' })).toMatchObject({
      ok: false,
      error: { code: 'unsupported', details: { needs: 'migration' } },
    });
    expect(await desk.ask('audit.count', {})).toEqual({ count: 0, exact: true });
    expect(await desk.code('audit.export', {})).toBe('unsupported');
  });

  test('is migrated by its owner alone, unlocked, as previewed; and the audit has it', async () => {
    await desk.ask('session.signIn', { username: 'adm', password: 'right' });
    expect(await desk.code('connections.migrate.preview', {})).toBe('forbidden');
    await desk.ask('session.signIn', { username: 'moon', password: 'right' });
    const all = (await readdir(realFolder)).filter((name) => name.endsWith('.sql')).toSorted();
    const plan = await desk.ask('connections.migrate.preview', {});
    expect(plan.files.map(({ file }) => file)).toEqual(all);
    await desk.ask('session.lock', {});
    expect(await desk.code('connections.migrate', { fingerprint: plan.fingerprint })).toBe('read_only');
    await desk.ask('session.unlock', {
      name: (await desk.ask('session.state', {})).connection?.name ?? '',
      minutes: 5,
    });
    expect(await desk.code('connections.migrate', { fingerprint: '0123456789abcdef' })).toBe('stale_preview');
    const done = await desk.ask('connections.migrate', { fingerprint: plan.fingerprint });
    expect(done.applied.map(({ file }) => file)).toEqual(all);
    expect(await desk.ask('session.state', {})).toMatchObject({ database: 'site_with_console' });
    const audits = await desk.desk.site?.db.rows<{ operation: string; targets: string }>(
      "SELECT operation, targets FROM console_audit WHERE operation = 'connections.migrate' AND outcome = 'done'",
    );
    expect(audits).toMatchObject([{ operation: 'connections.migrate' }]);
    expect(await desk.code('users.password', { username: 'adm', password: 'changed1' })).toBe('ok');
  });
});

interface Listening {
  readonly port: number;
  close(): void;
}

/** A server that greets every caller, or says nothing. */
function listen(greet: (say: (text: string) => void) => void): Promise<Listening> {
  return new Promise((resolve) => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      greet((text) => socket.write(text));
    }).listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        close: () => server.close(),
      });
    });
  });
}
