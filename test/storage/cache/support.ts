import { createConnection } from 'mysql2/promise';
import type { Cluster, Redis } from 'ioredis';
import { Cache, type CacheOptions } from '../../../electron/data/cache/cache.js';
import { Keys } from '../../../electron/data/redis/keys.js';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { Database, type DatabaseConfig } from '../../../electron/data/mysql/database.js';
import { Outbox } from '../../../electron/data/write/outbox.js';
import { openRedis, type RedisConfig } from '../../../electron/data/redis/client.js';
import { inRoot } from '../../../build/lib/paths.mjs';

export interface Opened {
  readonly db: Database;
  readonly redis: Redis | Cluster;
  readonly keys: Keys;
  readonly outbox: Outbox;
  readonly cache: Cache;
  close(): Promise<void>;
}

export interface Opening extends Partial<Pick<CacheOptions, 'pause' | 'scripts' | 'timeoutMs'>> {
  readonly mysql: DatabaseConfig;
  readonly redis: Pick<RedisConfig, 'host' | 'port' | 'encoder'>;
  readonly prefix: string;
  /** A special client instead of a plain one. */
  readonly client?: Redis | Cluster;
  /** Without the console's tables. */
  readonly bare?: boolean;
  /** Another way to MySQL for the fence alone; null for no fence. */
  readonly fence?: DatabaseConfig | null;
  /** Does not look at what Redis has before the first read: for a process that only writes. */
  readonly idle?: boolean;
}

/** A cache with servers, as in one process of a site. */
export async function openCache({
  mysql,
  redis,
  prefix,
  client,
  bare,
  idle = false,
  fence,
  ...rest
}: Opening): Promise<Opened> {
  const db = new Database(mysql);
  const connection = client ?? openRedis({ ...redis, prefix });
  const keys = new Keys(prefix);
  const outbox = new Outbox(db, connection, keys);
  if (bare !== true) outbox.enable();
  const asked = fence === null ? {} : { mysql: fence ?? mysql };
  const cache = new Cache({ db, redis: connection, keys, outbox, ...asked, ...rest });
  const mostTries = idle ? 0 : 100;
  for (let tries = 0; tries < mostTries && !cache.reading; tries += 1) {
    await cache.ready();
    if (!cache.reading) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  let closed = false;
  return {
    db,
    redis: connection,
    keys,
    outbox,
    cache,
    close: async () => {
      if (closed) return;
      closed = true;
      await outbox.close();
      await cache.close();
      connection.disconnect();
      await db.close();
    },
  };
}

/** The schema, and a table of numbers by key that only grow. */
export async function createNumbers(config: DatabaseConfig): Promise<void> {
  const connect = (): ReturnType<typeof createConnection> =>
    createConnection({
      host: config.host,
      port: config.port,
      user: config.user,
      password: config.password,
      database: config.database,
    });
  await createRunner({ connection: connect, folder: inRoot('migrations') }).apply();
  const connection = await connect();
  await connection.query('CREATE TABLE numbers (name VARCHAR(64) PRIMARY KEY, n BIGINT NOT NULL)');
  await connection.end();
}

/** Loads a number, and counts the loads. */
export function numberLoader(
  db: Database,
  name: string,
): { load: () => Promise<{ n: number } | null>; asked: () => number } {
  let asked = 0;
  return {
    load: async () => {
      asked += 1;
      const [row] = await db.rows<{ n: string }>('SELECT n FROM numbers WHERE name = ?', [name]);
      return row === undefined ? null : { n: Number(row.n) };
    },
    asked: () => asked,
  };
}

/** Adds one to a number through the cache. */
export async function bump({ cache }: Pick<Opened, 'cache'>, name: string): Promise<number> {
  return cache.write([{ family: 'userInfo', part: name }], async (tx) => {
    await tx.run('INSERT INTO numbers (name, n) VALUES (?, 1) ON DUPLICATE KEY UPDATE n = n + 1', [name]);
    const [row] = await tx.rows<{ n: string }>('SELECT n FROM numbers WHERE name = ?', [name]);
    return Number(row?.n);
  });
}
