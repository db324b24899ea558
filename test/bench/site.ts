import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { generateDemo } from '../../build/demo/generate.js';
import { startGuard } from '../../build/lib/guard.mjs';
import { inDot, inRoot } from '../../build/lib/paths.mjs';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { connectionOptions } from '../../electron/data/mysql/database.js';
import type { SiteConfig } from '../../electron/data/site.js';
import { type Engine, startMariadb, startMysql, startRedis } from '../sandbox/index.js';

export interface BenchSite {
  readonly config: SiteConfig;
  stop(): Promise<void>;
}

const database = 'bench';

/**
 * A site of `users` users on its own servers, with the console's tables and the list's indexes (R001). The filled data
 * folder is kept in .moondesk/bench for the next run.
 */
export async function benchSite(engine: Engine, users: number): Promise<BenchSite> {
  const folder = inDot('bench', `${engine}-${String(users)}`);
  const filled = `${folder}/filled`;
  if (!existsSync(filled)) rmSync(folder, { recursive: true, force: true });
  const guard = startGuard();
  const start = engine === 'mariadb' ? startMariadb : startMysql;
  const [sql, redis] = await Promise.all([
    start({
      folder: `${folder}/server`,
      guard,
      settings: {
        innodb_buffer_pool_size: '2G',
        max_allowed_packet: '64M',
        ...(engine === 'mariadb' ? { innodb_log_file_size: '256M' } : { innodb_redo_log_capacity: '512M' }),
      },
    }),
    startRedis({ guard }),
  ]);
  const { host, port, user, password } = sql.endpoint;
  const config: SiteConfig = {
    mysql: { host, port, user, password, database, poolSize: 8 },
    redis: { ...redis.endpoint, prefix: 'moontv:' },
  };
  if (!existsSync(filled)) {
    const root = await createConnection({ host, port, user, password });
    await root.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
    await root.end();
  }
  // Also if the data was kept: there may be newer migrations.
  await createRunner({
    connection: () => createConnection(connectionOptions(config.mysql)),
    folder: inRoot('migrations'),
  }).apply();
  if (!existsSync(filled)) {
    await generateDemo({
      mysql: config.mysql,
      redisUrl: `redis://${redis.endpoint.host}:${String(redis.endpoint.port)}`,
      users,
      seed: 7,
      warmCache: false,
      now: new Date('2026-11-01T00:00:00Z'),
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    await createRunner({
      connection: () => createConnection(connectionOptions(config.mysql)),
      folder: inRoot('migrations', 'repairs'),
    }).apply({ only: ['R001_list_indexes.sql'] });
    const connection = await createConnection(connectionOptions(config.mysql));
    await connection.query('ANALYZE TABLE users, user_points, user_login_stats, user_card_keys, card_keys');
    await connection.end();
    writeFileSync(filled, '');
  }
  return {
    config,
    stop: async () => {
      await sql.stop();
      await redis.stop();
      await guard.close();
    },
  };
}
