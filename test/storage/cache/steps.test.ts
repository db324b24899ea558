/**
 * The cache's protocol one step at a time: each step is held until a possible interruption has happened. Races find
 * such faults only by chance.
 */
import { EventEmitter, once } from 'node:events';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Blocks } from '../../../electron/data/cache/blocks.js';
import { CacheCommands } from '../../../electron/data/cache/commands.js';
import { Deadlines } from '../../../electron/data/cache/deadline.js';
import { Fence } from '../../../electron/data/cache/fence.js';
import { Gate } from '../../../electron/data/cache/gate.js';
import { scripts, type Scripts } from '../../../electron/data/cache/lua.js';
import { Keys } from '../../../electron/data/redis/keys.js';
import { openRedis } from '../../../electron/data/redis/client.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { type Proxy, startProxy } from '../../sandbox/proxy.js';
import { type Between, broken, without } from './broken.js';
import { bump, createNumbers, numberLoader, type Opened, openCache, type Opening } from './support.js';

/** A promise that waits until it is let through. */
function barrier(): { readonly reached: Promise<void>; readonly pass: () => void; readonly wait: () => Promise<void> } {
  const gate = new EventEmitter();
  const [reached, passed] = [once(gate, 'reached'), once(gate, 'passed')];
  return {
    reached: reached.then(() => undefined),
    pass: () => void gate.emit('passed'),
    wait: async () => {
      gate.emit('reached');
      await passed;
    },
  };
}

