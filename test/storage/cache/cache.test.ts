import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { bump, createNumbers, numberLoader, type Opened, openCache } from './support.js';

const prefix = redisPrefix();

describe.each(engines())('the cache on %s', (engine) => {
  let database: TestDatabase;
  let a: Opened;
  let b: Opened;
  const rows = (name: string, count: number): Record<string, { at: number }> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}+${String(at)}`, { at }]));

  beforeAll(async () => {
    database = await createDatabase(engine);
    await createNumbers(database.config);
    const config = { mysql: database.config, redis: redisEndpoint(), prefix: `${prefix}${engine}:` };
    a = await openCache(config);
    b = await openCache(config);
  });
  afterAll(async () => {
    await a.close();
    await b.close();
    await database.drop();
  });

  it('answers from Redis what was loaded once, as plain JSON under the seed’s name', async () => {
    await bump(a, 'plain');
    const { load, asked } = numberLoader(a.db, 'plain');
    expect(await a.cache.get('userInfo', 'plain', load)).toEqual({ n: 1 });
    await expect.poll(() => a.redis.get(a.keys.of('userInfo', 'plain'))).toBe('{"n":1}');
    expect(await b.cache.get('userInfo', 'plain', load)).toEqual({ n: 1 });
    expect(asked()).toBe(1);
    const ttl = await a.redis.pttl(a.keys.of('userInfo', 'plain'));
    expect(ttl).toBeGreaterThan(3_200_000);
    expect(ttl).toBeLessThanOrEqual(3_960_000);
  });

  it('remembers for a minute that there is nothing', async () => {
    const { load, asked } = numberLoader(a.db, 'nobody');
    expect(await a.cache.get('userInfo', 'nobody', load)).toBeNull();
    await expect.poll(() => a.redis.get(a.keys.of('userInfo', 'nobody'))).toBe('null');
    expect(await b.cache.get('userInfo', 'nobody', load)).toBeNull();
    expect(asked()).toBe(1);
    expect(await a.redis.pttl(a.keys.of('userInfo', 'nobody'))).toBeLessThanOrEqual(66_000);
    await bump(b, 'nobody');
    expect(await a.cache.get('userInfo', 'nobody', load)).toEqual({ n: 1 });
  });

  it('asks MySQL once for a thousand reads at once, in two processes', async () => {
    await bump(a, 'crowd');
    const one = numberLoader(a.db, 'crowd');
    const two = numberLoader(b.db, 'crowd');
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, at) =>
        at % 2 === 0 ? a.cache.get('userInfo', 'crowd', one.load) : b.cache.get('userInfo', 'crowd', two.load),
      ),
    );
    expect(new Set(answers.map((answer) => answer?.n))).toEqual(new Set([1]));
    expect(one.asked() + two.asked()).toBe(1);
    // Copies: changing one changes no other.
    expect(new Set(answers).size).toBe(1_000);
  });

  it('keeps the rollback of a write out of the cache, and leaves no row behind', async () => {
    await bump(a, 'rolled');
    const { load } = numberLoader(a.db, 'rolled');
    await a.cache.get('userInfo', 'rolled', load);
    await expect(
      a.cache.write([{ family: 'userInfo', part: 'rolled' }], async (tx) => {
        await tx.run("UPDATE numbers SET n = 99 WHERE name = 'rolled'");
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await b.cache.get('userInfo', 'rolled', load)).toEqual({ n: 1 });
    await expect
      .poll(async () => (await a.db.rows('SELECT id FROM console_cache_outbox')).length, { timeout: 5_000 })
      .toBe(0);
  });

  it('reads hashes whole and by field, and sets single fields after a lone write', async () => {
    const key = a.keys.of('playRecords', 'hash');
    let asked = 0;
    const load = async (): Promise<Record<string, { at: number }>> => {
      asked += 1;
      return rows('s', 1_200);
    };
    expect(await a.cache.field('playRecords', 'hash', 's+7', load)).toEqual({ at: 7 });
    await expect.poll(() => a.redis.hlen(key)).toBe(1_200);
    expect(await b.cache.field('playRecords', 'hash', 's+8', load)).toEqual({ at: 8 });
    expect(await b.cache.field('playRecords', 'hash', 'none', load)).toBeNull();
    expect(Object.keys(await b.cache.all('playRecords', 'hash', load))).toHaveLength(1_200);
    expect(asked).toBe(1);
    const before = await a.redis.pttl(key);
    await a.cache.write(
      [{ family: 'playRecords', part: 'hash', fields: { 's+1': { at: 100 }, 's+2': null } }],
      async () => 0,
    );
    expect(await a.redis.hmget(key, 's+1', 's+2', '~')).toEqual(['{"at":100}', null, null]);
    const after = await a.redis.pttl(key);
    expect(after).toBeLessThanOrEqual(before);
    expect(after).toBeGreaterThan(before - 60_000);
    expect(await b.cache.field('playRecords', 'hash', 's+1', load)).toEqual({ at: 100 });
    expect(asked).toBe(1);
    // Without fields the key is deleted.
    await a.cache.write([{ family: 'playRecords', part: 'hash' }], async () => 0);
    expect(await a.redis.exists(key)).toBe(0);
  });

  it('finds no field that a hash has not, though every object has one of that name', async () => {
    const load = (): Promise<Record<string, { at: number }>> => Promise.resolve(rows('own', 2));
    const field = (name: string): Promise<unknown> => a.cache.field('playRecords', 'own', name, load);
    expect(await field('constructor')).toBeNull();
    await expect.poll(() => a.redis.hlen(a.keys.of('playRecords', 'own'))).toBe(2);
    expect(await field('constructor')).toBeNull();
    expect(await field('own+1')).toEqual({ at: 1 });
  });

  it('gives back every text as it was: line breaks in fields, all alphabets, values of any length', async () => {
    const fields = {
      'a\nb': '一\n',
      '\n': '',
      '': '😀',
      '量子+1': 'é',
      'half \ud83d': 'half \ud83d',
      plain: 'x'.repeat(300_000),
    };
    await a.cache.all('favorites', 'texts', async () => fields);
    await expect.poll(() => a.redis.hlen(a.keys.of('favorites', 'texts'))).toBe(6);
    // A field with half a surrogate pair cannot be encoded in UTF-8; its value can, as JSON.
    const { 'half \ud83d': half, ...others } = fields;
    const never = (): Promise<never> => Promise.reject(new Error('asked MySQL'));
    expect(await b.cache.all('favorites', 'texts', never)).toEqual({ ...others, 'half \ufffd': half });
    for (const text of ['量'.repeat(50_000), '量'.repeat(100_000), '😀\ud83d"\n~']) {
      const part = `text ${String(text.length)}`;
      await a.cache.get('userInfo', part, async () => text);
      await expect.poll(() => a.redis.get(a.keys.of('userInfo', part))).toBe(JSON.stringify(text));
      expect(await b.cache.get('userInfo', part, never)).toBe(text);
    }
  });

  it('goes on where Redis has forgotten its scripts', async () => {
    await bump(a, 'scripts');
    const { load, asked } = numberLoader(a.db, 'scripts');
    for (const n of [1, 2, 3]) {
      await a.redis.script('FLUSH');
      expect(await a.cache.get('userInfo', 'scripts', load)).toEqual({ n });
      await expect.poll(() => a.redis.get(a.keys.of('userInfo', 'scripts'))).toBe(`{"n":${String(n)}}`);
      await a.redis.script('FLUSH');
      expect(await bump(b, 'scripts')).toBe(n + 1);
    }
    expect(asked()).toBe(3);
  });

  it('knows an empty hash, and fills it by a lone write', async () => {
    const key = a.keys.of('favorites', 'empty');
    let asked = 0;
    const load = async (): Promise<Record<string, number>> => {
      asked += 1;
      return {};
    };
    expect(await a.cache.all('favorites', 'empty', load)).toEqual({});
    await expect.poll(() => a.redis.hgetall(key)).toEqual({ '~': '~N' });
    expect(await b.cache.all('favorites', 'empty', load)).toEqual({});
    expect(await b.cache.field('favorites', 'empty', 'x', load)).toBeNull();
    await b.cache.write([{ family: 'favorites', part: 'empty', fields: { x: 1 } }], async () => 0);
    expect(await a.cache.all('favorites', 'empty', load)).toEqual({ x: 1 });
    await b.cache.write([{ family: 'favorites', part: 'empty', fields: { x: null } }], async () => 0);
    expect(await a.cache.all('favorites', 'empty', load)).toEqual({});
    expect(asked).toBe(1);
    expect(await a.redis.pttl(key)).toBeLessThanOrEqual(66_000);
  });

  it('sets no field where two wrote at once', async () => {
    const key = a.keys.of('favorites', 'both');
    await a.cache.all('favorites', 'both', async () => ({ x: 0, y: 0 }));
    await expect.poll(() => a.redis.hlen(key)).toBe(2);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = await openCache({
      mysql: database.config,
      redis: redisEndpoint(),
      prefix: a.keys.prefix,
      pause: (point) => (point === 'write:blocked' ? held : Promise.resolve()),
    });
    const first = slow.cache.write([{ family: 'favorites', part: 'both', fields: { x: 1 } }], async () => 0);
    await expect.poll(() => a.redis.hget(key, '~')).toMatch(/^~B:/);
    await b.cache.write([{ family: 'favorites', part: 'both', fields: { x: 2 } }], async () => 0);
    expect(await a.redis.hgetall(key)).toEqual({ '~': expect.stringMatching(/^~B:0:0\|[^|]+$/) as string });
    // Until then readers ask MySQL and fill nothing.
    expect(await a.cache.all('favorites', 'both', async () => ({ x: 5 }))).toEqual({ x: 5 });
    release();
    await first;
    expect(await a.redis.exists(key)).toBe(0);
    await slow.close();
  });

  it('mends what is no JSON, and what is of another type', async () => {
    await a.redis.set(a.keys.of('userInfo', 'spoilt'), 'not json');
    expect(await a.cache.get('userInfo', 'spoilt', async () => ({ n: 5 }))).toEqual({ n: 5 });
    await expect.poll(() => a.redis.get(a.keys.of('userInfo', 'spoilt'))).toBe('{"n":5}');
    await a.redis.sadd(a.keys.of('userInfo', 'typed'), 'x');
    expect(await a.cache.get('userInfo', 'typed', async () => ({ n: 6 }))).toEqual({ n: 6 });
    await expect.poll(() => a.redis.get(a.keys.of('userInfo', 'typed')).catch(String)).toBe('{"n":6}');
    await a.redis.set(a.keys.of('favorites', 'typed'), 'x');
    expect(await a.cache.field('favorites', 'typed', 'x', async () => ({ x: 7 }))).toBe(7);
    await expect.poll(() => a.redis.hgetall(a.keys.of('favorites', 'typed')).catch(String)).toEqual({ x: '7' });
    await a.redis.hset(a.keys.of('favorites', 'typed'), 'y', 'spoilt');
    expect(await a.cache.field('favorites', 'typed', 'y', async () => ({ y: 8 }))).toBe(8);
    await expect.poll(() => a.redis.hgetall(a.keys.of('favorites', 'typed'))).toEqual({ y: '8' });
  });

  it('passes on what a load throws, and leaves no lease', async () => {
    const fails = async (): Promise<never> => {
      throw new Error('MySQL is away');
    };
    await expect(a.cache.get('userInfo', 'fails', fails)).rejects.toThrow('MySQL is away');
    await expect.poll(() => a.redis.exists(a.keys.of('userInfo', 'fails'))).toBe(0);
  });

  it('refreshes ahead by one of all, while the others go on with the old value', async () => {
    const key = a.keys.of('playSummary');
    let asked = 0;
    const load = async (): Promise<{ asked: number }> => {
      asked += 1;
      const mine = asked;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { asked: mine };
    };
    expect(await a.cache.refreshed('playSummary', '', load)).toEqual({ asked: 1 });
    await expect.poll(() => a.redis.get(key)).toBe('{"asked":1}');
    expect(await b.cache.refreshed('playSummary', '', load)).toEqual({ asked: 1 });
    await a.redis.pexpire(key, 300_000);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => (at % 2 === 0 ? a : b).cache.refreshed('playSummary', '', load)),
    );
    expect(answers.every((answer) => answer.asked === 1)).toBe(true);
    await expect.poll(() => a.redis.get(key)).toBe('{"asked":2}');
    expect(await b.cache.refreshed('playSummary', '', load)).toEqual({ asked: 2 });
    expect(asked).toBe(2);
    expect(await a.redis.pttl(key)).toBeGreaterThan(1_600_000);
  });

  it('puts no refreshed value over one that was written while it was loaded', async () => {
    const key = a.keys.of('contentHot');
    const loading = new EventEmitter();
    let asked = 0;
    const load = async (): Promise<{ asked: number }> => {
      const mine = { asked: (asked += 1) };
      if (asked > 1) {
        const on = once(loading, 'on');
        loading.emit('begun');
        await on;
      }
      return mine;
    };
    await a.cache.refreshed('contentHot', '', load);
    await expect.poll(() => a.redis.get(key)).toBe('{"asked":1}');
    await a.redis.pexpire(key, 60_000);
    const begun = once(loading, 'begun');
    expect(await a.cache.refreshed('contentHot', '', load)).toEqual({ asked: 1 });
    await begun;
    await a.redis.set(key, '{"asked":9}', 'KEEPTTL');
    loading.emit('on');
    // Its lock goes once it is done.
    await expect.poll(() => a.redis.exists(a.keys.lock(key))).toBe(0);
    expect(await a.redis.get(key)).toBe('{"asked":9}');
  });
});
