/**
 * No read is older than a write that was acknowledged before it, while a replica of a Redis Cluster takes over from its
 * master without its last writes.
 */
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Keys } from '../../../electron/data/redis/keys.js';
import { createNumbers, type Opened } from '../cache/support.js';
import { createDatabase, type TestDatabase } from '../../sandbox/database.js';
import { startProxy } from '../../sandbox/proxy.js';
import { type ReplicatedCluster, startReplicatedCluster } from '../../sandbox/redis-cluster-replicas.js';
import { loseReplication, until } from '../../sandbox/redis-replicas.js';
import { openProcess, readNumber, watchNumber } from './readers.js';

/** The first of these names, numbered, that fits. */
async function first(start: string, fits: (name: string) => Promise<boolean>): Promise<string> {
  for (let number = 0; number < 1_000; number += 1) {
    const name = `${start}${String(number)}:`;
    if (await fits(name)) return name;
  }
  throw new Error('None fits.');
}

describe('a replica of a cluster takes over', () => {
  let database: TestDatabase;
  let cluster: ReplicatedCluster;
  const opened: Opened[] = [];

  beforeAll(async () => {
    database = await createDatabase('mariadb');
    await createNumbers(database.config);
    cluster = await startReplicatedCluster();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await cluster.stop();
    await database.drop();
  });

  const open = async (prefix: string): Promise<Opened> => {
    const nodes = cluster.pairs.map(({ master }) => ({ host: '127.0.0.1', port: master.proxy.port }));
    const one = await openProcess(database.config, { host: 'nowhere.invalid', port: 1, prefix, cluster: nodes });
    opened.push(one);
    return one;
  };

  test('it was replaced on the other side of a split, where one reader is with it', { timeout: 60_000 }, async () => {
    const pair = cluster.pairs[2];
    if (pair === undefined) throw new Error('There are three pairs.');
    const { master, replica } = pair;
    const all = cluster.pairs.flatMap((each) => [each.master, each.replica]);
    const others = all.filter((node) => node !== master);
    // This reader has ways of its own to every server.
    const ways = new Map(
      await Promise.all(all.map(async (node) => [node, await startProxy(node.server.endpoint)] as const)),
    );
    const ends: (() => unknown)[] = [...ways.values()].map((way) => () => way.close());
    try {
      const client = new Cluster(
        [...ways.values()].map(({ host, port }) => ({ host, port })),
        {
          enableOfflineQueue: false,
          natMap: Object.fromEntries(
            [...ways].map(([{ proxy }, { host, port }]) => [`127.0.0.1:${String(proxy.port)}`, { host, port }]),
          ),
          redisOptions: { maxRetriesPerRequest: 0, commandTimeout: 3_000, replyMapping: 'legacy' },
        },
      );
      client.on('error', () => undefined);
      await new Promise((resolve) => client.once('ready', resolve));
      const reader = await openProcess(
        database.config,
        { host: 'nowhere.invalid', port: 1, prefix: 'split:' },
        { client },
      );
      ends.unshift(() => reader.close());
      const name = await first('name', async (each) => {
        const slot = await replica.direct.cluster('KEYSLOT', reader.keys.of('userInfo', each));
        return Math.floor((slot * 3) / 16_384) === 2;
      });
      const key = reader.keys.of('userInfo', name);
      const watch = watchNumber(name);
      await watch.write(reader);
      await replica.direct.readonly();
      await until('the replica has the value', async () => {
        await readNumber(reader, name);
        return (await replica.direct.get(key)) === '{"n":1}';
      });
      // It carries no row to the old master: what that holds stays old.
      await reader.outbox.close();
      await loseReplication(master);
      // From here on the master hears nobody, and nobody's word of it reaches the reader.
      for (const { id } of others) await master.direct.call('CLUSTER', 'FORGET', id).catch(() => undefined);
      for (const node of others) {
        ways.get(node)?.silence();
        ways.get(node)?.silenceNew();
      }
      await replica.direct.call('CLUSTER', 'FAILOVER', 'TAKEOVER');
      const seeds = cluster.pairs.slice(0, 2).map((each) => each.master);
      await until('the others know', async () =>
        (await Promise.all(seeds.map(({ direct }) => direct.cluster('NODES')))).every((text) =>
          new RegExp(`^${replica.id} .*master.* 10922-16383`, 'm').test(String(text)),
        ),
      );
      expect(reader.cache.reading).toBe(true);
      const nodes = seeds.map(({ proxy }) => ({ host: '127.0.0.1', port: proxy.port }));
      const writer = await openProcess(
        database.config,
        { host: 'nowhere.invalid', port: 1, prefix: 'split:', cluster: nodes },
        { idle: true },
      );
      ends.unshift(() => writer.close());
      await until('the writer is connected', () => writer.redis.status === 'ready');
      await watch.readDuring([reader], watch.write(writer));
      await watch.read([reader, writer], 2_000);
      expect(watch.stale).toEqual([]);
      expect(watch.reads).toBeGreaterThan(100);
      // The old master would have answered.
      expect(await master.direct.get(key)).toBe('{"n":1}');
      expect(await readNumber(reader, name)).toBe(2);
    } finally {
      for (const end of ends) await end();
      // It would tell other clients what it believes of the cluster.
      await master.server.kill();
    }
  });

  test.each([
    ['it was told to', 0],
    ['its master is killed', 1],
  ])('%s', { timeout: 60_000 }, async (how, at) => {
    const pair = cluster.pairs[at];
    if (pair === undefined) throw new Error('There are three pairs.');
    const { master, replica } = pair;
    const placeOf = async (key: string): Promise<number> =>
      Math.floor(((await master.direct.cluster('KEYSLOT', key)) * 3) / 16_384);
    // The key itself is at this pair. What was checked is noted at another, so that the gate could open meanwhile.
    const prefix = await first('cluster', async (each) => (await placeOf(new Keys(each).epoch())) !== at);
    const [a, b] = [await open(prefix), await open(prefix)];
    const name = await first('name', async (each) => (await placeOf(a.keys.of('userInfo', each))) === at);
    const key = a.keys.of('userInfo', name);
    const watch = watchNumber(name);
    await watch.write(b);
    await readNumber(a, name);
    await replica.direct.readonly();
    await until('the replica has the value', async () => {
      await readNumber(a, name);
      return (await replica.direct.get(key)) === '{"n":1}';
    });
    await loseReplication(master);
    await watch.write(b);
    await watch.read([a, b], 200);
    expect(await replica.direct.get(key)).toBe('{"n":1}');
    if (how === 'its master is killed') await master.server.kill();
    else await replica.direct.call('CLUSTER', 'FAILOVER', 'TAKEOVER');
    await Promise.all([
      until('it took over', async () => /^role:master/m.test(await replica.direct.info('replication'))),
      watch.read([a, b], 5_000),
    ]);
    await watch.read([a, b], 1_000);
    await watch.write(b);
    await watch.read([a, b], 500);
    expect(watch.stale).toEqual([]);
    expect(watch.reads).toBeGreaterThan(200);
    await until('the cache is read again', async () => {
      await readNumber(a, name);
      return a.cache.reading;
    });
  });
});