describe.each(engines())('a read through the cache on %s', (engine) => {
  let database: TestDatabase;
  let proxy: Proxy;
  const opened: Opened[] = [];
  let prefixes = 0;
  const open = async (more: Partial<Opening> = {}): Promise<Opened> => {
    prefixes += 1;
    const prefix = `${redisPrefix()}${engine}${String(prefixes)}:`;
    const one = await openCache({ mysql: database.config, redis: redisEndpoint(), prefix, ...more });
    opened.push(one);
    return one;
  };
  beforeAll(async () => {
    database = await createDatabase(engine);
    await createNumbers(database.config);
    proxy = await startProxy(redisEndpoint());
  });
  afterEach(async () => {
    proxy.release();
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  afterAll(async () => {
    await proxy.close();
    await database.drop();
  });

  it('believes no value that was asked for before the gate was shut', async () => {
    const one = await open({ redis: proxy, timeoutMs: 20_000 });
    const { load } = numberLoader(one.db, 'hit');
    await bump(one, 'hit');
    const read = (): Promise<{ n: number } | null> => one.cache.get<{ n: number }>('userInfo', 'hit', load);
    const key = one.keys.of('userInfo', 'hit');
    expect(await read()).toEqual({ n: 1 });
    await expect.poll(() => one.redis.get(key)).toBe('{"n":1}');
    expect(await read()).toEqual({ n: 1 });

    proxy.hold();
    const hit = read();
    // Redis has answered with the old value; the answer is on its way.
    await expect.poll(() => proxy.held()).toBeGreaterThan(0);
    await one.db.run("UPDATE numbers SET n = 2 WHERE name = 'hit'");
    // As the driver reports a cluster whose nodes have changed.
    (one.redis as EventEmitter).emit('-node');
    expect(one.cache.reading).toBe(false);
    proxy.release();
    expect(await hit).toEqual({ n: 2 });
  });

  it('nor one that stood there in the place of the lease that was asked for', async () => {
    const one = await open({ redis: proxy, timeoutMs: 20_000 });
    const { load } = numberLoader(one.db, 'found');
    await bump(one, 'found');
    // As another process has filled it: this one knows of no value, and asks for the lease.
    await one.redis.set(one.keys.of('userInfo', 'found'), '{"n":1}');
    proxy.hold();
    const found = one.cache.get<{ n: number }>('userInfo', 'found', load);
    await expect.poll(() => proxy.held()).toBeGreaterThan(0);
    await one.db.run("UPDATE numbers SET n = 2 WHERE name = 'found'");
    (one.redis as EventEmitter).emit('-node');
    expect(one.cache.reading).toBe(false);
    proxy.release();
    expect(await found).toEqual({ n: 2 });
  });

  it('takes no part in a load of this process that began before a write was acknowledged', async () => {
    const one = await open();
    await bump(one, 'early');
    const { load } = numberLoader(one.db, 'early');
    const slow = barrier();
    const first = one.cache.get<{ n: number }>('userInfo', 'early', async () => {
      const value = await load();
      await slow.wait();
      return value;
    });
    await slow.reached;
    expect(await bump(one, 'early')).toBe(2);
    const second = one.cache.get<{ n: number }>('userInfo', 'early', load);
    slow.pass();
    expect(await Promise.all([first, second])).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('takes no part, while Redis is away, in a load that began before a write was acknowledged', async () => {
    const one = await open();
    await bump(one, 'bypass');
    one.redis.disconnect();
    await expect.poll(() => one.cache.reading).toBe(false);
    const { load } = numberLoader(one.db, 'bypass');
    const slow = barrier();
    const first = one.cache.get<{ n: number }>('userInfo', 'bypass', async () => {
      const value = await load();
      await slow.wait();
      return value;
    });
    await slow.reached;
    expect(await bump(one, 'bypass')).toBe(2);
    const [second, third] = [1, 2].map(() => one.cache.get<{ n: number }>('userInfo', 'bypass', load));
    slow.pass();
    expect(await Promise.all([first, second, third])).toEqual([{ n: 1 }, { n: 2 }, { n: 2 }]);
  });

  it('finds a value blocked that a write drops by its name', async () => {
    const seen: (string | null)[] = [];
    const one = await open({
      pause: async (point) => {
        if (point === 'write:blocked') seen.push(await one.redis.get(one.keys.of('userInfo', 'dropped')));
      },
    });
    const key = one.keys.of('userInfo', 'dropped');
    await one.redis.set(key, '{"n":1}');
    await one.cache.write([], async (tx, touch, consequences) => {
      consequences.drop([key]);
      await tx.run('DO 1');
    });
    expect(seen).toEqual([expect.stringMatching(/^~B:/)]);
    expect(await one.redis.exists(key)).toBe(0);
  });

  it('finds the key of a write that failed free at once', async () => {
    const one = await open();
    const broken = await open({
      pause: (point) => (point === 'write:blocked' ? Promise.reject(new Error('broken off')) : Promise.resolve()),
    });
    await bump(one, 'free');
    await expect(bump(broken, 'free')).rejects.toThrow('broken off');
    const key = broken.keys.of('userInfo', 'free');
    // Blocks last half a minute, and longer where they are renewed.
    await expect.poll(() => broken.redis.get(key), { timeout: 5_000 }).toBeNull();
  });

  it('finds the key of a write blocked whose commit nobody has heard of', async () => {
    const sql = await startProxy(database.config);
    const lost = await open({ mysql: { ...database.config, port: sql.port } });
    try {
      await bump(lost, 'lost');
      sql.hold(/COMMIT/);
      const write = bump(lost, 'lost');
      write.catch(() => undefined);
      await expect.poll(() => sql.held(), { timeout: 10_000 }).toBeGreaterThan(0);
      sql.cut();
      await expect(write).rejects.toMatchObject({ code: 'unavailable' });
      // Asked on the connection on which it would have been let go before.
      expect(await lost.redis.get(lost.keys.of('userInfo', 'lost'))).toMatch(/^~B:/);
    } finally {
      await sql.close();
    }
  });

  it('believes nothing while a write that was committed has not reached Redis', async () => {
    const one = await open({
      redis: proxy,
      timeoutMs: 100,
      pause: (point) => {
        if (point === 'write:committed') proxy.hold();
        return Promise.resolve();
      },
    });
    expect(one.cache.reading).toBe(true);
    await bump(one, 'doubt');
    expect(one.cache.reading).toBe(false);
    proxy.release();
    await expect.poll(() => one.cache.reading, { timeout: 10_000 }).toBe(true);
    const { load } = numberLoader(one.db, 'doubt');
    expect(await one.cache.get('userInfo', 'doubt', load)).toEqual({ n: 1 });
  });

  it('fills nothing under the blocks of a commit that takes longer than a block lasts', async () => {
    const one = await open();
    await bump(one, 'long');
    const key = one.keys.of('userInfo', 'long');
    const { load } = numberLoader(one.db, 'long');
    const blocks = new Blocks(new CacheCommands(one.redis, one.keys), new Deadlines(5_000), 'mine', undefined, 300);
    expect(await blocks.place([{ key, kind: 'string' }])).toBe(true);
    const deadline = await deadlineOf(one.redis as Redis, key);
    await expect.poll(() => clockOf(one.redis as Redis), { interval: 20 }).toBeGreaterThan(deadline);
    // Beyond the first block's end: it is renewed, for its readers and for other writers.
    expect(await deadlineOf(one.redis as Redis, key)).toBeGreaterThan(await clockOf(one.redis as Redis));
    expect(await one.cache.get('userInfo', 'long', load)).toEqual({ n: 1 });
    expect(await one.redis.get(key)).toMatch(/^~B:/);
    await blocks.lift([{ key, kind: 'string', changes: null }]);
    expect(await one.redis.exists(key)).toBe(0);
    // Nor is it renewed once it is lifted.
    const gone = await clockOf(one.redis as Redis);
    await expect.poll(() => clockOf(one.redis as Redis), { interval: 20 }).toBeGreaterThan(gone + 300);
    expect(await one.redis.exists(key)).toBe(0);
  });
});

describe.each(engines())('what comes between the steps of the protocol on %s', (engine) => {
  let database: TestDatabase;
  const opened: Opened[] = [];
  let prefixes = 0;
  beforeAll(async () => {
    database = await createDatabase(engine);
    await createNumbers(database.config);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  afterAll(() => database.drop());

  /** Two processes of one site; the first is held at a point, once told to. */
  const openTwo = async (scripts: Partial<Scripts>, at?: 'write:blocked' | 'write:committed') => {
    prefixes += 1;
    const hold = barrier();
    let holds = false;
    const more = {
      mysql: database.config,
      redis: redisEndpoint(),
      prefix: `${redisPrefix()}between${engine}${String(prefixes)}:`,
      timeoutMs: 20_000,
      scripts,
    };
    const one = await openCache({
      ...more,
      pause: async (point) => {
        if (point === at && holds) await hold.wait();
      },
    });
    const other = await openCache(more);
    opened.push(one, other);
    return { one, other, hold, name: `between${String(prefixes)}`, holdNext: () => void (holds = true) };
  };
  /**
   * Everything that this process has sent is done, including scripts sent again because the server did not know them.
   */
  const settled = async ({ redis }: Opened): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await redis.ping();
    }
  };

  /** A reader has loaded, and is about to fill, while a write is acknowledged. */
  const lateFill = async (scripts: Partial<Scripts>, pad: string): Promise<readonly [read: number, due: number]> => {
    const { one, other, name } = await openTwo(scripts);
    await bump(one, name);
    const slow = barrier();
    const read = (load: () => Promise<{ n: number } | null>, from = one) =>
      from.cache.get<{ n: number; pad: string }>('userInfo', name, async () => ({ n: 0, ...(await load()), pad }));
    const { load } = numberLoader(one.db, name);
    const reading = read(async () => {
      const value = await load();
      await slow.wait();
      return value;
    });
    await slow.reached;
    const due = await bump(other, name);
    slow.pass();
    await reading;
    await settled(one);
    return [(await read(load, other))?.n ?? 0, due];
  };

  /** A reader looks, and may fill, between a writer's block and its commit. */
  const lookBeforeCommit = async (scripts: Partial<Scripts>): Promise<readonly [read: number, due: number]> => {
    const { one, other, hold, name, holdNext } = await openTwo(scripts, 'write:blocked');
    await bump(one, name);
    const { load } = numberLoader(other.db, name);
    holdNext();
    const writing = bump(one, name);
    await hold.reached;
    expect(await other.cache.get('userInfo', name, load)).toEqual({ n: 1 });
    await settled(other);
    hold.pass();
    const due = await writing;
    return [(await other.cache.get<{ n: number }>('userInfo', name, load))?.n ?? 0, due];
  };

  /** Of two writers of one field of a hash, the second has committed and lifted before the first lifts. */
  const overtakenLift = async (scripts: Partial<Scripts>): Promise<readonly [read: number, due: number]> => {
    const { one, other, hold, name, holdNext } = await openTwo(scripts, 'write:committed');
    const load = async (): Promise<Record<string, { n: number }>> => {
      const [row] = await other.db.rows<{ n: string }>('SELECT n FROM numbers WHERE name = ?', [name]);
      return { x: { n: Number(row?.n) }, y: { n: 0 } };
    };
    const write = ({ cache }: Opened): Promise<number> =>
      cache.write([], async (tx, touch) => {
        await tx.run('INSERT INTO numbers (name, n) VALUES (?, 1) ON DUPLICATE KEY UPDATE n = n + 1', [name]);
        const [row] = await tx.rows<{ n: string }>('SELECT n FROM numbers WHERE name = ?', [name]);
        const n = Number(row?.n);
        touch({ family: 'favorites', part: name, fields: { x: { n } } });
        return n;
      });
    await write(one);
    await other.cache.all('favorites', name, load);
    await settled(other);
    holdNext();
    const first = write(one);
    await hold.reached;
    const due = await write(other);
    hold.pass();
    await first;
    return [(await other.cache.all('favorites', name, load))['x']?.n ?? 0, due];
  };

  const between: Readonly<
    Record<Between, (scripts: Partial<Scripts>) => Promise<readonly [read: number, due: number]>>
  > = {
    'a write and a fill': (scripts) => lateFill(scripts, ''),
    'a write and a heavy fill': (scripts) => lateFill(scripts, 'x'.repeat(2_000)),
    'a block and a commit': lookBeforeCommit,
    'a commit and a lift': overtakenLift,
  };

  it.each(broken)('would be read too old after %s, where something comes between %s', async (_, steps, replaced) => {
    const [fresh, due] = await between[steps]({});
    expect(fresh).toBe(due);
    const [old, later] = await between[steps](replaced());
    expect(old).toBe(later - 1);
  });
});

describe('the protocol in Redis', () => {
  let redis: Redis;
  const keys = new Keys(`${redisPrefix()}steps:`);
  beforeAll(async () => {
    redis = openRedis(redisEndpoint());
    await once(redis, 'ready');
  });
  afterAll(() => redis.disconnect());

  const guard = /then expiry = 0 end/;
  it.each<[string, Partial<Scripts>]>([
    ['as it is', {}],
    ['its lift alone', { block: without(scripts.block, guard) }],
    ['its block alone', { lift: without(scripts.lift, guard) }],
  ])('sets no fields in a hash that a writer who died had blocked as well: %s sees to it', async (which, replaced) => {
    const commands = new CacheCommands(redis, keys, undefined, replaced);
    const key = keys.of('favorites', which);
    await redis.hset(key, 'x', '1', 'y', '1');
    await redis.pexpire(key, 60_000);
    await commands.block([[key, 'hash']], 'dead', 100);
    await commands.block([[key, 'hash']], 'alive', 30_000);
    const deadline = await deadlineOf(redis, key, 'dead');
    await expect.poll(() => clockOf(redis), { interval: 20 }).toBeGreaterThan(deadline);
    await commands.lift([{ key, changes: { set: [['x', '2']], remove: [] } }], 'alive');
    // The dead writer may have written y: no one knows, so nothing of it is left.
    expect(await redis.hgetall(key)).toEqual({});
  });

  it.each(['string', 'hash'] as const)('gives no lease over a block: %s', async (kind) => {
    const commands = new CacheCommands(redis, keys);
    const key = keys.of(kind === 'hash' ? 'favorites' : 'userInfo', 'blocked');
    await commands.block([[key, kind]], 'writer', 30_000);
    expect(await commands.lease(key, kind, 'reader', 3_000, '')).toMatch(/^~B:/);
    await commands.lift([{ key }], 'writer');
    expect(await commands.lease(key, kind, 'reader', 3_000, '')).toBe('~L:reader');
  });

  it('does not open its gate by a catch-up during which it was shut', async () => {
    const runs = [barrier(), barrier()];
    let begun = 0;
    const client = openRedis(redisEndpoint());
    await once(client, 'ready');
    const gate = new Gate(
      client,
      new Fence(client, new Keys(''), undefined),
      () => runs[begun++]?.wait() ?? Promise.resolve(),
    );
    const first = gate.tried();
    await runs[0]?.reached;
    const back = once(client, 'ready');
    client.disconnect(true);
    await back;
    runs[0]?.pass();
    await first;
    expect(gate.open).toBe(false);
    // A new catch-up opens it.
    await runs[1]?.reached;
    expect(gate.open).toBe(false);
    runs[1]?.pass();
    await expect.poll(() => gate.open).toBe(true);
    gate.close();
    client.disconnect();
  });
});

/** Milliseconds of the server's clock. */
async function clockOf(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

/** When a block ends according to its mark: this token's, or the first. */
async function deadlineOf(redis: Redis, key: string, token = '[^=]+'): Promise<number> {
  const mark = (await redis.type(key)) === 'hash' ? await redis.hget(key, '~') : await redis.get(key);
  return Number(new RegExp(`\\|${token}=(\\d+)`).exec(mark ?? '')?.[1]);
}
