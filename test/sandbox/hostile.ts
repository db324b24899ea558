import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { startMariadb, startMysql } from './servers.js';
import type { Settings } from './sql-server.js';
import type { Engine, SqlEndpoint } from './types.js';

/**
 * Settings that a my.cnf, an `init_connect` or a hosting company may apply to every session; each would break a console
 * that relied on the server's defaults. A test runs the core of every domain with them; add further such settings here.
 */
const handedOut: readonly string[] = [
  'autocommit = 0',
  'completion_type = 1',
  'sql_select_limit = 100',
  'max_join_size = 50',
  'sql_big_selects = 0',
  'sql_safe_updates = 1',
  'sql_auto_is_null = 1',
  'foreign_key_checks = 0',
  'unique_checks = 0',
  'max_sort_length = 4',
  'group_concat_max_len = 4',
  'div_precision_increment = 0',
  "time_zone = '+08:00'",
  "sql_mode = 'ANSI,ALLOW_INVALID_DATES,NO_BACKSLASH_ESCAPES,NO_AUTO_VALUE_ON_ZERO'",
  'explicit_defaults_for_timestamp = 0',
  "default_storage_engine = 'MyISAM'",
  'innodb_lock_wait_timeout = 10',
  "init_connect = 'SET NAMES latin1, autocommit = 0, sql_select_limit = 90'",
];

const handedOutBy: Readonly<Record<Engine, readonly string[]>> = {
  mysql: [
    "transaction_isolation = 'SERIALIZABLE'",
    'transaction_read_only = 1',
    'max_execution_time = 1',
    'sql_require_primary_key = 1',
    'sql_generate_invisible_primary_key = 1',
    "default_collation_for_utf8mb4 = 'utf8mb4_general_ci'",
  ],
  mariadb: [
    "tx_isolation = 'SERIALIZABLE'",
    'tx_read_only = 1',
    'max_statement_time = 0.001',
    'check_constraint_checks = 0',
    'sql_if_exists = 1',
    "old_mode = 'NO_DUP_KEY_WARNINGS_WITH_IGNORE,ZERO_DATE_TIME_CAST'",
  ],
};

/**
 * Read only at the start. Whatever charset a client asks for, it gets the server's; MySQL 9 no longer has such a
 * switch.
 */
const latin: Settings = { character_set_server: 'latin1', collation_server: 'latin1_swedish_ci' };
const atStart: Readonly<Record<Engine, Settings>> = {
  mysql: latin,
  mariadb: { ...latin, character_set_client_handshake: 'OFF' },
};

export interface HostileServer {
  readonly endpoint: SqlEndpoint;
  /** A new database, and an account with all rights there and none elsewhere. */
  database(collation?: string): Promise<SqlEndpoint & { readonly database: string }>;
  kill(): Promise<void>;
}

/** A private server with all of these settings. */
export async function startHostile(engine: Engine): Promise<HostileServer> {
  const server = await (engine === 'mysql' ? startMysql : startMariadb)({ settings: atStart[engine] });
  const { host, port, user, password } = server.endpoint;
  // Connected before the settings are applied.
  const owner = await createConnection({ host, port, user, password });
  for (const setting of [...handedOut, ...handedOutBy[engine]]) await owner.query(`SET GLOBAL ${setting}`);
  return {
    endpoint: server.endpoint,
    async database(collation = 'utf8mb4_unicode_ci') {
      const name = `hostile_${randomBytes(5).toString('hex')}`;
      await owner.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE ${collation}`);
      await owner.query(`CREATE USER '${name}'@'%' IDENTIFIED BY 'moondesk'`);
      await owner.query(`GRANT ALL ON ${name}.* TO '${name}'@'%'`);
      return { engine, host, port, user: name, password: 'moondesk', database: name };
    },
    async kill() {
      owner.destroy();
      await server.kill();
    },
  };
}
