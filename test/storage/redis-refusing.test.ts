import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { type Guard, startGuard } from '../../build/lib/guard.mjs';
import { createStorage, type HybridStorage } from '../../electron/storage/index.js';
import { openRedis } from '../../electron/data/redis/client.js';
import { migrate } from '../operations/helpers.js';
import { until } from '../operations/fixtures/users.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';
import { type RedisEndpoint, type RunningServer, startRedis } from '../sandbox/index.js';
import { bump, createNumbers, numberLoader, type Opened, openCache } from './cache/support.js';

const prefix = 'refusing:';
const never = (): Promise<never> => Promise.reject(new Error('asked MySQL'));

describe.each(engines())('a site on a Redis without EVAL, EVALSHA and UNLINK, on %s', (engine) => {
  let guard: Guard;
  let database: TestDatabase;
  let redis: RunningServer<RedisEndpoint>;
  let admin: Redis;
  let site: HybridStorage;
  beforeAll(async () => {
    guard = startGuard();
    database = await createDatabase(engine);
    await migrate(database.config);
    const away = ['EVAL', 'EVALSHA', 'UNLINK'].flatMap((command) => ['--rename-command', command, '']);
    redis = await startRedis({ guard, words: away });
    admin = new Redis({ ...redis.endpoint, replyMapping: 'legacy' });
    site = createStorage({
      engine: 'hybrid',
      mysql: database.config,
      redis: { ...redis.endpoint, prefix },
      warmUsers: 0,
    });
    await site.ready();
    await site.registerUser('ann', 'secret');
  });
  afterAll(async () => {
    await site.close();
    admin.disconnect();
    await redis.kill();
    await guard.close();
    await database.drop();
  });

  test('its health says what is refused', async () => {
    await expect(admin.eval('return 1', 0)).rejects.toThrow('unknown command');
    await expect(admin.unlink('any')).rejects.toThrow('unknown command');
    expect(await site.health()).toMatchObject({
      redis: false,
      redisRefuses: [expect.stringMatching(/^EVALSHA: ERR unknown command 'evalsha'$/)],
    });
  });

  test('sessions end with a ban, a new password and a deletion of theirs', async () => {
    const ends = [() => site.banUser('ann', true), () => site.changePassword('ann', 'next')];
    for (const end of ends) {
      await site.banUser('ann', false);
      const id = await site.createSession('ann', {});
      await end();
      expect(await admin.exists(`${prefix}session:${id}`)).toBe(0);
    }
    const id = await site.createSession('ann', {}).catch(() => '');
    await site.deleteSession(id);
    expect(await admin.exists(`${prefix}session:${id}`)).toBe(0);
  });

  test('a banned user’s session is none, and what cannot be done is refused with the server’s words, where nothing is written', async () => {
    await site.registerUser('bob', 'secret');
    const id = await site.createSession('bob', {});
    await admin.call('REPLICAOF', '127.0.0.1', '1');
    try {
      await site.banUser('bob', true);
      expect(await site.getSession(id)).toBeNull();
      expect(await admin.exists(`${prefix}session:${id}`)).toBe(1);
      await expect(site.createSession('ann', {})).rejects.toMatchObject({
        code: 'unavailable',
        text: { en: expect.stringMatching(/^Redis refused a command: READONLY/) as string },
      });
    } finally {
      await admin.call('REPLICAOF', 'NO', 'ONE');
    }
    await until(async () => (await admin.exists(`${prefix}session:${id}`)) === 0);
  });

  test('searches are noted and deleted, and so is the site’s own cache', async () => {
    for (const keyword of ['one', 'two', 'one']) await site.addSearchHistory('ann', keyword);
    expect(await site.getSearchHistory('ann')).toEqual(['one', 'two']);
    await site.deleteSearchHistory('ann');
    expect(await admin.exists(`${prefix}user:ann:search_history`)).toBe(0);
    await site.setCache('page', { n: 1 }, 60);
    await site.deleteCache('page');
    expect(await site.getCache('page')).toBeNull();
  });

  test('reads come from MySQL, without waiting for a lease that nobody can fill; what was left by another leaves', async () => {
    const load = { n: 1 };
    const one = await openCache({ mysql: database.config, redis: redis.endpoint, prefix, bare: true });
    try {
      const since = performance.now();
      for (let n = 0; n < 30; n += 1) expect(await one.cache.get('userInfo', 'left', async () => load)).toEqual(load);
      expect(performance.now() - since).toBeLessThan(10_000);
      expect(one.cache.reading).toBe(false);
      expect(await admin.keys(`${prefix}user:left:*`)).toEqual([]);
      await admin.set(`${prefix}user:left:info`, '{"n":0}');
      await one.cache.write([{ family: 'userInfo', part: 'left' }], (tx) => tx.run('DO 1'));
      expect(await admin.exists(`${prefix}user:left:info`)).toBe(0);
    } finally {
      await one.close();
    }
  });
});

