/**
 * A plausible site to look at: its own MariaDB and Redis with invented users. Its data stays from one start to the
 * next.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { startMariadb, startRedis } from '../../test/sandbox/index.js';
import { DEMO_PASSWORD, generateDemo } from '../demo/generate.js';
import type { Guard } from '../lib/guard.mjs';
import { inDot, inRoot } from '../lib/paths.mjs';

export interface DemoPlace {
  mysql: { host: string; port: number; user: string; password: string; database: string };
  redisUrl: string;
}

export interface DemoServers extends DemoPlace {
  stop(): Promise<void>;
}

const database = 'moontv_demo';
const filled = inDot('demo', 'filled');

/** Starts the two servers on free ports, with the data of the last start. */
export async function startDemoServers(guard: Guard): Promise<DemoServers> {
  mkdirSync(inDot('demo'), { recursive: true });
  const [mariadb, redis] = await Promise.all([
    startMariadb({ guard, folder: inDot('demo', 'mariadb'), settings: { innodb_buffer_pool_size: '384M' } }),
    startRedis({ guard, folder: inDot('demo', 'redis') }),
  ]);
  const { host, port, user, password } = mariadb.endpoint;
  return {
    mysql: { host, port, user, password, database },
    redisUrl: `redis://${redis.endpoint.host}:${redis.endpoint.port}/0`,
    stop: async () => {
      await Promise.all([mariadb.stop(), redis.stop()]);
    },
  };
}

/** Creates the tables, and fills them if they are not filled yet. Returns a remark for the progress line. */
export async function fillDemo({ mysql, redisUrl }: DemoPlace, users: number, seed: number): Promise<string> {
  const { database: name, ...server } = mysql;
  const connection = await createConnection(server);
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
    await connection.query(`USE ${name}`);
    await createRunner({ connection, folder: inRoot('migrations') }).apply();
  } finally {
    await connection.end();
  }
  if (existsSync(filled)) return `owner moonowner, password ${DEMO_PASSWORD}`;
  // Rows without the stamp are from an interrupted fill.
  await generateDemo({ mysql, redisUrl, users, seed, replace: true });
  writeFileSync(filled, JSON.stringify({ users, seed }));
  return `${users.toLocaleString('en')} users; owner moonowner, password ${DEMO_PASSWORD}`;
}
