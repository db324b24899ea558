import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions, type DatabaseConfig } from '../../electron/data/mysql/database.js';
import { startGuard } from '../../build/lib/guard.mjs';
import { type Proxy, startProxy } from './proxy.js';
import { startMariadb, startMysql } from './servers.js';
import { account } from './sql-server.js';
import type { Engine, RunningServer, SqlEndpoint } from './types.js';

/**
 * Two SQL servers, of which the second follows the first and only reads, and a balancer that leads to the first. As
 * usual, it leaves existing connections where they are when new ones go elsewhere.
 */
export interface Replicated {
  readonly first: RunningServer<SqlEndpoint>;
  readonly second: RunningServer<SqlEndpoint>;
  readonly balancer: Proxy;
  /** The database `site` behind the balancer, by an account that may not write where the server only reads. */
  readonly config: DatabaseConfig;
  /** Says something to a server as its administrator; returns the first value of the last answer. */
  say(server: RunningServer<SqlEndpoint>, ...statements: string[]): Promise<unknown>;
  /** The server only reads from now on, or takes writes. */
  onlyReads(server: RunningServer<SqlEndpoint>, only: boolean): Promise<void>;
  /** The second server has all that the first has. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

const words = {
  mariadb: {
    follow: (port: number) =>
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${String(port)}, MASTER_USER = '${account.user}', MASTER_PASSWORD = '${account.password}', MASTER_USE_GTID = slave_pos`,
    start: 'START SLAVE',
    at: 'SELECT @@GLOBAL.gtid_binlog_pos',
    wait: (position: string) => `SELECT MASTER_GTID_WAIT('${position}', 20)`,
    onlyReads: ['SET GLOBAL read_only = ON'],
    writes: ['SET GLOBAL read_only = OFF'],
  },
  mysql: {
    follow: (port: number) =>
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${String(port)}, SOURCE_USER = '${account.user}', SOURCE_PASSWORD = '${account.password}', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1`,
    start: 'START REPLICA',
    at: 'SELECT @@GLOBAL.gtid_executed',
    wait: (position: string) => `SELECT WAIT_FOR_EXECUTED_GTID_SET('${position}', 20)`,
    onlyReads: ['SET GLOBAL super_read_only = ON'],
    writes: ['SET GLOBAL super_read_only = OFF', 'SET GLOBAL read_only = OFF'],
  },
} as const;

export async function startReplicated(engine: Engine): Promise<Replicated> {
  const guard = startGuard();
  const start = (id: number): Promise<RunningServer<SqlEndpoint>> =>
    (engine === 'mysql' ? startMysql : startMariadb)({
      guard,
      settings: {
        skip_log_bin: false,
        log_bin: 'binlog',
        server_id: id,
        ...(engine === 'mysql' ? { gtid_mode: 'ON', enforce_gtid_consistency: 'ON' } : {}),
      },
    });
  const [first, second] = await Promise.all([start(1), start(2)]);
  const told = words[engine];
  const say: Replicated['say'] = async ({ endpoint: { host, port, user, password } }, ...statements) => {
    const connection = await createConnection(connectionOptions({ host, port, user, password, database: 'mysql' }));
    try {
      let answer: unknown;
      for (const statement of statements) {
        const [rows] = await connection.query<RowDataPacket[]>({ sql: statement, rowsAsArray: true });
        answer = Array.isArray(rows) ? (rows[0] as unknown as unknown[] | undefined)?.[0] : undefined;
      }
      return answer;
    } finally {
      await connection.end();
    }
  };
  await say(second, told.follow(first.endpoint.port), told.start, ...told.onlyReads);
  await say(
    first,
    'CREATE DATABASE site CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
    "CREATE USER plain@'%' IDENTIFIED BY 'plain'",
    "GRANT ALL ON site.* TO plain@'%'",
  );
  const balancer = await startProxy(first.endpoint);
  return {
    first,
    second,
    balancer,
    config: { host: balancer.host, port: balancer.port, user: 'plain', password: 'plain', database: 'site' },
    say,
    async onlyReads(server, only) {
      await say(server, ...(only ? told.onlyReads : told.writes));
    },
    async caughtUp() {
      const reached = await say(second, told.wait(String(await say(first, told.at)).replaceAll('\n', '')));
      // -1: the time was up (MariaDB); 1: the same (MySQL).
      if (Number(reached) !== 0) throw new Error('The second server does not follow the first.');
    },
    async stop() {
      await balancer.close();
      await Promise.all([first.kill(), second.kill()]);
      await guard.close();
    },
  };
}
