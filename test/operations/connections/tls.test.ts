import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../../electron/contract/connections.js';
import { redisEndpoint, redisPrefix, engines } from '../../sandbox/database.js';
import { startMariadb, startMysql } from '../../sandbox/servers.js';
import type { RunningServer, SqlEndpoint } from '../../sandbox/types.js';
import { makeCertificate } from '../fixtures/certificate.js';
import { openConsole, type TestConsole } from '../console.js';

describe.each(engines())('TLS with %s', (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  let mysql: RunningServer<SqlEndpoint>;
  let redis: Server;
  let desk: TestConsole;
  let ca = '';

  beforeAll(async () => {
    const made = makeCertificate('localhost');
    ca = made.cert;
    writeFileSync(cert, made.cert);
    writeFileSync(key, made.key);
    const start = engine === 'mysql' ? startMysql : startMariadb;
    mysql = await start({ settings: { ssl_ca: cert, ssl_cert: cert, ssl_key: key, require_secure_transport: 'ON' } });
    redis = createServer({ cert: made.cert, key: made.key }, (socket) => {
      const inner = connect(redisEndpoint().port, redisEndpoint().host);
      socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
      inner.on('error', () => socket.destroy());
      socket.pipe(inner).pipe(socket);
    });
    redis.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => {
      redis.listen(0, '127.0.0.1', resolve);
    });
    desk = await openConsole();
  });
  afterAll(async () => {
    await desk.close();
    redis.close();
    await mysql.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  type Tls = { enabled: boolean; verify?: boolean; ca?: string };
  const tried = async (tls: Tls, host = 'localhost'): Promise<readonly Diagnosis[]> => {
    const { port, user, password } = mysql.endpoint;
    const address = redis.address();
    const redisPort = typeof address === 'object' && address !== null ? address.port : 0;
    return desk.ask('connections.test', {
      draft: {
        name: 'tls',
        environment: 'staging',
        mysqlPassword: password,
        mysql: { host, port, user, database: 'mysql', tls },
        redis: { host, port: redisPort, prefix: redisPrefix(), tls },
      },
    });
  };

  test('with its authority: both sides connect, checked', async () => {
    const [sql, cache] = await tried({ enabled: true, ca });
    // The system database `mysql` is not a site. This fault shows that it was read, so the connection works.
    expect(sql).toMatchObject({ fault: 'foreign_database', version: expect.stringMatching(/\d/) as string });
    expect(cache).toMatchObject({ ok: true });
  });

  test('without its authority: refused as not to be trusted, on both sides', async () => {
    expect((await tried({ enabled: true })).map(({ fault }) => fault)).toEqual(['tls', 'tls']);
  });

  test('unchecked, where somebody chose that: both sides connect', async () => {
    const [sql, cache] = await tried({ enabled: true, verify: false });
    expect([sql?.fault, cache?.ok]).toEqual(['foreign_database', true]);
  });

  test('without TLS: the hint leads to it', async () => {
    const [sql, cache] = await tried({ enabled: false });
    // MariaDB reports only a denied access; MySQL reports the real reason.
    expect(sql).toMatchObject({
      ok: false,
      fault: engine === 'mysql' ? 'tls' : 'access_denied',
      hint: expect.stringContaining('TLS') as string,
    });
    expect(cache?.ok).toBe(false);
  });

  test('Redis under a name that is not on the certificate: refused', async () => {
    const [, cache] = await tried({ enabled: true, ca }, '127.0.0.1');
    expect(cache).toMatchObject({ ok: false, fault: 'tls', hint: expect.stringContaining('another name') as string });
  });
});
