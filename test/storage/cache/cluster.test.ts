import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../../sandbox/database.js';
import { type RunningCluster, startRedisCluster } from '../../sandbox/redis-cluster.js';
import { bump, createNumbers, numberLoader, type Opened, openCache } from './support.js';

describe('the cache on a cluster of three masters', () => {
  let database: TestDatabase;
  let cluster: RunningCluster;
  const opened: Opened[] = [];
  const names = Array.from({ length: 30 }, (_, at) => `user{${String(at)}`);

  const open = async (): Promise<Opened> => {
    const client = new Cluster(cluster.endpoints, {
      enableOfflineQueue: false,
      redisOptions: { maxRetriesPerRequest: 0, replyMapping: 'legacy' },
    });
    client.on('error', () => undefined);
    await new Promise((resolve) => client.once('ready', resolve));
    const [first] = cluster.endpoints;
    if (first === undefined) throw new Error('a cluster has nodes');
    // Keys of one name and many numbers are in few slots, or in all thirds of them, depending on their prefix. A read
    // that is too slow in Redis fills nothing, which does not matter in this test.
    const one = await openCache({ mysql: database.config, redis: first, prefix: 'cluster:', client, timeoutMs: 5_000 });
    opened.push(one);
    return one;
  };
  const cached = async (one: Opened, name: string): Promise<number> =>
    (await one.cache.get<{ n: number }>('userInfo', name, numberLoader(one.db, name).load))?.n ?? 0;

  beforeAll(async () => {
    database = await createDatabase('mariadb');
    await createNumbers(database.config);
    // Without an append-only file: a killed master forgets what is not in its snapshot.
    cluster = await startRedisCluster({ settings: { appendonly: 'no' } });
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await cluster.stop();
    await database.drop();
  });

  it('reads and writes keys of every slot', async () => {
    const a = await open();
    const b = await open();
    expect(a.cache.reading).toBe(true);
    await Promise.all(names.map((name) => bump(a, name)));
    expect(await Promise.all(names.map((name) => cached(a, name)))).toEqual(names.map(() => 1));
    await Promise.all(names.map((name) => expect.poll(() => a.redis.get(a.keys.of('userInfo', name))).toBe('{"n":1}')));
    expect(await Promise.all(names.map((name) => cached(b, name)))).toEqual(names.map(() => 1));
    await Promise.all(names.map((name) => bump(b, name)));
    expect(await Promise.all(names.map((name) => cached(a, name)))).toEqual(names.map(() => 2));
    // Heavy values, with and without braces in the key.
    const text = '量'.repeat(2_000);
    const heavy = [...names, ...names.map((name) => name.replace('{', '-'))].map((name) => `heavy ${name}`);
    await Promise.all(heavy.map((name) => a.cache.get('userInfo', name, async () => text)));
    await Promise.all(heavy.map((name) => a.cache.all('favorites', name, async () => ({ text }))));
    for (const name of heavy) {
      await expect.poll(() => b.redis.get(b.keys.of('userInfo', name))).toBe(JSON.stringify(text));
      await expect.poll(() => b.redis.hget(b.keys.of('favorites', name), 'text')).toBe(JSON.stringify(text));
    }
    const left = await Promise.all((a.redis as Cluster).nodes('master').map((node) => node.keys('*cache:fill:*')));
    expect(left.flat()).toEqual([]);
  });

  it('removes what a restarted master remembers from before, and trusts nothing meanwhile', async () => {
    const [a, b] = opened;
    const [master] = cluster.masters;
    if (a === undefined || b === undefined || master === undefined) throw new Error('the test before failed');
    await Promise.all(names.map((name) => expect.poll(() => a.redis.get(a.keys.of('userInfo', name))).toBe('{"n":2}')));
    await Promise.all((a.redis as Cluster).nodes('master').map((node) => node.call('SAVE')));
    await Promise.all(names.map((name) => bump(b, name)));
    await master.kill();
    expect(await Promise.all(names.map((name) => cached(b, name)))).toEqual(names.map(() => 3));
    await master.start();
    await expect
      .poll(
        async () => {
          expect(await Promise.all(names.map((name) => cached(a, name)))).toEqual(names.map(() => 3));
          expect(await Promise.all(names.map((name) => cached(b, name)))).toEqual(names.map(() => 3));
          return a.cache.reading && b.cache.reading;
        },
        { timeout: 30_000 },
      )
      .toBe(true);
    expect(await Promise.all(names.map((name) => cached(a, name)))).toEqual(names.map(() => 3));
  });

  it('blocks and lifts the keys of one write in every slot', async () => {
    const [a, b] = opened;
    if (a === undefined || b === undefined) throw new Error('the test before failed');
    const values = await Promise.all(names.map((name) => cached(a, name)));
    const slots = await Promise.all(names.map((name) => a.redis.cluster('KEYSLOT', a.keys.of('userInfo', name))));
    // Each master has a third of the 16,384 slots.
    expect(new Set(slots.map((slot) => Math.floor(slot / 5_462))).size).toBe(3);
    await a.cache.write(
      names.map((part) => ({ family: 'userInfo', part })),
      async (tx) => {
        await tx.run('UPDATE numbers SET n = n + 1 WHERE name IN (?)', [names]);
      },
    );
    expect(await Promise.all(names.map((name) => a.redis.exists(a.keys.of('userInfo', name))))).toEqual(
      names.map(() => 0),
    );
    expect(await Promise.all(names.map((name) => cached(b, name)))).toEqual(values.map((value) => value + 1));
  });
});
