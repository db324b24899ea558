import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createStorage, type HybridStorage, type IStorage } from '../../electron/storage/index.js';
import { openRedis } from '../../electron/data/redis/client.js';
import { RedisOnlyStorage } from '../../electron/storage/redis-only.js';
import { codeOf, migrate } from '../operations/helpers.js';
import { createDatabase, engines, redisEndpoint, type TestDatabase } from '../sandbox/database.js';
import { startRedis } from '../sandbox/index.js';
import type { RedisEndpoint, RunningServer } from '../sandbox/types.js';
import { aPlay } from './conformance/subject.js';

/**
 * A site calls as soon as it has created its storage: no call may be refused, or return an empty result, because the
 * connection is still being opened.
 */
const unheard: unknown[] = [];
const hear = (reason: unknown): void => {
  unheard.push(reason);
};
beforeAll(() => {
  process.on('unhandledRejection', hear);
});
afterAll(() => {
  process.off('unhandledRejection', hear);
});
afterEach(() => {
  if (unheard.length > 0) throw new Error('A rejection that nobody heard', { cause: unheard.splice(0) });
});

describe('the first call of the redis-only engine', () => {
  let server: RunningServer<RedisEndpoint>;
  const config = { SiteName: '我的站', UserConfig: { Users: [{ username: 'va', role: 'admin', banned: false }] } };
  beforeAll(async () => {
    server = await startRedis();
    const redis = new Redis(server.endpoint.port);
    await redis.set('admin:config', JSON.stringify(config));
    await redis.set('u:va:pwd', 'secret');
    redis.disconnect();
  });
  afterAll(() => server.kill());
  const open = (patience?: number): IStorage =>
    new RedisOnlyStorage(openRedis(server.endpoint), patience === undefined ? {} : { patience });

  test('of every kind is done, in the moment in which the storage was made', async () => {
    const first: ((storage: IStorage) => Promise<unknown>)[] = [
      async (storage) => expect(await storage.getAdminConfig()).toEqual(config),
      async (storage) => expect(await storage.verifyUser('va', 'secret')).toBe(true),
      async (storage) => expect(await storage.getAllUsers()).toEqual(['va']),
      async (storage) => expect(await storage.getUserInfoV2('va')).toMatchObject({ role: 'admin' }),
      (storage) => storage.setPlayRecord('va', 's+1', aPlay()),
      async (storage) => expect(Object.keys(await storage.getAllPlayRecords('va'))).toEqual(['s+1']),
      (storage) => storage.addSearchHistory('va', '词'),
      async (storage) => expect(await storage.getSearchHistory('va')).toEqual(['词']),
      (storage) => storage.createSession('va', {}),
      (storage) => storage.banUser('va', false),
      (storage) => storage.deletePlayRecord('va', 's+1'),
    ];
    for (const call of first) {
      const storage = createStorage({ engine: 'redis', redis: server.endpoint });
      await call(storage);
      await storage.close();
    }
  });

  test('waits for a Redis that comes after the site', async () => {
    await server.kill();
    const storage = open();
    const read = storage.getAdminConfig();
    const written = storage.addSearchHistory('va', '早');
    await server.start();
    expect(await read).toEqual(config);
    await written;
    expect(await storage.getSearchHistory('va')).toContain('早');
    await storage.close();
  });

  test('is refused with a hint by a Redis that stays away, and at once by a storage that was closed', async () => {
    await server.kill();
    // The closed one would otherwise wait forever: closing ends its wait.
    const [storage, closed] = [open(200), open(600_000)];
    for (const call of [
      storage.getAdminConfig(),
      storage.getAllUsers(),
      storage.registerUser('x', 'y'),
      storage.addSearchHistory('va', '词'),
      storage.clearAllData(),
    ])
      await expect(call).rejects.toMatchObject({ code: 'unavailable', hint: { en: expect.any(String) as string } });
    const waiting = codeOf(closed.getAdminConfig());
    await closed.close();
    expect(await waiting).toBe('unavailable');
    await storage.close();
    await server.start();
  });
});

describe.each(engines())('the first call of what Redis alone has, on %s', (engine) => {
  let database: TestDatabase;
  let name = '';
  const prefix = `t${randomUUID().slice(0, 8)}:`;
  const open = (): HybridStorage =>
    createStorage({
      engine: 'hybrid',
      mysql: { ...database.config, poolSize: 3 },
      redis: { ...redisEndpoint(), prefix },
      warmUsers: 0,
    });
  const once = async <T>(call: (storage: HybridStorage) => Promise<T>): Promise<T> => {
    const storage = open();
    try {
      return await call(storage);
    } finally {
      await storage.close();
    }
  };
  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    name = `u${randomUUID().slice(0, 8)}`;
    await once((storage) => storage.registerUser(name, 'secret'));
  });
  afterAll(() => database.drop());

  test('a session is made, read and ended', async () => {
    const id = await once((storage) => storage.createSession(name, { device: '电视' }));
    expect(await once((storage) => storage.getSession(id))).toMatchObject({ username: name, device: '电视' });
    await once((storage) => storage.deleteSession(id));
    expect(await once((storage) => storage.getSession(id))).toBeNull();
  });

  test('a search is noted, read and deleted', async () => {
    await once((storage) => storage.addSearchHistory(name, '词'));
    expect(await once((storage) => storage.getSearchHistory(name))).toEqual(['词']);
    await once((storage) => storage.deleteSearchHistory(name));
    expect(await once((storage) => storage.getSearchHistory(name))).toEqual([]);
  });

  test('the site’s cache is filled, read and cleared, and everything is', async () => {
    await once((storage) => storage.setCache('k', { n: 1 }));
    expect(await once((storage) => storage.getCache('k'))).toEqual({ n: 1 });
    await once((storage) => storage.clearExpiredCache());
    expect(await once((storage) => storage.getCache('k'))).toBeNull();
    const id = await once((storage) => storage.createSession(name, {}));
    await once((storage) => storage.setCache('k', 2));
    await once((storage) => storage.clearAllData());
    const redis = new Redis(redisEndpoint().port);
    expect(await redis.exists(`${prefix}cache:k`, `${prefix}session:${id}`)).toBe(0);
    redis.disconnect();
  });

  test('after the last is refused: that nothing is found would say that somebody is signed out', async () => {
    const storage = open();
    const name = `u${randomUUID().slice(0, 8)}`;
    await storage.registerUser(name, 'secret');
    await storage.setCache('k', 1);
    const id = await storage.createSession(name, {});
    await storage.close();
    for (const call of [
      storage.getSession(id),
      storage.getSession('?'),
      storage.createSession(name, {}),
      storage.deleteSession(id),
      storage.getCache('k'),
      storage.setCache('k', 2),
      storage.deleteCache('k'),
      storage.clearExpiredCache(),
      storage.getSearchHistory(name),
      storage.addSearchHistory(name, '词'),
      storage.deleteSearchHistory(name),
      storage.clearAllData(),
    ])
      await expect(call).rejects.toMatchObject({ code: 'unavailable', hint: { en: expect.any(String) as string } });
    expect(await once((next) => next.getSession(id))).toMatchObject({ username: name });
  });
});
