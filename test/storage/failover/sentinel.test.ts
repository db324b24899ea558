/**
 * No read is older than a write that was acknowledged before it, while a Redis behind sentinels changes its master: the
 * new one lacks what the old one was told last, the old one may live on, and one that was a master before may become it
 * again.
 */
import { Redis } from 'ioredis';
import { afterEach, beforeAll, afterAll, expect, test } from 'vitest';
import { openRedis } from '../../../electron/data/redis/client.js';
import { createStorage } from '../../../electron/storage/index.js';
import type { Opened } from '../cache/support.js';
import { createNumbers } from '../cache/support.js';
import { createDatabase, type TestDatabase } from '../../sandbox/database.js';
import { loseReplication, type RedisReplicas, startReplicas, until } from '../../sandbox/redis-replicas.js';
import { openProcess, readNumber, watchNumber } from './readers.js';

let database: TestDatabase;
let redis: RedisReplicas;
const opened: Opened[] = [];
let made = 0;

beforeAll(async () => {
  database = await createDatabase('mariadb');
  await createNumbers(database.config);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await redis.stop();
});
afterAll(() => database.drop());

const open = async (prefix: string, idle = false): Promise<Opened> => {
  const one = await openProcess(
    database.config,
    {
      host: 'nowhere.invalid',
      port: 1,
      prefix,
      sentinels: { name: 'films', nodes: redis.sentinels },
    },
    { idle },
  );
  opened.push(one);
  return one;
};

/** Two processes, and a number whose first value is in Redis and on the replicas. */
async function begin(count = 2) {
  redis = await startReplicas({ replicas: count - 1 });
  made += 1;
  const [prefix, name] = [`failover${String(made)}:`, `name${String(made)}`];
  const [a, b] = [await open(prefix), await open(prefix)];
  const watch = watchNumber(name);
  await watch.write(b);
  await readNumber(a, name);
  const key = a.keys.of('userInfo', name);
  await until('the value is on every server', async () =>
    (await Promise.all(redis.nodes.map(({ direct }) => direct.get(key)))).every((value) => value === '{"n":1}'),
  );
  const old = await redis.master();
  const others = redis.nodes.filter((node) => node !== old);
  return { a, b, open: (idle?: boolean) => open(prefix, idle), watch, name, key, old, others };
}

const promoted = async (old: Awaited<ReturnType<RedisReplicas['master']>>) =>
  until('the sentinels name another master', async () => (await redis.master()) !== old);

test('the master is killed before its replicas got the last write', { timeout: 60_000 }, async () => {
  const { a, b, watch, key, old, others } = await begin(3);
  await loseReplication(old);
  await watch.write(b);
  await watch.read([a, b], 200);
  for (const { direct } of others) expect(await direct.get(key)).toBe('{"n":1}');
  await old.server.kill();
  await Promise.all([promoted(old), watch.read([a, b], 4_000)]);
  await watch.read([a, b], 2_000);
  await watch.write(b);
  await watch.read([a, b], 500);
  expect(watch.stale).toEqual([]);
  expect(watch.reads).toBeGreaterThan(200);
  await until('the cache is read again', () => a.cache.reading && b.cache.reading);
});

test('a master that froze wakes up after another has taken over', { timeout: 60_000 }, async () => {
  const { a, open: another, watch, old } = await begin(2);
  process.kill(old.server.pid(), 'SIGSTOP');
  try {
    await promoted(old);
    const c = await another();
    await watch.write(c);
    process.kill(old.server.pid(), 'SIGCONT');
    await watch.read([a, c], 6_000);
    await watch.write(c);
    await watch.read([a, c], 500);
  } finally {
    process.kill(old.server.pid(), 'SIGCONT');
  }
  expect(watch.stale).toEqual([]);
  expect(watch.reads).toBeGreaterThan(200);
});

test('one process and the old master are cut off from the rest', { timeout: 60_000 }, async () => {
  const { a, open: another, watch, old } = await begin(2);
  // What the sentinels and the replicas are answered is held back; the reader, who asks other things, is answered.
  old.proxy.hold(/REPLCONF|__sentinel__/i);
  await Promise.all([promoted(old), watch.read([a], 3_000)]);
  const c = await another();
  await watch.write(c);
  await watch.read([a, c], 4_000);
  old.proxy.release();
  await watch.read([a, c], 3_000);
  expect(watch.stale).toEqual([]);
  expect(watch.reads).toBeGreaterThan(200);
});

/** The connections that listen to the first sentinel. */
async function listeners(): Promise<readonly string[]> {
  const [sentinel] = redis.sentinels;
  if (sentinel === undefined) throw new Error('There is a sentinel.');
  const direct = new Redis({ ...sentinel, replyMapping: 'legacy' });
  try {
    return String(await direct.client('LIST'))
      .split('\n')
      .filter((line) => line.includes(' cmd=subscribe '))
      .map((line) => /^id=\d+/.exec(line)?.[0] ?? '');
  } finally {
    direct.disconnect();
  }
}

test('a storage without MySQL that was closed leaves the sentinels too', { timeout: 60_000 }, async () => {
  redis = await startReplicas({ replicas: 1 });
  const storage = createStorage({
    engine: 'redis',
    redis: { host: 'nowhere.invalid', port: 1, prefix: '', sentinels: { name: 'films', nodes: redis.sentinels } },
  });
  await storage.checkUserExist('ann');
  await until('it listens to the sentinel', async () => (await listeners()).length === 1);
  await storage.close();
  await expect.poll(listeners, { timeout: 10_000 }).toEqual([]);
});

test('a sentinel that was away is listened to again, and one that is down is no complaint', async () => {
  redis = await startReplicas({ replicas: 1 });
  const nodes = [...redis.sentinels, { host: '127.0.0.1', port: 1 }];
  const client = openRedis({ host: 'nowhere.invalid', port: 1, prefix: '', sentinels: { name: 'films', nodes } });
  try {
    await until('it listens to the sentinel', async () => (await listeners()).length === 1);
    const [before] = await listeners();
    const [sentinel] = redis.sentinels;
    const direct = new Redis({ ...sentinel, replyMapping: 'legacy' });
    await direct.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    direct.disconnect();
    const again = async (): Promise<boolean> => ![before, undefined].includes((await listeners())[0]);
    await expect.poll(again, { timeout: 20_000 }).toBe(true);
  } finally {
    client.disconnect();
  }
}, 60_000);

test('a master that was a replica in between is master again', { timeout: 60_000 }, async () => {
  const { a, b, open: another, watch, name, key, old, others } = await begin(2);
  const [other] = others;
  if (other === undefined) throw new Error('There is a replica.');
  // Nobody reads from now on, so that no gate is opened at the other master.
  await Promise.all([a.close(), b.close()]);
  await other.direct.config('SET', 'replica-priority', '1');
  await redis.failover();
  await promoted(old);
  await until('the old master follows', async () => /^role:slave/m.test(await old.direct.info('replication')));
  const writer = await another(true);
  await until('the writer is connected', () => writer.redis.status === 'ready');
  expect(await other.direct.get(key)).toBe('{"n":1}');
  await until('the old master is in step', async () =>
    /master_link_status:up/.test(await old.direct.info('replication')),
  );
  await loseReplication(other);
  await watch.write(writer);
  expect(await old.direct.get(key)).toBe('{"n":1}');
  await writer.close();
  await other.server.kill();
  await until('the old master is master again', async () => (await redis.master()) === old);
  const reader = await another();
  await watch.read([reader], 2_000);
  expect(watch.stale).toEqual([]);
  expect(await readNumber(reader, name)).toBe(2);
});
