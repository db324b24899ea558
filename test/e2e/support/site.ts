import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { generateDemo } from '../../../build/demo/generate.js';
import { inRoot } from '../../../build/lib/paths.mjs';
import { Keys } from '../../../electron/data/redis/keys.js';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { createDatabase, redisUrl, type TestDatabase } from '../../sandbox/database.js';
import type { Engine } from '../../sandbox/types.js';

export interface E2eSite {
  readonly database: TestDatabase;
  readonly keys: Keys;
  readonly redis: Redis;
  /** The connection as environment variables, for the window and the terminal. */
  readonly env: Record<string, string>;
  rows<T>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly users: number;
  /** A Redis of its own, for tests that stop it. */
  readonly redis?: string;
  readonly environment?: 'production' | 'development';
}

/** A site with demo users on a database of its own. The owner is `demoOwner`. */
export async function siteOf(
  engine: Engine,
  { users, redis: url = redisUrl(), environment = 'development' }: SiteOptions,
): Promise<E2eSite> {
  const site = await emptySite(engine, { redis: url, environment });
  await createRunner({ connection: () => connectTo(site.database), folder: inRoot('migrations') }).apply();
  await generateDemo({ mysql: site.database.config, redisUrl: url, redisPrefix: site.keys.prefix, users });
  return site;
}

/** A database without tables. */
export async function emptySite(
  engine: Engine,
  { redis: url = redisUrl(), environment = 'development' }: Partial<SiteOptions> = {},
): Promise<E2eSite> {
  const database = await createDatabase(engine);
  const { host, port, user, password, database: name } = database.config;
  const keys = new Keys(`e2e${randomUUID().slice(0, 8)}:`);
  const redis = new Redis(url);
  // A test may stop the server, so errors are expected.
  redis.on('error', () => undefined);
  const connection = await connectTo(database);
  return {
    database,
    keys,
    redis,
    env: {
      MYSQL_HOST: host,
      MYSQL_PORT: String(port),
      MYSQL_USER: user,
      MYSQL_PASSWORD: password,
      MYSQL_DATABASE: name,
      REDIS_URL: url,
      MOONDESK_REDIS_PREFIX: keys.prefix,
      MOONDESK_ENVIRONMENT: environment,
    },
    rows: async <T>(sql: string, values: readonly unknown[] = []) => {
      const [rows] = await connection.query<RowDataPacket[]>(sql, [...values]);
      return rows as T[];
    },
    close: async () => {
      redis.disconnect();
      await connection.end();
      await database.drop();
    },
  };
}

function connectTo({ config }: TestDatabase): Promise<Connection> {
  return createConnection({
    ...config,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
  });
}
