import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { startGuard } from '../../../build/lib/guard.mjs';
import { inRoot } from '../../../build/lib/paths.mjs';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { connectionOptions } from '../../../electron/data/mysql/database.js';
import { Keys } from '../../../electron/data/redis/keys.js';
import type { SiteConfig } from '../../../electron/data/site.js';
import { type Engine, startMariadb, startMysql, startRedis } from '../../sandbox/index.js';
import { entriesSql, fillNumbers, fillSite, settingsOf } from './fill.js';

/** Where the config's entries are: in the one JSON row, or in rows of their own. */
export type Mode = 'json' | 'rows';

/** The number of entries beyond which the console adds none to the JSON row. */
const mostInJson = 50_000;
/** The largest number of users for which the document of a site with its entries in rows is composed. */
export const mostComposed = 200_000;

export interface ScaleSite {
  readonly users: number;
  readonly mode: Mode;
  readonly config: SiteConfig;
  readonly keys: Keys;
  /** The benchmark's own connections to the servers. */
  readonly sql: Connection;
  readonly redis: Redis;
  /** The whole config as text (on the largest sites in rows: without entries), and its settings without entries. */
  readonly document: string;
  readonly settings: string;
  /** True if the JSON row accepts no further entries. */
  readonly full: boolean;
  /** Tables and columns that name users, as far as they can be queried quickly. */
  readonly people: readonly { readonly table: string; readonly column: string }[];
  readonly tables: readonly string[];
}

export interface ScaleSites {
  readonly sites: readonly ScaleSite[];
  stop(): Promise<void>;
}

/** Rows of one of the benchmark's own statements. */
export async function rowsOf<Row>(sql: Connection, text: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const [rows] = await sql.query<RowDataPacket[]>(text, [...parameters]);
  return rows as Row[];
}

/**
 * Sites of these sizes, each a database of one server: rounds go from site to site, so that other load affects all of
 * them alike. `mode` undefined: rows if the schema has them.
 */
export async function openSites(engine: Engine, sizes: readonly number[], mode: Mode | undefined): Promise<ScaleSites> {
  const guard = startGuard();
  const start = engine === 'mariadb' ? startMariadb : startMysql;
  const [server, cache] = await Promise.all([
    start({
      guard,
      settings: {
        innodb_buffer_pool_size: '3G',
        max_allowed_packet: '256M',
        max_connections: 800,
        ...(engine === 'mariadb' ? { innodb_log_file_size: '1G' } : { innodb_redo_log_capacity: '2G' }),
      },
    }),
    startRedis({ guard }),
  ]);
  const { host, port, user, password } = server.endpoint;
  const root = await createConnection({ host, port, user, password });
  await fillNumbers(root, Math.max(...sizes));
  const sites: ScaleSite[] = [];
  for (const users of sizes) {
    const from = performance.now();
    const config: SiteConfig = {
      mysql: { host, port, user, password, database: `scale_${String(users)}`, poolSize: 20 },
      redis: { ...cache.endpoint, prefix: `s${String(users)}:` },
    };
    sites.push(await makeSite(root, config, users, mode));
    process.stderr.write(`${String(users)} users: ${((performance.now() - from) / 1_000).toFixed(1)} s\n`);
  }
  await calm(root);
  return {
    sites,
    stop: async () => {
      for (const site of sites) {
        site.redis.disconnect();
        site.sql.destroy();
      }
      root.destroy();
      await Promise.all([server.kill(), cache.kill()]);
      await guard.close();
    },
  };
}

