/** A demo site only for this run: its servers and rows are deleted afterwards, so the scenes may ban any user. */
import { createConnection } from 'mysql2/promise';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { startMariadb, startRedis } from '../../test/sandbox/index.js';
import { generateDemo } from '../demo/generate.js';
import type { Guard } from '../lib/guard.mjs';
import { inRoot } from '../lib/paths.mjs';
import type { DemoServers } from '../start/demo-site.ts';

/** Fixed users and cards; their times end now, as on a real site. */
const seed = 42;
const users = 20_000;

export async function startScreenSite(guard: Guard): Promise<DemoServers> {
  const [mariadb, redis] = await Promise.all([startMariadb({ guard }), startRedis({ guard })]);
  const { host, port, user, password } = mariadb.endpoint;
  const mysql = { host, port, user, password, database: 'moontv' };
  const redisUrl = `redis://${redis.endpoint.host}:${redis.endpoint.port}/0`;
  const connection = await createConnection({ host, port, user, password });
  try {
    await connection.query(`CREATE DATABASE ${mysql.database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
    await connection.query(`USE ${mysql.database}`);
    await createRunner({ connection, folder: inRoot('migrations') }).apply();
  } finally {
    await connection.end();
  }
  await generateDemo({ mysql, redisUrl, users, seed });
  const stop = async (): Promise<void> => {
    await Promise.all([mariadb.kill(), redis.kill()]);
  };
  return { mysql, redisUrl, stop };
}
