import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStorage, type HybridStorage } from '../../../electron/storage/index.js';
import { migrate } from '../../operations/helpers.js';
import { createDatabase, type TestDatabase } from '../../sandbox/database.js';
import { type RedisReplicas, startReplicas } from '../../sandbox/redis-replicas.js';
import { play } from './test-storage.js';

let redis: RedisReplicas;
let database: TestDatabase;
let storage: HybridStorage;

beforeAll(async () => {
  [redis, database] = await Promise.all([startReplicas({ replicas: 1, sentinels: 1 }), createDatabase('mariadb')]);
  await migrate(database.config);
  storage = createStorage({
    engine: 'hybrid',
    mysql: database.config,
    redis: { host: 'nowhere.invalid', port: 1, sentinels: { name: 'films', nodes: redis.sentinels } },
    warmUsers: 0,
  });
}, 60_000);

afterAll(async () => {
  await storage.close();
  await database.drop();
  await redis.stop();
});

test('the master is asked of the sentinels, and followed when it becomes another', async () => {
  await expect.poll(() => storage.health(), { timeout: 15_000 }).toMatchObject({ mysql: true, redis: true });
  await storage.registerUser('alice', 'secret');
  await storage.setPlayRecord('alice', 'a+1', play());
  await storage.addSearchHistory('alice', 'before');
  expect(await storage.getPlayRecord('alice', 'a+1')).toEqual(play());

  const before = await redis.master();
  await redis.failover();
  await expect.poll(() => redis.master(), { timeout: 30_000 }).not.toBe(before);
  // During and after that, the truth is returned.
  await storage.setPlayRecord('alice', 'a+1', play({ index: 7 }));
  expect(await storage.getPlayRecord('alice', 'a+1')).toEqual(play({ index: 7 }));
  await expect
    .poll(() => storage.addSearchHistory('alice', 'after').then(() => storage.getSearchHistory('alice')), {
      timeout: 30_000,
    })
    .toEqual(['after', 'before']);
  expect(await storage.getPlayRecord('alice', 'a+1')).toEqual(play({ index: 7 }));
});