async function makeSite(
  root: Connection,
  config: SiteConfig,
  users: number,
  wanted: Mode | undefined,
): Promise<ScaleSite> {
  const { poolSize: _, ...mysql } = config.mysql;
  await root.query(`CREATE DATABASE ${mysql.database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  const connect = (): Promise<Connection> => createConnection(connectionOptions(mysql));
  await createRunner({ connection: connect, folder: inRoot('migrations') }).apply();
  const sql = await connect();
  await sql.query("SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'");
  await fillSite(sql, users);
  const tables = (
    await rowsOf<{ name: string }>(
      sql,
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY name",
    )
  ).map(({ name }) => name);
  const canRows = tables.includes('console_config_entries');
  if (wanted === 'rows' && !canRows) throw new Error('This schema keeps the entries of the config in its JSON row');
  const mode = wanted ?? (canRows ? 'rows' : 'json');
  const settings = settingsOf();
  const entries = await putConfig(sql, users, settings, mode);
  return {
    users,
    mode,
    config,
    keys: new Keys(config.redis.prefix),
    sql,
    redis: new Redis(config.redis.port, config.redis.host),
    document: documentOf(settings, entries),
    settings: JSON.stringify(settings),
    full: mode === 'json' && entries.length >= mostInJson,
    people: await peopleOf(sql, users),
    // A leftover claim means nothing, and the reference makes none.
    tables: tables.filter((table) => table !== 'console_claims'),
  };
}

/** Puts the config where the mode wants it; returns the texts of its entries. */
async function putConfig(
  sql: Connection,
  users: number,
  settings: Record<string, unknown>,
  mode: Mode,
): Promise<string[]> {
  if (mode === 'json') {
    const entries = await entriesOf(sql, mostInJson);
    await writeConfig(sql, documentOf(settings, entries));
    return entries;
  }
  await writeConfig(sql, JSON.stringify(settings));
  await sql.query(`INSERT INTO console_config_entries (username, entry) ${entriesSql}`);
  await sql.query("UPDATE console_config_state SET mode = 'rows' WHERE id = 1");
  // Not composed if no one asks for the whole.
  return users > mostComposed ? [] : entriesOf(sql, users * 2);
}

async function entriesOf(sql: Connection, most: number): Promise<string[]> {
  const rows = await rowsOf<{ entry: string }>(sql, `${entriesSql} LIMIT ?`, [most]);
  return rows.map(({ entry }) => entry);
}

export async function writeConfig(sql: Connection, text: string): Promise<void> {
  await sql.query("UPDATE admin_configs SET config_value = ? WHERE config_key = 'main_config'", [text]);
}

/** The whole document: the settings with these entries. */
export function documentOf(settings: Record<string, unknown>, entries: readonly string[]): string {
  const [head = '', tail = ''] = JSON.stringify(settings).split('"Users":[]');
  return `${head}"Users":[${entries.join(',')}]${tail}`;
}

/** The same document with further entries. */
export function withEntries(document: string, entries: readonly object[]): string {
  return document.replace(
    '"Users":[',
    () => `"Users":[${entries.map((entry) => `${JSON.stringify(entry)},`).join('')}`,
  );
}

const naming = ['username', 'inviter', 'invitee', 'bound_to', 'target'];

/** Columns that name users; on a large site, those with an index and those of small tables. */
async function peopleOf(sql: Connection, users: number): Promise<{ table: string; column: string }[]> {
  const rows = await rowsOf<{ tableName: string; columnName: string; found: number; size: string | number | null }>(
    sql,
    `SELECT c.table_name AS tableName, c.column_name AS columnName, t.table_rows AS size,
       EXISTS (SELECT 1 FROM information_schema.statistics s WHERE s.table_schema = c.table_schema AND s.table_name = c.table_name
         AND s.column_name = c.column_name AND s.seq_in_index = 1) AS found
     FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
     WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE' AND c.column_name IN (?) ORDER BY 1, 2`,
    [naming],
  );
  return rows
    .filter(({ found, size }) => users <= 20_000 || found === 1 || Number(size ?? 0) < 20_000)
    .map(({ tableName, columnName }) => ({ table: tableName, column: columnName }));
}

/** Waits until the server has flushed its data: a minute at most. */
async function calm(root: Connection): Promise<void> {
  await root.query('SET GLOBAL innodb_max_dirty_pages_pct = 0');
  for (let turn = 0; turn < 60; turn += 1) {
    const [row] = await rowsOf<{ Value: string }>(root, "SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'");
    if (Number(row?.Value ?? 0) < 500) break;
    await wait(1_000);
  }
  await root.query('SET GLOBAL innodb_max_dirty_pages_pct = 90');
}
