import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { createStorage } from '../../../electron/storage/index.js';
import type { HybridStorage } from '../../../electron/storage/index.js';
import { moveEntriesIn } from '../../../electron/data/config/move-site.js';
import { Site } from '../../../electron/data/site.js';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import type { RedisConfig } from '../../../electron/data/redis/client.js';
import { createDatabase, redisEndpoint, redisPrefix } from '../../sandbox/database.js';
import { startRedisCluster } from '../../sandbox/redis-cluster.js';
import type { Engine } from '../../sandbox/types.js';
import type { Subject } from './subject.js';

const migrations = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Two hybrid storages over their own database and the run's Redis. */
export async function hybridOn(engine: Engine): Promise<Subject> {
  return over(engine, { ...redisEndpoint(), prefix: `${redisPrefix()}${engine}:` }, () => Promise.resolve());
}

/** The same with the entries of the config moved into rows. */
export async function hybridInRows(engine: Engine): Promise<Subject> {
  return over(engine, { ...redisEndpoint(), prefix: `${redisPrefix()}${engine}rows:` }, () => Promise.resolve(), true);
}

/** The same with all commands of the cache sent by the driver alone. */
export async function hybridByDriver(engine: Engine): Promise<Subject> {
  const redis: RedisConfig = { ...redisEndpoint(), prefix: `${redisPrefix()}${engine}driver:`, encoder: 'driver' };
  return over(engine, redis, () => Promise.resolve());
}

/** The same on a Redis Cluster of three masters. */
export async function hybridOnCluster(engine: Engine): Promise<Subject> {
  const cluster = await startRedisCluster();
  const [first] = cluster.endpoints;
  if (first === undefined) throw new Error('A cluster has nodes.');
  return over(engine, { ...first, prefix: redisPrefix(), cluster: cluster.endpoints }, () => cluster.stop());
}

async function over(
  engine: Engine,
  redis: RedisConfig,
  afterwards: () => Promise<void>,
  rows = false,
): Promise<Subject> {
  const database = await createDatabase(engine);
  const connection = await createConnection({ ...database.config, charset: 'utf8mb4', timezone: 'Z' });
  await createRunner({ connection, folder: migrations }).apply();
  await connection.end();
  if (rows) {
    const site = await Site.open({ mysql: database.config, redis });
    await moveEntriesIn(site, { by: 'test' });
    await site.close();
  }
  const open = async (): Promise<HybridStorage> => {
    const storage = createStorage({ engine: 'hybrid', mysql: database.config, redis, warmUsers: 0 });
    await storage.ready();
    while (!(await storage.health()).redis) await new Promise((resolve) => setTimeout(resolve, 20));
    return storage;
  };
  const [storage, other] = [await open(), await open()];
  return {
    storage,
    other,
    traits: { names: 'collated', keepsRecordsOfNobody: false, keepsOriginalEpisodes: false, countsPlays: true },
    close: async () => {
      await Promise.all([storage.close(), other.close()]);
      await database.drop();
      await afterwards();
    },
  };
}
