import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Replicas } from '../../../electron/storage/hybrid/replica.js';
import { createStorage, type HybridConfig, storageConfig } from '../../../electron/storage/index.js';
import { Database } from '../../../electron/data/mysql/database.js';
import { codeOf, migrate } from '../../operations/helpers.js';
import { createDatabase, engines, redisEndpoint, type TestDatabase } from '../../sandbox/database.js';
import { play, skip } from './test-storage.js';

test('the environment chooses the engine and its servers', () => {
  expect(storageConfig({ MYSQL_HOST: 'db', MYSQL_PORT: '', REDIS_URL: 'redis://:p@cache:6380/2' })).toEqual({
    engine: 'hybrid',
    mysql: { host: 'db', port: 3306, user: 'root', password: '', database: 'moontv', poolSize: 20 },
    redis: { host: 'cache', port: 6380, password: 'p', db: 2, prefix: 'moontv:' },
    replicas: [],
    lagBound: 2000,
    warmUsers: 200,
  });
  expect(
    storageConfig({
      NEXT_PUBLIC_STORAGE_TYPE: 'upstash',
      UPSTASH_REDIS_REST_URL: 'https://calm-fox-1.upstash.io',
      UPSTASH_REDIS_REST_TOKEN: 'secret',
      USERNAME: 'boss',
    }),
  ).toEqual({
    engine: 'redis',
    owner: 'boss',
    redis: {
      host: 'calm-fox-1.upstash.io',
      port: 6379,
      username: 'default',
      password: 'secret',
      db: 0,
      tls: { servername: 'calm-fox-1.upstash.io' },
    },
  });
  expect(storageConfig({ NEXT_PUBLIC_STORAGE_TYPE: 'kvrocks', KVROCKS_URL: 'redis://rocks:6666' })).toMatchObject({
    engine: 'redis',
    redis: { host: 'rocks', port: 6666 },
  });
  expect(
    storageConfig({
      MYSQL_REPLICA_HOSTS: 'r1, [::1]:3310',
      REDIS_SENTINELS: 's1,s2:26380',
      REDIS_CLUSTER_NODES: 'c1:7000',
      REDIS_URL: 'rediss://u:p@x',
    }),
  ).toMatchObject({
    replicas: [
      { host: 'r1', port: 3306 },
      { host: '::1', port: 3310 },
    ],
    redis: {
      username: 'u',
      sentinels: {
        name: 'mymaster',
        nodes: [
          { host: 's1', port: 26379 },
          { host: 's2', port: 26380 },
        ],
      },
      cluster: [{ host: 'c1', port: 7000 }],
    },
  });
});

test('the environment says whom its servers’ certificates and passwords are trusted to', () => {
  expect(storageConfig({ MYSQL_HOST: 'db', MOONDESK_MYSQL_TLS: 'on' })).toMatchObject({
    mysql: { tls: { rejectUnauthorized: true } },
  });
  expect(storageConfig({ MYSQL_HOST: 'db', MOONDESK_MYSQL_PLAIN_PASSWORD: 'allow' })).toMatchObject({
    mysql: { allowPlainPassword: true },
  });
  // An IPv6 address is used without the URL's brackets, and is not sent as a server name.
  expect(storageConfig({ REDIS_URL: 'rediss://[::1]:6380' }).redis).toEqual({
    host: '::1',
    port: 6380,
    db: 0,
    prefix: 'moontv:',
    tls: {},
  });
  expect(storageConfig({ MOONDESK_REDIS_ENCODER: 'driver' }).redis).toMatchObject({ encoder: 'driver' });
  expect(storageConfig({ REDIS_URL: 'redis://cache', MOONDESK_REDIS_TLS: 'insecure' }).redis).toMatchObject({
    tls: { servername: 'cache', rejectUnauthorized: false },
  });
});

test.each([
  [{ NEXT_PUBLIC_STORAGE_TYPE: 'localstorage' }, 'NEXT_PUBLIC_STORAGE_TYPE'],
  [{ MYSQL_PORT: 'many' }, 'MYSQL_PORT'],
  [{ MYSQL_REPLICA_HOSTS: 'a b' }, 'MYSQL_REPLICA_HOSTS'],
  [{ NEXT_PUBLIC_STORAGE_TYPE: 'upstash' }, 'UPSTASH_REDIS_REST_URL'],
  [{ REDIS_URL: 'http://x' }, 'REDIS_URL'],
  [{ MOONDESK_MYSQL_TLS: 'yes' }, 'MOONDESK_MYSQL_TLS'],
  [{ MOONDESK_MYSQL_TLS_CA: 'no such file' }, 'MOONDESK_MYSQL_TLS_CA'],
  [{ MOONDESK_MYSQL_SERVER_PUBLIC_KEY: '-----BEGIN PUBLIC KEY-----' }, 'MOONDESK_MYSQL_SERVER_PUBLIC_KEY'],
  [{ MOONDESK_MYSQL_PLAIN_PASSWORD: 'yes' }, 'MOONDESK_MYSQL_PLAIN_PASSWORD'],
  [{ MOONDESK_REDIS_TLS: 'off', REDIS_URL: 'rediss://x' }, 'MOONDESK_REDIS_TLS'],
  [{ MOONDESK_REDIS_ENCODER: 'ours' }, 'MOONDESK_REDIS_ENCODER'],
])('an environment of %o is refused by name', (environment, name) => {
  expect(() => storageConfig(environment)).toThrow(name);
});

