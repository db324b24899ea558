/**
 * A separate database for each test file, on the servers that the run's sandbox started.
 *
 * @example
 * describe.each(engines())('users on %s', (engine) => {
 *   let db: TestDatabase;
 *   beforeAll(async () => (db = await createDatabase(engine)));
 *   afterAll(() => db.drop());
 * });
 */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import './provided.js';
import { become, say } from './sql-cluster.js';
import type { Engine, RedisEndpoint, SqlEndpoint } from './types.js';

export interface TestDatabase {
  config: { host: string; port: number; user: string; password: string; database: string };
  drop(): Promise<void>;
}

/**
 * The engines available here: both, or only MariaDB if MySQL could not be installed; that of the given server, if one
 * is given; only the one that `MOONDESK_TEST_ENGINE` names, if it is set. For `describe.each`.
 */
export function engines(): Engine[] {
  const sandbox = inject('sandbox');
  const all = (['mariadb', 'mysql'] as const).filter((engine) => sandbox[engine] !== null);
  const only = process.env['MOONDESK_TEST_ENGINE'];
  return only === undefined ? all : all.filter((engine) => engine === only);
}

/** Host and port of an engine. */
export function endpointOf(engine: Engine): SqlEndpoint {
  const endpoint = inject('sandbox')[engine];
  if (!endpoint) throw new Error(`${engine} does not run here; ask engines() first.`);
  return endpoint;
}

/** A new, empty database with a unique name. */
export async function createDatabase(engine: Engine): Promise<TestDatabase> {
  const endpoint = endpointOf(engine);
  const { host, port, user, password } = endpoint;
  const database = `test_${unique()}`;
  await say(endpoint, `CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  // The other nodes of a cluster have it a moment later, and who connects to a database waits for nothing.
  for (const node of inject('sandbox').nodes)
    await become('every node has the database', async () => (await say(node, `USE ${database}`)).length === 0);
  return {
    config: { host, port, user, password, database },
    drop: async () => void (await say(endpoint, `DROP DATABASE IF EXISTS ${database}`)),
  };
}

/** Host and port of Redis. */
export const redisEndpoint = (): RedisEndpoint => inject('sandbox').redis;

/** The URL of the run's Redis; test files share it, so each uses its own `redisPrefix()`. */
export function redisUrl(): string {
  const { host, port } = redisEndpoint();
  return `redis://${host}:${port}/0`;
}

const prefix = `t${unique()}:`;

/** A prefix for keys, unique to this test file. */
export const redisPrefix = (): string => prefix;

function unique(): string {
  return `${process.pid.toString(36)}_${randomBytes(5).toString('hex')}`;
}
