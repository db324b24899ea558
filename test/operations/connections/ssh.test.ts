// @module-tag long
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Diagnosis } from '../../../electron/contract/connections.js';
import type { Input } from '../../../electron/contract/index.js';
import type { SshConfig } from '../../../electron/data/ssh/ssh-config.js';
import { SshTunnel } from '../../../electron/data/ssh/tunnel.js';
import { hasOpenssh } from '../../../build/setup/openssh.mjs';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { freePort } from '../../sandbox/ports.js';
import { startProxy } from '../../sandbox/proxy.js';
import { until } from '../../sandbox/redis-replicas.js';
import { type KeyPair, makeKey, type SshEndpoint, type SshServer, startAgent, startSshd } from '../../sandbox/sshd.js';
import { openConsole, type TestConsole } from '../console.js';
import { makeCertificate } from '../fixtures/certificate.js';
import { migrate } from '../helpers.js';

type Draft = Input<'connections.save'>['draft'];
type Ssh = NonNullable<Draft['ssh']>;

describe.skipIf(!hasOpenssh())('connections through SSH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-ssh-'));
  let key: KeyPair;
  let guarded: KeyPair;
  let stranger: KeyPair;
  let server: SshServer;
  const wrong = `SHA256:${'A'.repeat(43)}`;

  beforeAll(async () => {
    [key, guarded, stranger] = await Promise.all([
      makeKey(folder, 'key'),
      makeKey(folder, 'guarded', 'open sesame'),
      makeKey(folder, 'stranger'),
    ]);
    server = await startSshd([key, guarded]);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const sshOf = ({ host, port, user, hostKey }: SshEndpoint, more: Partial<Ssh> = {}): Ssh => ({
    host,
    port,
    user,
    hostKey,
    login: 'key',
    keyFile: key.file,
    ...more,
  });

  const draftOf = (
    { config: { password, ...mysql } }: Pick<TestDatabase, 'config'>,
    ssh: Ssh,
    more: Partial<Draft> = {},
  ): Draft => ({
    name: '经 SSH',
    environment: 'development',
    ssh,
    mysql,
    redis: { ...redisEndpoint(), prefix: redisPrefix() },
    mysqlPassword: password,
    ...more,
  });

  describe.each(engines())('to %s', (engine) => {
    let database: TestDatabase;
    let desk: TestConsole;
    beforeAll(async () => {
      database = await createDatabase(engine);
      await migrate(database.config);
      desk = await openConsole();
    });
    afterAll(async () => {
      await desk.close();
      await database.drop();
    });

    test('a test shows the key to pin; with it, MySQL and Redis answer', async () => {
      const { hostKey: _, ...unpinned } = sshOf(server.endpoint);
      const shown = await desk.ask('connections.test', { draft: draftOf(database, unpinned) });
      expect(shown).toMatchObject([
        { part: 'ssh', ok: false, fault: 'unknown_host_key', hostKey: server.endpoint.hostKey },
      ]);
      const hostKey = shown[0]?.hostKey ?? '';
      const tried = await desk.ask('connections.test', { draft: draftOf(database, { ...unpinned, hostKey }) });
      expect(tried).toMatchObject([
        { part: 'ssh', ok: true, hostKey },
        { part: 'mysql', ok: true },
        { part: 'redis', ok: true },
      ]);
    });

    // Debian's MariaDB has no TLS of its own accord.
    test.runIf(engine === 'mysql')('MySQL encrypts inside the tunnel', async () => {
      const draft = draftOf(database, sshOf(server.endpoint));
      const mysql = { ...draft.mysql, tls: { enabled: true, verify: false } };
      expect((await desk.ask('connections.test', { draft: { ...draft, mysql } }))[1]).toMatchObject({ ok: true });
    });

    test('a lost tunnel is made again, for MySQL and for Redis', async () => {
      const { id } = await desk.ask('connections.save', { draft: draftOf(database, sshOf(server.endpoint)) });
      await desk.ask('connections.open', { id });
      const { site } = desk.desk;
      if (site === null) throw new Error('it is not open');
      await until('Redis answers', () => site.redisUp);
      await site.db.rows('SELECT 1');
      const redisLost = new Promise((resolve) => site.redis.once('close', resolve));
      // A write, because a read would be asked again.
      const asked = site.db.run('DO SLEEP(60)').catch((error: unknown) => error);
      await until('the statement runs', async () => (await running(database)) > 0);
      await server.cutConnections();
      expect(await asked).toMatchObject({ code: 'unavailable' });
      await redisLost;
      expect(await site.db.rows('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await until('Redis answers again', () => site.redisUp);
      expect(await site.redis.ping()).toBe('PONG');
    });

    test('whoever does not get in hears why from the connection', async () => {
      const ssh = sshOf(server.endpoint, { hostKey: wrong });
      const { id } = await desk.ask('connections.save', { draft: draftOf(database, ssh, { name: '另一台' }) });
      await expect(desk.ask('connections.open', { id })).rejects.toMatchObject({
        code: 'unavailable',
        details: { part: 'ssh', fault: 'wrong_host_key', hostKey: server.endpoint.hostKey },
      });
    });
  });

  describe('as a test of the connection says it', () => {
    let database: TestDatabase;
    let desk: TestConsole;
    beforeAll(async () => {
      database = await createDatabase('mariadb');
      desk = await openConsole();
    });
    afterAll(async () => {
      await desk.close();
      await database.drop();
    });
    const tried = async (ssh: Partial<Ssh>, sshPassword?: string, at = server): Promise<readonly Diagnosis[]> =>
      desk.ask('connections.test', {
        draft: draftOf(database, sshOf(at.endpoint, ssh), sshPassword === undefined ? {} : { sshPassword }),
      });

    test('a wrong host key is refused, with both fingerprints', async () => {
      const [way, ...more] = await tried({ hostKey: wrong });
      expect(way).toMatchObject({ fault: 'wrong_host_key', hostKey: server.endpoint.hostKey });
      expect(way?.message).toContain(wrong);
      expect(way?.message).toContain(server.endpoint.hostKey);
      expect(more).toEqual([]);
    });

    test.each<[string, () => Partial<Ssh>, string | undefined, string]>([
      ['a passphrase that is missing', () => ({ keyFile: guarded.file }), undefined, 'wrong_passphrase'],
      ['a passphrase that is wrong', () => ({ keyFile: guarded.file }), 'wrong', 'wrong_passphrase'],
      ['a key file that is not there', () => ({ keyFile: join(folder, 'none') }), undefined, 'key_file'],
      ['a public key', () => ({ keyFile: `${key.file}.pub` }), undefined, 'key_file'],
      ['a key that the server does not know', () => ({ keyFile: stranger.file }), undefined, 'access_denied'],
      ['a wrong password', () => ({ login: 'password' }), 'wrong', 'access_denied'],
      ['no agent', () => ({ login: 'agent' }), undefined, 'no_agent'],
      ['a port where nothing listens', () => ({ port: 1 }), undefined, 'unreachable'],
      ['a host that does not exist', () => ({ host: 'nowhere.invalid' }), undefined, 'unreachable'],
    ])('%s', async (_what, ssh, secret, fault) => {
      expect(await tried(ssh(), secret)).toMatchObject([
        { part: 'ssh', ok: false, fault, hint: expect.stringMatching(/\w/) as string },
      ]);
    });

    test('a passphrase opens the key', async () => {
      expect((await tried({ keyFile: guarded.file }, 'open sesame')).map(({ ok }) => ok)).toEqual([true, true, true]);
    });

    test('an agent signs in once it has the key', async () => {
      const agent = await startAgent();
      onTestFinished(() => agent.stop());
      const own = await openConsole({ SSH_AUTH_SOCK: agent.socket });
      onTestFinished(() => own.close());
      const draft = draftOf(database, sshOf(server.endpoint, { login: 'agent' }));
      expect(await own.ask('connections.test', { draft })).toMatchObject([{ part: 'ssh', fault: 'access_denied' }]);
      await agent.add(key);
      expect(await own.ask('connections.test', { draft })).toMatchObject([
        { part: 'ssh', ok: true },
        { ok: true },
        { ok: true },
      ]);
    });

    test('a server that forwards nothing, and one that reaches nothing', async () => {
      const closed = await startSshd([key], ['AllowTcpForwarding no']);
      onTestFinished(() => closed.close());
      const refused = await tried({}, undefined, closed);
      expect(refused.map(({ part, fault }) => [part, fault])).toEqual([
        ['ssh', null],
        ['mysql', 'forward_refused'],
        ['redis', 'forward_refused'],
      ]);
      const port = await freePort();
      const draft = draftOf(database, sshOf(server.endpoint));
      const [, mysql, redis] = await desk.ask('connections.test', {
        draft: { ...draft, mysql: { ...draft.mysql, port }, redis: { ...draft.redis, port } },
      });
      expect([mysql, redis]).toMatchObject([{ fault: 'unreachable' }, { fault: 'unreachable' }]);
      expect(mysql?.message).toContain(`127.0.0.1:${port} cannot be reached from`);
    });

    test('TLS inside the tunnel checks the name of the server at its end', async () => {
      const made = makeCertificate('localhost');
      const encrypted: Server = createServer({ cert: made.cert, key: made.key }, (socket) => {
        const inner = connect(redisEndpoint().port, redisEndpoint().host);
        socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
        inner.on('error', () => socket.destroy());
        socket.pipe(inner).pipe(socket);
      });
      encrypted.on('tlsClientError', () => undefined);
      onTestFinished(() => void encrypted.close());
      await new Promise<void>((resolve) => {
        encrypted.listen(0, '127.0.0.1', resolve);
      });
      const address = encrypted.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const draft = draftOf(database, sshOf(server.endpoint));
      const over = async (host: string): Promise<Diagnosis | undefined> => {
        const redis = { ...draft.redis, host, port, tls: { enabled: true, ca: made.cert } };
        return (await desk.ask('connections.test', { draft: { ...draft, redis } }))[2];
      };
      expect(await over('localhost')).toMatchObject({ part: 'redis', ok: true });
      expect(await over('127.0.0.1')).toMatchObject({ part: 'redis', fault: 'tls' });
    });

    test('the environment’s connection can go through SSH', async () => {
      const { host, port, user, hostKey } = server.endpoint;
      const { config } = database;
      const own = await openConsole({
        MYSQL_HOST: config.host,
        MYSQL_PORT: String(config.port),
        MYSQL_USER: config.user,
        MYSQL_PASSWORD: config.password,
        MYSQL_DATABASE: config.database,
        REDIS_URL: `redis://${redisEndpoint().host}:${redisEndpoint().port}`,
        MOONDESK_SSH_HOST: host,
        MOONDESK_SSH_PORT: String(port),
        MOONDESK_SSH_USER: user,
        MOONDESK_SSH_HOST_KEY: hostKey,
        MOONDESK_SSH_KEY_FILE: guarded.file,
        MOONDESK_SSH_PASSWORD: 'open sesame',
      });
      onTestFinished(() => own.close());
      const tested = await own.ask('connections.test', { id: 'environment' });
      expect(tested.map(({ part, ok }) => [part, ok])).toContainEqual(['ssh', true]);
      expect(JSON.stringify(await own.ask('connections.list', {}))).not.toContain('open sesame');
    });
  });

  describe('a tunnel', () => {
    const config = ({ endpoint: { host, port, user, hostKey } } = server): SshConfig => ({
      host,
      port,
      user,
      hostKey,
      login: 'key',
      keyFile: key.file,
    });

    test('that falls silent is given up, and made again', async () => {
      const proxy = await startProxy(server.endpoint);
      onTestFinished(() => proxy.close());
      const tunnel = new SshTunnel({ ...config(), port: proxy.port }, { alive: 100 });
      onTestFinished(() => tunnel.close());
      const open = (): Promise<unknown> => wordsFrom(tunnel, redisEndpoint(), 'PING\r\n');
      expect(await open()).toBe('+PONG\r\n');
      const held = tunnel.open(redisEndpoint().host, redisEndpoint().port);
      await new Promise((resolve) => held.once('connect', resolve));
      const lost = new Promise<unknown>((resolve) => held.once('error', resolve));
      proxy.silence();
      expect(await lost).toMatchObject({ code: 'ECONNRESET' });
      expect(await open()).toBe('+PONG\r\n');
    });

    test('that is refused knocks once, however many ask', async () => {
      const own = await startSshd([key]);
      onTestFinished(() => own.close());
      const tunnel = new SshTunnel({ ...config(own), keyFile: stranger.file });
      onTestFinished(() => tunnel.close());
      const ask = (): Promise<unknown> =>
        wordsFrom(tunnel, redisEndpoint(), 'PING\r\n').catch((error: unknown) => error);
      const all = await Promise.all(Array.from({ length: 20 }, ask));
      all.push(await ask());
      for (const one of all) expect(one).toMatchObject({ fault: 'access_denied' });
      expect(own.log().match(/Accepted key|Failed publickey|Connection closed by authenticating/g) ?? []).toHaveLength(
        1,
      );
    });

    test('that was closed opens nothing any more', async () => {
      const tunnel = new SshTunnel(config());
      await tunnel.ready();
      tunnel.close();
      await expect(wordsFrom(tunnel, redisEndpoint(), 'PING\r\n')).rejects.toMatchObject({ code: 'unavailable' });
    });

    test('carries megabytes in both directions unchanged', async () => {
      const tunnel = new SshTunnel(config());
      onTestFinished(() => tunnel.close());
      const text = readFileSync(new URL(import.meta.url), 'utf8').repeat(400);
      const value = Buffer.from(text);
      const name = `${redisPrefix()}long`;
      const words = Buffer.concat([
        Buffer.from(`*3\r\n$3\r\nSET\r\n$${name.length}\r\n${name}\r\n$${value.length}\r\n`),
        value,
        Buffer.from(`\r\nGET ${name}\r\nDEL ${name}\r\n`),
      ]);
      const answer = await wordsFrom(tunnel, redisEndpoint(), words, /:1\r\n$/);
      expect(answer === `+OK\r\n$${value.length}\r\n${text}\r\n:1\r\n`).toBe(true);
    });
  });
});

/** What the server says to these words, until its answer ends as expected. */
function wordsFrom(
  tunnel: SshTunnel,
  { host, port }: { readonly host: string; readonly port: number },
  words: string | Buffer,
  last = /\r\n$/,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tunnel.open(host, port);
    const heard: Buffer[] = [];
    socket.on('error', reject);
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes);
      if (!last.test(bytes.toString('latin1'))) return;
      resolve(Buffer.concat(heard).toString('utf8'));
      socket.destroy();
    });
    socket.write(words);
  });
}

/** How many statements sleep in this database now, as its server says. */
async function running({ config }: TestDatabase): Promise<number> {
  const connection = await createConnection(config);
  try {
    const [[row]] = await connection.query<(RowDataPacket & { found: number })[]>(
      "SELECT COUNT(*) AS found FROM information_schema.processlist WHERE db = ? AND info LIKE 'DO SLEEP%'",
      [config.database],
    );
    return row?.found ?? 0;
  } finally {
    await connection.end();
  }
}