describe.each(engines())('the storage on %s', (engine) => {
  let database: TestDatabase;
  let config: HybridConfig;
  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
    const redis = { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` };
    config = { engine: 'hybrid', mysql: { ...database.config, poolSize: 5 }, redis };
  });
  afterAll(() => database.drop());

  test('a site registers, plays, and finds it all in another process', async () => {
    // Hot content is refreshed by the clock: an earlier warm-up would keep the list empty for a while.
    const storage = createStorage({ ...config, warmUsers: 0 });
    await storage.ready();
    await storage.registerUser('alice', 'secret');
    expect(await storage.verifyUser('alice', 'secret')).toBe(true);
    await storage.setPlayRecord('alice', 'a+1', play());
    await storage.updatePlayStatistics('alice', 'a', '1', 60);
    await storage.updateUserLoginStats('alice', Date.now());
    await expect
      .poll(() => storage.health())
      .toMatchObject({ mysql: true, redis: true, replicas: [], waitingPlays: 1 });
    await storage.close();
    const other = createStorage(config);
    expect(await other.getPlayRecord('alice', 'a+1')).toEqual(play());
    expect(await other.getContentStats()).toMatchObject([{ id: '1', playCount: 1, totalWatchTime: 60 }]);
    expect(await other.rebuildStatistics({ dryRun: true })).toMatchObject({ contentsMended: 0, daysMended: 0 });
    await other.close();
  });

  test('sessions of MySQL are in UTC', async () => {
    const db = new Database(config.mysql);
    expect(await db.rows('SELECT @@session.time_zone AS zone')).toEqual([{ zone: '+00:00' }]);
    await db.close();
  });

  test('the redis-only engine is chosen by its name', async () => {
    const storage = createStorage({ engine: 'redis', redis: { ...redisEndpoint(), db: 9 } });
    const name = `legacy_${randomUUID().slice(0, 8)}`;
    await expect.poll(() => storage.checkUserExist(name).catch(() => null)).toBe(false);
    await storage.registerUser(name, 'p');
    expect(await storage.verifyUser(name, 'p')).toBe(true);
    await storage.deleteUser(name);
    await storage.close();
  });

  test('a start warms the hot contents and those who came last', async () => {
    const prefix = `${config.redis.prefix ?? ''}warm:`;
    const first = createStorage({ ...config, redis: { ...config.redis, prefix } });
    const redis = new Redis({ ...redisEndpoint(), replyMapping: 'legacy' });
    await expect.poll(() => redis.exists(`${prefix}user:alice:info`), { timeout: 10_000 }).toBe(1);
    expect(await redis.exists(`${prefix}stats:content_hot`)).toBe(1);
    redis.disconnect();
    await first.close();
  });

  test('a database that is away is told by a code, and does not keep the storage from being made', async () => {
    const away = createStorage({ ...config, mysql: { ...config.mysql, port: 1 }, warmUsers: 0 });
    expect(await codeOf(away.ready())).toBe('unavailable');
    expect(await codeOf(away.setPlayRecord('alice', 'a+1', play()))).toBe('unavailable');
    expect(await away.health()).toMatchObject({ mysql: false });
    await away.close();
  });

  test('a replica answers within its lag, the primary after one’s own write and when the replica is late or away', async () => {
    const copy = await createDatabase(engine);
    await migrate(copy.config);
    const [primary, replica] = [new Database(database.config), new Database(copy.config)];
    const beat = (text: string) => replica.run(`UPDATE console_marks SET at = ${text} WHERE name = 'heartbeat'`);
    const where = async (sql: { rows: Database['rows'] }): Promise<string> =>
      (await sql.rows<{ name: string }>('SELECT DATABASE() AS name'))[0]?.name ?? '';
    const replicas = new Replicas(primary, [copy.config, { ...copy.config, port: 1 }], {
      lagBound: 5_000,
      every: 600_000,
    });
    await beat('UTC_TIMESTAMP(3)');
    await replicas.measure();
    await replicas.measure();
    expect(replicas.lags).toEqual([expect.any(Number), null]);
    expect(await where(replicas.for('bob'))).toBe(copy.config.database);
    replicas.wrote('bob');
    expect(await where(replicas.for('bob'))).toBe(database.config.database);
    expect(await where(replicas.for('carol'))).toBe(copy.config.database);
    await beat('UTC_TIMESTAMP(3) - INTERVAL 6 SECOND');
    await replicas.measure();
    expect(await where(replicas.for('carol'))).toBe(database.config.database);
    await beat('UTC_TIMESTAMP(3)');
    await replicas.measure();
    const chosen = replicas.any();
    await replica
      .run(
        'DROP TABLE users, play_records, favorites, episode_skip_configs, user_card_keys, card_keys, user_points, points_records, invitations, user_login_stats',
      )
      .catch(() => undefined);
    await copy.drop();
    expect(await chosen.rows('SELECT COUNT(*) AS c FROM play_stats_daily')).toHaveLength(1);
    expect(replicas.lags[0]).toBeNull();
    await replicas.close();
    await Promise.all([primary.close(), replica.close()]);
  });

  test('skips read their own write past a late replica', async () => {
    const storage = createStorage({ ...config, replicas: [config.mysql], warmUsers: 0 });
    await storage.setSkipConfig('alice', 's', '1', skip('s', '1'));
    expect(await storage.getSkipConfig('alice', 's', '1')).toEqual(skip('s', '1'));
    await storage.close();
  });
});
