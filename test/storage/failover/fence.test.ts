/**
 * A process that is cut off with a replaced master from every sentinel reads nothing old: what MySQL says about the
 * masters that count is the only word that reaches both sides.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RedisConfig } from '../../../electron/data/redis/client.js';
import { createDatabase, engines, type TestDatabase } from '../../sandbox/database.js';
import { type Place, startProxy } from '../../sandbox/proxy.js';
import { type RedisReplicas, startReplicas, until } from '../../sandbox/redis-replicas.js';
import { bump, createNumbers, type Opened } from '../cache/support.js';
import { openProcess, readNumber, watchNumber } from './readers.js';

let database: TestDatabase;
let redis: RedisReplicas;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  // The other tests of failovers run on MariaDB.
  const engine = engines().at(-1) ?? 'mariadb';
  [database, redis] = await Promise.all([createDatabase(engine), startReplicas({ replicas: 1, sentinels: 1 })]);
  await createNumbers(database.config);
}, 60_000);
afterAll(async () => {
  await Promise.all(ends.map((end) => end()));
  await redis.stop();
  await database.drop();
});

const behind = (sentinel: Place, prefix: string): RedisConfig => ({
  host: 'nowhere.invalid',
  port: 1,
  prefix,
  sentinels: { name: 'films', nodes: [sentinel] },
});
const open = async (...how: Parameters<typeof openProcess>): Promise<Opened> => {
  const one = await openProcess(...how);
  ends.push(() => one.close());
  return one;
};
/** What MySQL says about the masters that count. */
const noted = async ({ db }: Opened): Promise<unknown> =>
  db.rows('SELECT number, tenures, settled FROM console_cache_epoch');

test(
  'cut off from every sentinel with the old master, with and without an answer of MySQL',
  { timeout: 60_000 },
  async () => {
    const [sentinel] = redis.sentinels;
    const old = await redis.master();
    const other = redis.nodes.find((node) => node !== old);
    if (sentinel === undefined || other === undefined) throw new Error('There are a sentinel and a replica.');
    const [toSentinel, toMysql] = [await startProxy(sentinel), await startProxy(database.config)];
    ends.push(
      () => toSentinel.close(),
      () => toMysql.close(),
    );
    const mysql = database.config;
    const [asks, silent] = [
      await open(mysql, behind(toSentinel, 'fence:')),
      await open(mysql, behind(toSentinel, 'fence:'), { fence: { ...mysql, host: toMysql.host, port: toMysql.port } }),
    ];
    const watch = watchNumber('name');
    await watch.write(asks);
    const key = asks.keys.of('userInfo', 'name');
    await until('the value is on both servers', async () => {
      await readNumber(silent, 'name');
      return (await other.direct.get(key)) === '{"n":1}';
    });
    expect([asks.cache.reading, silent.cache.reading]).toEqual([true, true]);

    // They carry no row to the old master: what it holds stays old.
    await Promise.all([asks.outbox.close(), silent.outbox.close()]);
    toSentinel.cut();
    toMysql.silence();
    toMysql.silenceNew();
    old.proxy.hold(/REPLCONF|__sentinel__/i);
    await watch.readDuring(
      [asks, silent],
      until('the sentinel names another master', async () => (await redis.master()) !== old),
    );
    const moved = await open(mysql, behind(sentinel, 'fence:'));
    await watch.readDuring([asks, silent], watch.write(moved));
    await watch.read([asks, silent, moved], 1_500);
    expect(watch.stale).toEqual([]);
    expect(watch.reads).toBeGreaterThan(200);
    // It was not because nobody could have read it.
    expect(await old.direct.get(key)).toBe('{"n":1}');
    expect([asks, silent].map((one) => [one.redis.status, one.cache.reading])).toEqual([
      ['ready', false],
      ['ready', false],
    ]);
    await until('the new master is read', async () => {
      await readNumber(moved, 'name');
      return moved.cache.reading;
    });

    // Whoever sees the old master alone does not bring it back, not even a process that knows nothing of the new one.
    const before = await noted(moved);
    const late = await open(mysql, behind(await redis.lonelySentinel(old), 'fence:'), { idle: true });
    await until('it is connected to the old master', () => late.redis.status === 'ready');
    expect(await late.redis.get(key)).toBe(await old.direct.get(key));
    await watch.read([asks, silent, late, moved], 2_000);
    expect(watch.stale).toEqual([]);
    expect([late.cache.reading, moved.cache.reading]).toEqual([false, true]);
    expect(await noted(moved)).toEqual(before);
    // It counts as a writer that has lost Redis: others carry its write.
    await bump(asks, 'name');
    await until('the write is carried to the new master', async () => (await readNumber(moved, 'name')) === 3);

    await late.close();
    toSentinel.speak();
    toMysql.speak();
    old.proxy.release();
    await until('all read the same cache again', async () => {
      await watch.read([asks, silent], 0);
      return asks.cache.reading && silent.cache.reading;
    });
    await watch.write(silent);
    await watch.read([asks, silent, moved], 200);
    expect(watch.stale).toEqual([]);
  },
);
