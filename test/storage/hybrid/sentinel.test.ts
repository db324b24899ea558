import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Guard, startGuard } from '../../../build/lib/guard.mjs';
import { which } from '../../../build/lib/run.mjs';
import { createStorage, type HybridStorage } from '../../../electron/storage/index.js';
import { migrate } from '../../operations/helpers.js';
import { createDatabase, type TestDatabase } from '../../sandbox/database.js';
import { freePort } from '../../sandbox/ports.js';
import { startRedis } from '../../sandbox/servers.js';
import type { RedisEndpoint, RunningServer } from '../../sandbox/types.js';
import { play } from './test-storage.js';

let guard: Guard;
let servers: RunningServer<RedisEndpoint>[];
let sentinel: ChildProcess;
let folder: string;
let database: TestDatabase;
let storage: HybridStorage;
let asked: Redis;

beforeAll(async () => {
  guard = startGuard();
  servers = await Promise.all([startRedis({ guard }), startRedis({ guard })]);
  const [master, replica] = servers.map(({ endpoint }) => endpoint);
  if (master === undefined || replica === undefined) throw new Error('Two servers were started.');
  const follower = new Redis(replica.port, replica.host);
  await follower.replicaof(master.host, master.port);
  follower.disconnect();

  folder = await mkdtemp(join(tmpdir(), 'moondesk-sentinel-'));
  const port = await freePort();
  const config = join(folder, 'sentinel.conf');
  await writeFile(
    config,
    `port ${port}\nbind 127.0.0.1\ndir ${folder}\nsentinel monitor films ${master.host} ${master.port} 1\nsentinel failover-timeout films 10000\n`,
  );
  // If packages have it under another name, its first argument tells it what to be.
  const program = which('redis-server') ?? which('redis-check-rdb') ?? '';
  sentinel = spawn(program, [config, '--sentinel'], { argv0: 'redis-server', stdio: 'ignore' });
  asked = new Redis({ host: '127.0.0.1', port, replyMapping: 'legacy', retryStrategy: () => 100 });
  asked.on('error', () => undefined);
  database = await createDatabase('mariadb');
  await migrate(database.config);
  storage = createStorage({
    engine: 'hybrid',
    mysql: database.config,
    redis: { host: 'nowhere.invalid', port: 1, sentinels: { name: 'films', nodes: [{ host: '127.0.0.1', port }] } },
    warmUsers: 0,
  });
});

afterAll(async () => {
  await storage.close();
  await database.drop();
  asked.disconnect();
  sentinel.kill('SIGKILL');
  if (sentinel.exitCode === null && sentinel.signalCode === null) await once(sentinel, 'exit');
  await Promise.all(servers.map((server) => server.kill()));
  await guard.close();
  await rm(folder, { recursive: true, force: true });
});

test('the master is asked of the sentinels, and followed when it becomes another', async () => {
  const masterPort = async (): Promise<number> => {
    const [, port] = (await asked.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'films')) as [string, string];
    return Number(port);
  };
  const replicas = (): Promise<number> =>
    asked.call('SENTINEL', 'REPLICAS', 'films').then(
      (list) => (list as unknown[]).length,
      () => 0,
    );
  await expect.poll(replicas, { timeout: 30_000 }).toBe(1);
  await expect.poll(() => storage.health(), { timeout: 15_000 }).toMatchObject({ mysql: true, redis: true });
  await storage.registerUser('alice', 'secret');
  await storage.setPlayRecord('alice', 'a+1', play());
  await storage.addSearchHistory('alice', 'before');
  expect(await storage.getPlayRecord('alice', 'a+1')).toEqual(play());

  const before = await masterPort();
  await expect
    .poll(() => asked.call('SENTINEL', 'FAILOVER', 'films').then(String, String), { timeout: 20_000, interval: 500 })
    .toBe('OK');
  await expect.poll(masterPort, { timeout: 30_000 }).not.toBe(before);
  // During and after that, the truth is returned.
  await storage.setPlayRecord('alice', 'a+1', play({ index: 7 }));
  expect(await storage.getPlayRecord('alice', 'a+1')).toEqual(play({ index: 7 }));
  await expect
    .poll(() => storage.addSearchHistory('alice', 'after').then(() => storage.getSearchHistory('alice')), {
      timeout: 30_000,
    })
    .toEqual(['after', 'before']);
  expect(await storage.getPlayRecord('alice', 'a+1')).toEqual(play({ index: 7 }));
});
