import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { type SiteRedis, openRedis } from '../../../electron/data/redis/client.js';
import { createDatabase, type TestDatabase } from '../../sandbox/database.js';
import { until } from '../../sandbox/redis-replicas.js';
import { startRedis } from '../../sandbox/servers.js';
import type { RedisEndpoint, RunningServer } from '../../sandbox/types.js';
import { createNumbers } from '../cache/support.js';
import { openProcess, readNumber, watchNumber } from './readers.js';

let database: TestDatabase;
let server: RunningServer<RedisEndpoint>;
let admin: Redis;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  [database, server] = await Promise.all([createDatabase('mariadb'), startRedis()]);
  await createNumbers(database.config);
  admin = new Redis({ ...server.endpoint, replyMapping: 'legacy' });
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  admin.disconnect();
  await server.kill();
  await database.drop();
});

test('a server that is no master any more is not believed', async () => {
  const a = await openProcess(database.config, { ...server.endpoint, prefix: 'single:' });
  ends.push(() => a.close());
  const watch = watchNumber('name');
  await watch.write(a);
  expect(await readNumber(a, 'name')).toBe(1);
  expect(a.cache.reading).toBe(true);
  // Of a master that nobody answers for: what it has stays as it is.
  await admin.replicaof('127.0.0.1', '1');
  ends.push(() => admin.replicaof('NO', 'ONE'));
  // Otherwise it would refuse deletions, for which it is not believed either.
  await admin.config('SET', 'replica-read-only', 'no');
  await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until('the connection is back', () => a.redis.status === 'ready');
  await watch.read([a], 1_000);
  expect(a.cache.reading).toBe(false);
  await admin.replicaof('NO', 'ONE');
  await until('it is believed again', async () => {
    await readNumber(a, 'name');
    return a.cache.reading;
  });
  expect(watch.stale).toEqual([]);
});

interface Connecting {
  readonly connector: { disconnect(): void };
}

/** As the driver does if the sentinels tell it of another master while it still looks for one. */
const dropped = (client: SiteRedis): void => (client as unknown as Connecting).connector.disconnect();

test('a client that the driver gives up connects again; one that was closed does not', async () => {
  const client = openRedis(server.endpoint);
  ends.push(() => client.disconnect());
  dropped(client);
  await until('it has given up', () => client.status === 'end');
  await until('it is connected again', () => client.status === 'ready');
  expect(await client.ping()).toBe('PONG');

  const over = [openRedis(server.endpoint), openRedis(server.endpoint)] as const;
  await until('they are connected', () => over.every(({ status }) => status === 'ready'));
  over[0].disconnect();
  await over[1].quit();
  await until('they are closed', () => over.every(({ status }) => status === 'end'));
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(over.map(({ status }) => status)).toEqual(['end', 'end']);
});
