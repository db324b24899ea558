// @module-tag long
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import { createStorage } from '../../electron/storage/index.js';
import { connect } from '../../electron/data/mysql/connect.js';
import { Database } from '../../electron/data/mysql/database.js';
import { migrate } from '../operations/helpers.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { type Proxy, startProxy } from '../sandbox/proxy.js';

const late = new Refusal('timeout', { zh: '超时', en: 'Too late' });

describe.each(engines())('connections to %s that fall silent right after their sign-in', (engine) => {
  let database: TestDatabase;
  let proxy: Proxy;
  let db: Database;
  beforeEach(async () => {
    database = await createDatabase(engine);
    proxy = await startProxy(database.config);
    db = new Database({ ...database.config, port: proxy.port, poolSize: 4 });
  });
  afterEach(async () => {
    await db.close(300);
    await proxy.close();
    await database.drop();
  });

  test.each(['DO GET_LOCK', 'SET NAMES'])(
    'at %s are left within their limit, and the pool is whole again',
    async (words) => {
      proxy.silenceAt(words);
      const call = new AbortController();
      const reads = [1, 2, 3, 4].map(() => db.rows('SELECT 1', [], call.signal));
      const settled = Promise.allSettled(reads);
      await expect.poll(() => proxy.silent()).toBe(4);
      call.abort(late);
      await settled;
      proxy.speak();
      expect(await db.rows('SELECT 2 AS two')).toHaveLength(1);
      await expect.poll(() => db.usage()).toMatchObject({ used: 0, waiting: 0 });
      await expect.poll(() => proxy.open(), { timeout: 10_000 }).toBe(1);
    },
  );

  test('fail for whoever waits without a limit of their own, and whoever dials one of their own', async () => {
    proxy.silenceAt('DO GET_LOCK');
    const since = performance.now();
    const [write, own] = await Promise.allSettled([db.run('DO 1'), connect({ ...database.config, port: proxy.port })]);
    expect(write).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    expect(own).toMatchObject({ status: 'rejected', reason: { why: 'silent' } });
    expect(performance.now() - since).toBeLessThan(10_000);
    await expect.poll(() => proxy.open()).toBe(0);
  });

  test.each(['DO GET_LOCK', 'SET NAMES', ''])('at %s do not outlive the pool', async (words) => {
    if (words === '') proxy.silenceNew();
    else proxy.silenceAt(words);
    const reads = [1, 2, 3, 4, 5, 6].map(() => db.rows('SELECT 1'));
    const settled = Promise.allSettled(reads);
    await expect.poll(() => proxy.open()).toBe(4);
    const since = performance.now();
    await db.close(500);
    expect(performance.now() - since).toBeLessThan(1_500);
    for (const read of await settled) expect(read).toMatchObject({ reason: { code: 'unavailable' } });
    await expect.poll(() => proxy.open()).toBe(0);
  });

  test.each(['alone', 'and for new ones too'])(
    'do not keep a storage from closing, with those that stand silent %s',
    async (which) => {
      await migrate(database.config);
      const storage = createStorage({
        engine: 'hybrid',
        mysql: { ...database.config, port: proxy.port },
        redis: { ...redisEndpoint(), prefix: redisPrefix() },
        warmUsers: 0,
      });
      await storage.registerUser('moonfan', 'longenough1');
      proxy.silence();
      if (which !== 'alone') proxy.silenceNew();
      const reads = Promise.allSettled([1, 2, 3].map(() => storage.getAllUsers()));
      const since = performance.now();
      await storage.close().catch(() => undefined);
      expect(performance.now() - since).toBeLessThan(6_000);
      await reads;
      await expect.poll(() => proxy.open()).toBe(0);
    },
  );
});
