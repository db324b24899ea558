import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Guard, startGuard } from '../../build/lib/guard.mjs';
import { which } from '../../build/lib/run.mjs';
import { createStorage, storageConfig } from '../../electron/storage/index.js';
import { openRedis } from '../../electron/data/redis/client.js';
import { makeCertificate } from '../operations/fixtures/certificate.js';
import { until } from '../operations/fixtures/users.js';
import { freePort } from '../sandbox/ports.js';
import { startRedis } from '../sandbox/servers.js';
import type { RedisEndpoint, RunningServer } from '../sandbox/types.js';

/** The certificate of all servers here is for 127.0.0.1 and for a name that is not `localhost`. */
describe('Redis with TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-redis-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const ports = { single: 0, node: 0, sentinel: 0 };
  let guard: Guard;
  let servers: RunningServer<RedisEndpoint>[] = [];
  let sentinel: ChildProcess | null = null;

  beforeAll(async () => {
    guard = startGuard();
    const made = makeCertificate('db.example', '127.0.0.1');
    writeFileSync(cert, made.cert);
    writeFileSync(key, made.key);
    const tls = { tls_cert_file: cert, tls_key_file: key, tls_ca_cert_file: cert, tls_auth_clients: 'no' };
    ports.single = await freePort();
    ports.node = await freePort();
    const single = await startRedis({ guard, settings: { ...tls, tls_port: ports.single } });
    const node = await startRedis({
      guard,
      settings: {
        ...tls,
        tls_port: ports.node,
        tls_cluster: 'yes',
        cluster_enabled: 'yes',
        cluster_port: await freePort(),
        cluster_announce_ip: '127.0.0.1',
      },
    });
    servers = [single, node];
    const setUp = new Redis(node.endpoint.port);
    await setUp.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    await until(async () => (await setUp.cluster('INFO')).includes('cluster_state:ok'));
    setUp.disconnect();

    ports.sentinel = await freePort();
    const config = join(folder, 'sentinel.conf');
    writeFileSync(
      config,
      [
        `port 0`,
        `tls-port ${String(ports.sentinel)}`,
        `bind 127.0.0.1`,
        `dir ${folder}`,
        ...Object.entries(tls).map(([name, value]) => `${name.replaceAll('_', '-')} ${value}`),
        `tls-replication yes`,
        `sentinel monitor films 127.0.0.1 ${String(ports.single)} 1`,
        '',
      ].join('\n'),
    );
    const program = which('redis-server') ?? which('redis-check-rdb') ?? '';
    sentinel = spawn(program, [config, '--sentinel'], { argv0: 'redis-server', stdio: 'ignore' });
    await until(async () => (await outcome(sentinels('127.0.0.1'))) === 'ready');
  });
  afterAll(async () => {
    sentinel?.kill('SIGKILL');
    if (sentinel?.exitCode === null && sentinel.signalCode === null) await once(sentinel, 'exit');
    await Promise.all(servers.map((server) => server.kill()));
    await guard.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const trusting = (): NodeJS.ProcessEnv => ({ NEXT_PUBLIC_STORAGE_TYPE: 'redis', MOONDESK_REDIS_TLS_CA: cert });
  /** The URL's address is on the certificate, but the sentinels and nodes are elsewhere. */
  const sentinels = (host: string): NodeJS.ProcessEnv => ({
    ...trusting(),
    REDIS_URL: 'rediss://db.example',
    REDIS_SENTINELS: `${host}:${String(ports.sentinel)}`,
    REDIS_SENTINEL_NAME: 'films',
  });
  const cluster = (host: string): NodeJS.ProcessEnv => ({
    ...trusting(),
    REDIS_URL: 'rediss://db.example',
    REDIS_CLUSTER_NODES: `${host}:${String(ports.node)}`,
  });
  const url = (scheme: string, host: string): string => `${scheme}://${host}:${String(ports.single)}`;

  /** `ready` once commands are accepted, else the text of the first error. */
  async function outcome(environment: NodeJS.ProcessEnv): Promise<string> {
    const client = openRedis(storageConfig(environment).redis);
    try {
      return await new Promise<string>((resolve) => {
        client.on('ready', () => {
          // One more step: the answer of the server that has the key.
          client.get('k').then(
            () => resolve('ready'),
            (error: Error) => resolve(error.message),
          );
        });
        // A cluster reports its nodes' errors with a separate event.
        for (const event of ['error', 'node error']) client.on(event, (error: Error) => resolve(error.message));
      });
    } finally {
      client.disconnect();
    }
  }

  test('is checked by its name or address, against the authority of the variable', async () => {
    expect(await outcome({ ...trusting(), REDIS_URL: url('rediss', '127.0.0.1') })).toBe('ready');
    expect(await outcome({ ...trusting(), REDIS_URL: url('redis', '127.0.0.1') })).toBe('ready');
    expect(await outcome({ ...trusting(), REDIS_URL: url('rediss', 'localhost') })).toMatch(/altnames/);
    expect(await outcome({ ...trusting(), REDIS_URL: url('rediss', '0.0.0.0') })).toMatch(/altnames/);
    const unknown = { ...trusting(), MOONDESK_REDIS_TLS_CA: '', MOONDESK_REDIS_TLS: 'on' };
    expect(await outcome({ ...unknown, REDIS_URL: url('redis', '127.0.0.1') })).toMatch(/self-signed/);
  });

  test('is taken unchecked where somebody chose that', async () => {
    const insecure = { NEXT_PUBLIC_STORAGE_TYPE: 'redis', MOONDESK_REDIS_TLS: 'insecure' };
    expect(await outcome({ ...insecure, REDIS_URL: url('redis', 'localhost') })).toBe('ready');
    expect(await outcome({ ...insecure, REDIS_URL: url('rediss', 'localhost') })).toBe('ready');
  });

  // The driver does not report why sentinels and nodes are unreachable: without name checks it is shown that the name
  // is the reason.
  const unchecked = { MOONDESK_REDIS_TLS: 'insecure' };

  test('of sentinels and the master that they name, each is checked by its own', async () => {
    expect(await outcome(sentinels('127.0.0.1'))).toBe('ready');
    expect(await outcome(sentinels('localhost'))).toMatch(/sentinels are unreachable/);
    expect(await outcome({ ...sentinels('localhost'), ...unchecked })).toBe('ready');
  });

  test('of a cluster, each node is checked by its own', async () => {
    const hybrid = { NEXT_PUBLIC_STORAGE_TYPE: 'mysql-redis' };
    expect(await outcome({ ...cluster('127.0.0.1'), ...hybrid })).toBe('ready');
    expect(await outcome({ ...cluster('localhost'), ...hybrid })).not.toBe('ready');
    expect(await outcome({ ...cluster('localhost'), ...hybrid, ...unchecked })).toBe('ready');
  });

  test('carries a storage', async () => {
    const storage = createStorage(storageConfig({ ...trusting(), REDIS_URL: url('redis', '127.0.0.1') }));
    await storage.registerUser('alice', 'secret');
    expect(await storage.verifyUser('alice', 'secret')).toBe(true);
    await storage.close();
    const refused = createStorage(storageConfig({ ...trusting(), REDIS_URL: url('redis', 'localhost') }));
    await expect(refused.getAdminConfig()).rejects.toMatchObject({
      code: 'unavailable',
      cause: { message: expect.stringContaining('altnames') as string },
    });
    await refused.close();
  });
});
