import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Guard, startGuard } from '../../../build/lib/guard.mjs';
import type { PausePoint } from '../../../electron/data/cache/cache.js';
import { Database } from '../../../electron/data/mysql/database.js';
import { openRedis } from '../../../electron/data/redis/client.js';
import { createDatabase, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { type RedisEndpoint, type RunningServer, startRedis } from '../../sandbox/index.js';
import { race } from './race.js';
import { bump, createNumbers, numberLoader, type Opened, type Opening, openCache } from './support.js';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the cache while Redis fails', () => {
  let guard: Guard;
  let database: TestDatabase;
  let redis: RunningServer<RedisEndpoint>;
  let prefix = '';
  let opened: Opened[] = [];
  /** What happens once at a step of the writer. */
  let at: Partial<Record<PausePoint, () => Promise<void>>> = {};

  const open = async (more: Partial<Opening> = {}): Promise<Opened> => {
    const one = await openCache({ mysql: database.config, redis: redis.endpoint, prefix, ...more });
    opened.push(one);
    return one;
  };
  const openWriter = (): Promise<Opened> =>
    open({
      pause: async (point) => {
        const work = at[point];
        delete at[point];
        await work?.();
      },
    });
  const cached = async (one: Opened, name: string): Promise<number> =>
    (await one.cache.get<{ n: number }>('userInfo', name, numberLoader(one.db, name).load))?.n ?? 0;
  /** Read by all and cached in Redis. */
  const warm = async (one: Opened, name: string): Promise<void> => {
    await bump(one, name);
    await cached(one, name);
    await expect.poll(() => one.redis.get(one.keys.of('userInfo', name))).toBe('{"n":1}');
  };
  const reading = (one: Opened): Promise<void> =>
    expect
      .poll(
        async () => {
          await one.cache.ready();
          return one.cache.reading;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
  const drained = (one: Opened): Promise<void> =>
    expect
      .poll(async () => (await one.db.rows('SELECT id FROM console_cache_outbox')).length, { timeout: 10_000 })
      .toBe(0);

  beforeAll(async () => {
    guard = startGuard();
    database = await createDatabase('mariadb');
    await createNumbers(database.config);
    // Without an append-only file: what is not in a snapshot is lost with the process.
    redis = await startRedis({ guard, settings: { appendonly: 'no' } });
  });
  afterAll(async () => {
    await redis.kill();
    await guard.close();
    await database.drop();
  });
  let tests = 0;
  beforeEach(async () => {
    const one = new Database(database.config);
    await one.run('DELETE FROM numbers');
    await one.run('DELETE FROM console_cache_outbox');
    await one.close();
    tests += 1;
    prefix = `${redisPrefix()}${String(tests)}:`;
    at = {};
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    opened = [];
  });

  it.each([
    ['between block and commit', 'write:blocked'],
    ['between commit and lift', 'write:committed'],
  ] as const)('restarted with old values %s: nobody reads them', async (_what, point) => {
    const writer = await openWriter();
    const other = await open();
    await warm(other, 'old');
    at = {
      [point]: async () => {
        await redis.kill();
      },
    };
    // The snapshot holds the value from before the write.
    await other.redis.call('SAVE');
    expect(await bump(writer, 'old')).toBe(2);
    expect(await cached(writer, 'old')).toBe(2);
    expect(await cached(other, 'old')).toBe(2);
    await redis.start();
    for (let n = 0; n < 20; n += 1) {
      expect(await cached(other, 'old')).toBe(2);
      expect(await cached(writer, 'old')).toBe(2);
      await sleep(20);
    }
    await reading(other);
    await reading(writer);
    expect(await cached(other, 'old')).toBe(2);
    expect(await cached(writer, 'old')).toBe(2);
    await drained(other);
  });

  it('restarted with values from before writes it had forgotten: they are removed before the first read', async () => {
    const one = await open();
    await warm(one, 'forgotten');
    await one.redis.set(`${prefix}session:kept`, 'x');
    await one.redis.call('SAVE');
    expect(await bump(one, 'forgotten')).toBe(2);
    await drained(one);
    await one.close();
    await redis.kill();
    await redis.start();
    const raw = openRedis(redis.endpoint);
    await expect.poll(() => raw.status, { timeout: 10_000 }).toBe('ready');
    expect(await raw.get(one.keys.of('userInfo', 'forgotten'))).toBe('{"n":1}');
    const next = await open();
    expect(next.cache.reading).toBe(true);
    expect(await cached(next, 'forgotten')).toBe(2);
    // Data that only Redis has stays.
    expect(await raw.get(`${prefix}session:kept`)).toBe('x');
    raw.disconnect();
  });

  it('restarted so beside a process that stays: it believes nothing of them either', async () => {
    const one = await open();
    await warm(one, 'stays');
    await one.redis.call('SAVE');
    expect(await bump(one, 'stays')).toBe(2);
    await drained(one);
    await redis.kill();
    await redis.start();
    await expect.poll(() => one.redis.status, { timeout: 10_000 }).toBe('ready');
    const reads = async (): Promise<boolean> => {
      // Who asks for nothing needs no cache.
      await cached(one, 'stays');
      return one.cache.reading;
    };
    await expect.poll(reads, { timeout: 10_000 }).toBe(true);
    expect(await cached(one, 'stays')).toBe(2);
  });

  it('restarted empty: goes on, and fills again', async () => {
    const one = await open();
    await warm(one, 'empty');
    await redis.kill();
    expect(await cached(one, 'empty')).toBe(1);
    expect(await bump(one, 'empty')).toBe(2);
    await redis.start();
    await expect.poll(() => one.redis.status, { timeout: 10_000 }).toBe('ready');
    await one.redis.flushall();
    await reading(one);
    expect(await cached(one, 'empty')).toBe(2);
    await expect.poll(() => one.redis.get(one.keys.of('userInfo', 'empty'))).toBe('{"n":2}');
    await drained(one);
  });

  it('emptied between block and commit: a value filled meanwhile goes with the lift', async () => {
    const writer = await openWriter();
    const other = await open();
    await warm(other, 'flushed');
    at = {
      'write:blocked': async () => {
        await other.redis.flushall();
        expect(await cached(other, 'flushed')).toBe(1);
        await expect.poll(() => other.redis.get(other.keys.of('userInfo', 'flushed'))).toBe('{"n":1}');
      },
    };
    expect(await bump(writer, 'flushed')).toBe(2);
    expect(await cached(other, 'flushed')).toBe(2);
  });

  it('a writer that alone lost Redis: it reads MySQL until its write is carried, and others have it carried within two seconds', async () => {
    const writer = await open();
    const other = await open();
    await warm(other, 'alone');
    writer.redis.disconnect();
    expect(await bump(writer, 'alone')).toBe(2);
    expect(await cached(writer, 'alone')).toBe(2);
    expect(writer.cache.reading).toBe(false);
    await sleep(2_000);
    expect(await cached(other, 'alone')).toBe(2);
    await drained(other);
  });

  it('a writer that dies after its block: MySQL answers until the block expires, then the cache again', async () => {
    const writer = await open();
    const other = await open();
    await warm(other, 'dead');
    const key = other.keys.of('userInfo', 'dead');
    await writer.cache.blocks().place([{ key, kind: 'string' }]);
    await writer.close();
    expect(await other.redis.get(key)).toMatch(/^~B:/);
    expect(await other.redis.pttl(key)).toBeLessThanOrEqual(30_000);
    await other.db.run("UPDATE numbers SET n = 5 WHERE name = 'dead'");
    expect(await cached(other, 'dead')).toBe(5);
    expect(await other.redis.get(key)).toMatch(/^~B:/);
    await other.redis.pexpire(key, 1);
    await sleep(10);
    expect(await cached(other, 'dead')).toBe(5);
    await expect.poll(() => other.redis.get(key)).toBe('{"n":5}');
  });

  it('a writer that dies between commit and lift: its row is carried by others', async () => {
    const writer = await openWriter();
    const other = await open();
    await warm(other, 'row');
    at = { 'write:committed': () => new Promise(() => undefined) };
    void bump(writer, 'row');
    await expect
      .poll(async () => (await other.db.rows<{ n: string }>("SELECT n FROM numbers WHERE name = 'row'"))[0]?.n)
      .toBe('2');
    expect(await cached(other, 'row')).toBe(2);
    // As if Redis had lost the block and kept the value.
    await other.redis.set(other.keys.of('userInfo', 'row'), '{"n":1}');
    await sleep(2_000);
    expect(await cached(other, 'row')).toBe(2);
  });

  it('slow: reads wait five times, then leave it alone until it answers again; writes commit', async () => {
    const one = await open({ timeoutMs: 100 });
    const other = await open();
    await warm(one, 'slow');
    await other.redis.call('CLIENT', 'PAUSE', '1500', 'ALL');
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const from = performance.now();
      expect(await cached(one, 'slow')).toBe(1);
      waits.push(performance.now() - from);
    }
    expect(waits.slice(0, 5).every((wait) => wait > 90)).toBe(true);
    expect(Math.min(...waits.slice(5))).toBeLessThan(90);
    expect(one.cache.reading).toBe(false);
    expect(await bump(one, 'slow')).toBe(2);
    expect(await cached(one, 'slow')).toBe(2);
    await expect
      .poll(
        async () => {
          expect(await cached(one, 'slow')).toBe(2);
          return one.cache.reading;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
  });

  it('silent beyond a failed try: reads go back to Redis once it answers again', async () => {
    const one = await open({ timeoutMs: 100 });
    await warm(one, 'silent');
    const { stream } = one.redis as Redis;
    process.kill(redis.pid(), 'SIGSTOP');
    try {
      // Enough failures, and then one more attempt that fails: it is sent, and its read comes back without it.
      for (let n = 0; n < 20 && one.cache.reading; n += 1) expect(await cached(one, 'silent')).toBe(1);
      expect(one.cache.reading).toBe(false);
      const sent = stream.bytesWritten;
      await expect
        .poll(
          async () => {
            expect(await cached(one, 'silent')).toBe(1);
            return stream.bytesWritten;
          },
          { timeout: 10_000, interval: 20 },
        )
        .toBeGreaterThan(sent);
      expect(one.cache.reading).toBe(false);
    } finally {
      process.kill(redis.pid(), 'SIGCONT');
    }
    await expect
      .poll(
        async () => {
          await cached(one, 'silent');
          return one.cache.reading;
        },
        { timeout: 15_000 },
      )
      .toBe(true);
    await one.redis.set(one.keys.of('userInfo', 'silent'), '{"n":7}');
    expect(await cached(one, 'silent')).toBe(7);
  });

  it('left rows of more than a page: who opens then reads no value that came with the last of them', async () => {
    const one = await open();
    await warm(one, 'last');
    // Written by a process without Redis. The rows are still too young for other processes; only opening the cache
    // carries them.
    await one.db.run("UPDATE numbers SET n = 2 WHERE name = 'last'");
    const keys = Array.from({ length: 450 }, (_, at) =>
      one.keys.of('userInfo', at < 449 ? `other-${String(at)}` : 'last'),
    );
    await one.db.run('INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES ?', [
      keys.map((key) => [0, JSON.stringify([key]), '[]', '2037-01-01 00:00:00']),
    ]);
    expect(await one.redis.get(one.keys.of('userInfo', 'last'))).toBe('{"n":1}');
    const next = await open();
    expect(next.cache.reading).toBe(true);
    expect(await cached(next, 'last')).toBe(2);
    await drained(next);
  });

  it('keeps what it must carry in memory where the tables are missing', async () => {
    const one = await open({ bare: true });
    await warm(one, 'bare');
    await redis.kill();
    expect(await bump(one, 'bare')).toBe(2);
    expect(await one.outbox.pending()).toBe(1);
    await redis.start();
    await reading(one);
    expect(await one.outbox.pending()).toBe(0);
    expect(await cached(one, 'bare')).toBe(2);
  });

  it('killed twice while two processes race: nothing stale beyond two and a half seconds, and none at the end', async () => {
    const aof = await startRedis({ guard });
    const order = {
      mysql: database.config,
      redis: aof.endpoint,
      prefix,
      ms: 8_000,
      workers: 6,
      parts: 2,
      writes: 0.15,
      delays: 0.1,
    };
    const { failures, stale, writes } = await race(order, 2, async () => {
      for (let n = 0; n < 2; n += 1) {
        await sleep(2_200);
        await aof.kill();
        await sleep(300);
        await aof.start();
      }
    });
    expect(failures).toEqual([]);
    expect(writes).toBeGreaterThan(50);
    expect(stale.filter(({ late }) => late > 2_500)).toEqual([]);
    const after = await open({ redis: aof.endpoint });
    for (const name of ['k0', 'k1']) {
      const [row] = await after.db.rows<{ n: string }>('SELECT n FROM numbers WHERE name = ?', [name]);
      const load = (): Promise<{ n: number }> => Promise.resolve({ n: Number(row?.n) });
      expect((await after.cache.get('userInfo', name, load))?.n).toBe(Number(row?.n));
    }
    await after.close();
    await aof.kill();
  });
});
