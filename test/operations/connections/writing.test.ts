import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../electron/contract/connections.js';
import { type Guard, startGuard } from '../../../build/lib/guard.mjs';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { type RunningServer, type SqlEndpoint, startMariadb, startMysql } from '../../sandbox/index.js';
import { openConsole, type TestConsole } from '../console.js';
import { migrate } from '../helpers.js';

type Account = Pick<TestDatabase['config'], 'host' | 'port' | 'user' | 'password' | 'database'>;

async function sql(account: Account, ...texts: string[]): Promise<void> {
  const connection = await createConnection(account);
  try {
    for (const text of texts) await connection.query(text);
  } finally {
    await connection.end();
  }
}

describe.each(engines())('accounts and servers that only read, on %s', (engine) => {
  let database: TestDatabase;
  let empty: TestDatabase;
  let desk: TestConsole;
  const user = `r${randomUUID().slice(0, 8)}`;

  beforeAll(async () => {
    [database, empty] = await Promise.all([createDatabase(engine), createDatabase(engine)]);
    await migrate(database.config);
    await sql(database.config, "INSERT INTO users (username, password_hash) VALUES ('ann', 'x')");
  });
  afterAll(async () => {
    await sql(database.config, `DROP USER IF EXISTS ${user}`);
    await Promise.all([database.drop(), empty.drop()]);
  });
  beforeEach(async () => {
    await sql(database.config, `DROP USER IF EXISTS ${user}`, `CREATE USER ${user} IDENTIFIED BY 'pw'`);
    desk = await openConsole();
  });
  afterEach(() => desk.close());

  const tried = async ({ host, port, user: name, password, database: schema }: Account): Promise<Diagnosis> => {
    const [mysql] = await desk.ask('connections.test', {
      draft: {
        name: 'site',
        environment: 'staging',
        mysql: { host, port, user: name, database: schema },
        redis: { ...redisEndpoint(), prefix: redisPrefix() },
        mysqlPassword: password,
      },
    });
    if (mysql === undefined) throw new Error('a part is missing');
    return mysql;
  };
  const rows = async (): Promise<unknown> => {
    const connection = await createConnection(database.config);
    const [found] = await connection.query('SELECT username, password_hash, updated_at FROM users');
    await connection.end();
    return found;
  };

  const whole = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES, DROP';

  test.each([
    ['an account of everything', `GRANT ${whole} ON {db}.* TO {user}`, null],
    ['an account that only reads', 'GRANT SELECT ON {db}.* TO {user}', /(INSERT|UPDATE|DELETE) command denied/],
    ['an account that may not delete', 'GRANT SELECT, INSERT, UPDATE ON {db}.* TO {user}', /DELETE command denied/],
    [
      'an account that changes a column alone',
      'GRANT SELECT, INSERT, DELETE, UPDATE (banned) ON {db}.users TO {user}; GRANT SELECT, INSERT ON {db}.console_audit TO {user}; GRANT SELECT ON {db}.play_records TO {user}',
      /UPDATE command denied/,
    ],
    [
      'an account of the site’s tables alone',
      'GRANT SELECT, INSERT, UPDATE, DELETE ON {db}.users TO {user}; GRANT SELECT ON {db}.play_records TO {user}; GRANT SELECT ON {db}.console_audit TO {user}',
      /INSERT command denied/,
    ],
  ] as const)('%s: said of a site with the console’s tables, and nothing is changed', async (_what, grants, words) => {
    const before = await rows();
    for (const grant of grants.split('; '))
      await sql(database.config, grant.replaceAll('{db}', database.config.database).replaceAll('{user}', user));
    const found = await tried({ ...database.config, user, password: 'pw' });
    if (words === null) expect(found).toMatchObject({ ok: true, fault: null });
    else {
      expect(found).toMatchObject({ ok: false, fault: 'read_only' });
      expect(found.message).toMatch(words);
      expect(found.hint).toContain(`ON ${database.config.database}.*`);
    }
    expect(await rows()).toEqual(before);
  });

  test.each([
    ['SELECT', 'read_only'],
    [whole, null],
  ])('in an empty database, of an account with %s', async (right, fault) => {
    await sql(empty.config, `GRANT ${right} ON ${empty.config.database}.* TO ${user}`);
    const found = await tried({ ...empty.config, user, password: 'pw' });
    expect(found).toMatchObject({ ok: fault === null, fault });
    const connection = await createConnection(empty.config);
    expect((await connection.query('SHOW TABLES'))[0]).toEqual([]);
    await connection.end();
  });

  test('a table that somebody holds is not waited for', async () => {
    const holder = await createConnection(database.config);
    try {
      await holder.query('LOCK TABLES users WRITE, console_audit WRITE');
      const found = await tried(database.config);
      expect(found).toMatchObject({ ok: true, fault: null });
    } finally {
      await holder.end();
    }
  });

  describe('a server with read_only', () => {
    let guard: Guard;
    let server: RunningServer<SqlEndpoint>;
    beforeAll(async () => {
      guard = startGuard();
      server = await (engine === 'mysql' ? startMysql : startMariadb)({ guard });
    });
    afterAll(async () => {
      await server.kill();
      await guard.close();
    });

    test('is said to be one', async () => {
      const { host, port, user: root, password } = server.endpoint;
      const account = { host, port, user: root, password, database: 'mysql' };
      await sql(
        account,
        'CREATE DATABASE films',
        "CREATE USER site IDENTIFIED BY 'pw'",
        `GRANT ${whole} ON films.* TO site`,
      );
      const site = { host, port, user: 'site', password: 'pw', database: 'films' };
      await migrate(site);
      expect(await tried(site)).toMatchObject({ ok: true });
      await sql(account, 'SET GLOBAL read_only = ON');
      const found = await tried(site);
      expect(found).toMatchObject({ ok: false, fault: 'read_only' });
      expect(found.message).toMatch(/This MySQL only reads: .*read.only/);
      expect(found.hint).toMatch(/replica/);
    });
  });
});
