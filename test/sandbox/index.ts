/**
 * Private servers for tests and the demo: real MariaDB, MySQL and Redis on free loopback ports with their own data
 * folders.
 *
 * @example
 * const sandbox = await startSandbox();
 * const { host, port, user, password } = sandbox.mariadb.endpoint;
 * await sandbox.redis.kill();
 * await sandbox.redis.start();
 * await sandbox.stop();
 */
import { hasMysql } from '../../build/setup/mysql.mjs';
import { startGuard } from '../../build/lib/guard.mjs';
import { startMariadb, startMysql, startRedis } from './servers.js';
import type { Settings } from './sql-server.js';
import type { Sandbox } from './types.js';

export { startMariadb, startMysql, startRedis, type ServerOptions } from './servers.js';
export type { Engine, RedisEndpoint, RunningServer, Sandbox, SqlEndpoint } from './types.js';

export interface SandboxOptions {
  /** Settings for both SQL servers, over the sandbox's own. */
  sql?: Settings;
  redis?: Settings;
}

/** Starts all three servers at once. They are removed afterwards, even if this process is killed. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const guard = startGuard();
  try {
    const sql = { guard, revive: true, settings: options.sql ?? {} };
    const [mariadb, mysql, redis] = await Promise.all([
      startMariadb(sql),
      hasMysql() ? startMysql(sql) : null,
      startRedis({ guard, revive: true, settings: options.redis ?? {} }),
    ]);
    return {
      mariadb,
      mysql,
      redis,
      stop: async () => {
        await Promise.all([mariadb, redis, ...(mysql ? [mysql] : [])].map((server) => server.kill()));
        await guard.close();
      },
    };
  } catch (error) {
    await guard.close();
    throw error;
  }
}