describe('the cache of a Redis that begins to refuse', () => {
  let guard: Guard;
  let database: TestDatabase;
  let redis: RunningServer<RedisEndpoint>;
  let admin: Redis;
  let opened: Opened[] = [];
  const rights = (...less: string[]): Promise<unknown> =>
    admin.call('ACL', 'SETUSER', 'site', 'reset', 'on', '>pw', '~*', '&*', '+@all', ...less);

  const open = async (): Promise<Opened> => {
    const client = openRedis({ ...redis.endpoint, username: 'site', password: 'pw', prefix });
    await once(client, 'ready');
    const one = await openCache({ mysql: database.config, redis: redis.endpoint, prefix, client });
    opened.push(one);
    return one;
  };
  const cached = async (one: Opened, name: string): Promise<number> =>
    (await one.cache.get<{ n: number }>('userInfo', name, numberLoader(one.db, name).load))?.n ?? 0;
  const warm = async (one: Opened, name: string): Promise<void> => {
    await bump(one, name);
    await cached(one, name);
    await expect.poll(() => admin.get(one.keys.of('userInfo', name))).toBe('{"n":1}');
  };
  const readsAgain = (one: Opened, name: string): Promise<void> =>
    expect
      .poll(
        async () => {
          await cached(one, name);
          return one.cache.reading;
        },
        { timeout: 20_000 },
      )
      .toBe(true);

  beforeAll(async () => {
    guard = startGuard();
    database = await createDatabase('mariadb');
    await createNumbers(database.config);
    redis = await startRedis({ guard });
    admin = new Redis({ ...redis.endpoint, replyMapping: 'legacy' });
  });
  beforeEach(async () => {
    await rights();
  });
  afterEach(async () => {
    await Promise.all(opened.map((one) => one.close()));
    opened = [];
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.kill();
    await guard.close();
    await database.drop();
  });

  test.each([
    ['as a replica', () => admin.call('REPLICAOF', '127.0.0.1', '1'), () => admin.call('REPLICAOF', 'NO', 'ONE')],
    ['to an account that may only read', () => rights('-@write', '-@scripting'), () => rights()],
  ] as const)(
    '%s: no process goes on with a value older than a write that could not be carried',
    async (what, refuse, mend) => {
      const name = what.replaceAll(' ', '-');
      const [writer, other] = [await open(), await open()];
      await warm(other, name);
      expect(await other.cache.get('userInfo', name, never)).toEqual({ n: 1 });
      await refuse();
      expect(await bump(writer, name)).toBe(2);
      expect(await cached(writer, name)).toBe(2);
      // Redis still returns the old value.
      expect(await admin.get(other.keys.of('userInfo', name))).toBe('{"n":1}');
      await until(async () => (await cached(other, name)) === 2, 5_000);
      for (let n = 0; n < 20; n += 1) {
        expect(await cached(other, name)).toBe(2);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(other.outbox.refusal).toMatchObject({
        need: 'deletions',
        words: expect.stringMatching(/READONLY|NOPERM/) as string,
      });
      await mend();
      await readsAgain(other, name);
      expect(await cached(other, name)).toBe(2);
      expect(other.outbox.refusal).toBeNull();
      await until(async () => (await other.outbox.pending()) === 0);
    },
  );

  test('by taking scripts away: reads go to MySQL and wait for no lease, and come back with the right', async () => {
    const one = await open();
    await warm(one, 'before');
    await rights('-@scripting');
    // The first value that cannot be filled shows it.
    expect(await cached(one, 'found-out')).toBe(0);
    await until(() => Promise.resolve(!one.cache.reading));
    let slowest = 0;
    for (let n = 0; n < 20; n += 1) {
      const since = performance.now();
      expect(await cached(one, 'found-out')).toBe(0);
      slowest = Math.max(slowest, performance.now() - since);
    }
    expect(slowest).toBeLessThan(900);
    expect(one.cache.reading).toBe(false);
    await rights();
    await readsAgain(one, 'before');
    expect(await one.cache.get('userInfo', 'before', never)).toEqual({ n: 1 });
  });

  test('by being full: what is there is read on, however much is missed, and nothing old', async () => {
    const [one, other] = [await open(), await open()];
    for (const name of ['full', 'changed']) await warm(one, name);
    await admin.config('SET', 'maxmemory', '1');
    try {
      for (let n = 0; n < 8; n += 1) expect(await cached(one, `full-miss-${String(n)}`)).toBe(0);
      expect(await one.cache.get('userInfo', 'full', never)).toEqual({ n: 1 });
      expect(await bump(other, 'changed')).toBe(2);
      expect(await cached(one, 'changed')).toBe(2);
      expect(await one.cache.get('userInfo', 'full', never)).toEqual({ n: 1 });
    } finally {
      await admin.config('SET', 'maxmemory', '0');
    }
    await cached(one, 'changed');
    await expect.poll(() => admin.get(one.keys.of('userInfo', 'changed'))).toBe('{"n":2}');
  });

  test('as a replica that has nothing: what its master holds is not taken to have left', async () => {
    const replica = await startRedis({ guard });
    try {
      const other = await open();
      await warm(other, 'elsewhere');
      const client = openRedis({ ...replica.endpoint, prefix });
      await once(client, 'ready');
      const writer = await openCache({ mysql: database.config, redis: replica.endpoint, prefix, client });
      opened.push(writer);
      // A replica of an unreachable master: it stays empty, and accepts no writes.
      await client.call('REPLICAOF', '127.0.0.1', '1');
      expect(await bump(writer, 'elsewhere')).toBe(2);
      await until(async () => (await cached(other, 'elsewhere')) === 2, 5_000);
    } finally {
      await replica.kill();
    }
  });
});
