import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Replicas } from '../../electron/storage/hybrid/replica.js';
import { createStorage, Refusal, storageConfig } from '../../electron/storage/index.js';
import { connect } from '../../electron/data/mysql/connect.js';
import { Database, type DatabaseConfig } from '../../electron/data/mysql/database.js';
import { makeCertificate } from '../operations/fixtures/certificate.js';
import { openConsole } from '../operations/console.js';
import { migrate } from '../operations/helpers.js';
import { engines, redisEndpoint, redisPrefix } from '../sandbox/database.js';
import { startMariadb, startMysql } from '../sandbox/servers.js';
import type { RunningServer, SqlEndpoint } from '../sandbox/types.js';

/** The certificate is for 127.0.0.1 and for a name that is not `localhost`: of two ways to one server, one is right. */
const names = ['db.example', '127.0.0.1'] as const;
const [right, wrong] = ['127.0.0.1', 'localhost'];

describe.each(engines())('the storage’s TLS with %s', (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  let server: RunningServer<SqlEndpoint>;
  let ca = '';

  beforeAll(async () => {
    const made = makeCertificate(...names);
    ca = made.cert;
    writeFileSync(cert, made.cert);
    writeFileSync(key, made.key);
    const start = engine === 'mysql' ? startMysql : startMariadb;
    server = await start({ settings: { ssl_ca: cert, ssl_cert: cert, ssl_key: key } });
    const { host, port, user, password } = server.endpoint;
    const setUp = await createConnection({ host, port, user, password });
    await setUp.query('CREATE DATABASE moontv CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
    await setUp.end();
    await migrate({ host, port, user, password, database: 'moontv' });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The variables of a site that reaches the server by this host. */
  const variables = (host: string, more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
    MYSQL_HOST: host,
    MYSQL_PORT: String(server.endpoint.port),
    MYSQL_USER: server.endpoint.user,
    MYSQL_PASSWORD: server.endpoint.password,
    REDIS_URL: `redis://${redisEndpoint().host}:${String(redisEndpoint().port)}`,
    MOONDESK_REDIS_PREFIX: redisPrefix(),
    MOONDESK_WARM_USERS: '0',
    ...more,
  });
  const configOf = (host: string, more: NodeJS.ProcessEnv): DatabaseConfig => {
    const config = storageConfig(variables(host, more));
    if (config.engine !== 'hybrid') throw new Error('The variables name the hybrid storage.');
    return config.mysql;
  };
  /** How the server's connections are encrypted, or the code of the refusal. */
  const cipher = async (config: DatabaseConfig): Promise<string> => {
    const db = new Database(config);
    try {
      const [row] = await db.rows<{ Value: string }>("SHOW STATUS LIKE 'Ssl_cipher'");
      return row?.Value ?? '';
    } catch (error) {
      return error instanceof Refusal ? error.code : String(error);
    } finally {
      await db.close();
    }
  };

  test('on: takes the server by what is on its certificate, and by nothing else', async () => {
    for (const given of [ca, cert]) {
      const chosen = { MOONDESK_MYSQL_TLS: 'on', MOONDESK_MYSQL_TLS_CA: given };
      expect(await cipher(configOf(right, chosen))).toMatch(/^TLS_|ECDHE/);
      expect(await cipher(configOf(wrong, chosen))).toBe('unavailable');
      await expect(connect(configOf(wrong, chosen))).rejects.toThrow(/altnames/);
    }
    // An address is checked as an address, not as a name, which it does not have.
    expect(await cipher(configOf('0.0.0.0', { MOONDESK_MYSQL_TLS_CA: ca }))).toBe('unavailable');
    expect(await cipher(configOf(right, { MOONDESK_MYSQL_TLS: 'on' }))).toBe('unavailable');
  });

  test('on: also for a site that gives the TLS itself, and checked again when the session is resumed', async () => {
    const given = { ...configOf(right, {}), tls: { ca } };
    expect(await cipher(given)).toMatch(/^TLS_|ECDHE/);
    expect(await cipher({ ...given, host: wrong ?? '' })).toBe('unavailable');
    expect(await cipher(given)).toMatch(/^TLS_|ECDHE/);
  });

  test('insecure: encrypted, whoever it is; off: not', async () => {
    expect(await cipher(configOf(wrong ?? '', { MOONDESK_MYSQL_TLS: 'insecure' }))).toMatch(/^TLS_|ECDHE/);
    expect(await cipher(configOf(wrong ?? '', {}))).toBe('');
  });

  test('the storage says that it does not believe the server, and what to do', async () => {
    const storage = createStorage(storageConfig(variables(wrong ?? '', { MOONDESK_MYSQL_TLS_CA: ca })));
    await expect(storage.getUserInfoV2('alice')).rejects.toMatchObject({
      code: 'unavailable',
      details: { fault: 'tls' },
      hint: { en: expect.stringContaining('MOONDESK_MYSQL_TLS_CA') as string },
    });
    await storage.close();
  });

  test('each replica is believed by its own name', async () => {
    const config = configOf(right, { MOONDESK_MYSQL_TLS_CA: ca });
    const db = new Database(config);
    const replicas = new Replicas(db, [{ ...config, host: wrong ?? '' }, config], { every: 60_000 });
    await replicas.measure();
    await replicas.measure();
    expect(replicas.lags).toEqual([null, expect.any(Number)]);
    await replicas.close();
    await db.close();
  });

  test('the console checks the same, by name and by address', async () => {
    const desk = await openConsole();
    const { port, user, password } = server.endpoint;
    const tried = async (host: string): Promise<unknown> => {
      const [sql] = await desk.ask('connections.test', {
        draft: {
          name: 'tls',
          environment: 'staging',
          mysqlPassword: password,
          mysql: { host, port, user, database: 'moontv', tls: { enabled: true, ca } },
          redis: { ...redisEndpoint(), prefix: redisPrefix() },
        },
      });
      return sql?.fault ?? null;
    };
    expect([await tried(right ?? ''), await tried(wrong ?? ''), await tried('0.0.0.0')]).toEqual([null, 'tls', 'tls']);
    await desk.close();
  });
});

describe.runIf(engines().includes('mysql'))('the password of a MySQL that does not remember it, without TLS', () => {
  let server: RunningServer<SqlEndpoint>;
  let key = '';
  const user = 'unremembered';
  const password = 'a secret worth having';

  beforeAll(async () => {
    server = await startMysql();
    const { host, port, ...account } = server.endpoint;
    const setUp = await createConnection({ host, port, user: account.user, password: account.password });
    await setUp.query(`CREATE USER '${user}'@'%' IDENTIFIED WITH caching_sha2_password BY '${password}'`);
    const [rows] = await setUp.query("SHOW STATUS LIKE 'Caching_sha2_password_rsa_public_key'");
    key = (rows as { Value: string }[])[0]?.Value ?? '';
    await setUp.end();
  });
  afterAll(() => server.stop());

  const tried = async (more: Partial<DatabaseConfig>): Promise<string> => {
    const { host, port, ...account } = server.endpoint;
    const setUp = await createConnection({ host, port, user: account.user, password: account.password });
    // From now on the server's authentication cache is empty.
    await setUp.query('FLUSH PRIVILEGES');
    await setUp.end();
    const config = { host: '0.0.0.0', port, user, password, database: 'information_schema', ...more };
    const db = new Database(config);
    try {
      await db.rows('SELECT 1');
      return 'ok';
    } catch (error) {
      return error instanceof Refusal ? error.code : String(error);
    } finally {
      await db.close();
    }
  };

  test('goes to the holder of the pinned key, to whom it was allowed, and over the loopback; else nowhere', async () => {
    expect(key).toContain('BEGIN PUBLIC KEY');
    expect(await tried({})).toBe('unavailable');
    expect(await tried({ serverPublicKey: key })).toBe('ok');
    expect(await tried({ allowPlainPassword: true })).toBe('ok');
    expect(await tried({ host: '127.0.0.1' })).toBe('ok');
    expect(await tried({ host: '127.0.0.1', serverPublicKey: key })).toBe('ok');
    expect(await tried({ tls: { rejectUnauthorized: false } })).toBe('ok');
  });

  test('which remembers it is answered by the scramble alone', async () => {
    expect(await tried({ host: '127.0.0.1' })).toBe('ok');
    const { port } = server.endpoint;
    const db = new Database({ host: '0.0.0.0', port, user, password, database: 'information_schema' });
    expect(await db.rows('SELECT 1 AS one')).toHaveLength(1);
    await db.close();
  });
});
