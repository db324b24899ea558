import { randomInt } from 'node:crypto';
import { Redis } from 'ioredis';
import { createPool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions } from '../../../electron/data/mysql/database.js';
import { sessionSetup } from '../../../electron/data/mysql/session.js';
import type { ScaleSite } from './site.js';

type Row = Record<string, string | number | null>;

/** Sends one statement of a transaction. */
export type Ask = <R = Row>(sql: string, parameters?: readonly unknown[]) => Promise<R[]>;

/**
 * Only the drivers, as in a handwritten script: a pool of the same size, with the same options and session, and one
 * Redis connection.
 */
export interface Bare {
  /** A statement that commits by itself. */
  run(sql: string, parameters: readonly unknown[]): Promise<void>;
  transaction(work: (ask: Ask) => Promise<void>): Promise<void>;
  readonly redis: Redis;
  close(): Promise<void>;
}

/** Opens the drivers, with every connection of the pool open. */
export async function openBare({ config }: ScaleSite): Promise<Bare> {
  const { poolSize = 20, ...mysql } = config.mysql;
  const pool = createPool({ ...connectionOptions(mysql), connectionLimit: poolSize, maxIdle: poolSize });
  const connections = await Promise.all(Array.from({ length: poolSize }, () => pool.getConnection()));
  for (const connection of connections) {
    await connection.query(sessionSetup);
    connection.release();
  }
  const redis = new Redis(config.redis.port, config.redis.host);
  return {
    redis,
    run: async (sql, parameters) => {
      await pool.query(sql, [...parameters]);
    },
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        const connection = await pool.getConnection();
        try {
          await connection.query('START TRANSACTION');
          await work(async (sql, parameters = []) => {
            const [rows] = await connection.query<RowDataPacket[] | ResultSetHeader>(sql, [...parameters]);
            return (Array.isArray(rows) ? rows : [{ insertId: rows.insertId }]) as never;
          });
          await connection.query('COMMIT');
          return;
        } catch (error) {
          await connection.query('ROLLBACK');
          if (attempt === 3 || (error as { errno?: number }).errno !== 1213) throw error;
        } finally {
          connection.release();
        }
      }
    },
    close: async () => {
      redis.disconnect();
      await pool.end();
    },
  };
}

/** UTC text of an instant, to the second. */
export const timeOf = (instant: number): string => new Date(instant).toISOString().slice(0, 19).replace('T', ' ');

/** Random symbols. */
export const symbols = (length: number): string =>
  Array.from({ length }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[randomInt(36)]).join('');

/** An id in the site's format. */
export const newId = (): string => `${String(Date.now())}-${symbols(9).toLowerCase()}`;

/** Writes a user's entry in the config: a new entry, or (by its fields) a change of one. */
export async function writeEntry(
  ask: Ask,
  site: ScaleSite,
  username: string,
  change: { readonly entry: object } | { readonly set: object; readonly remove?: readonly string[] },
): Promise<void> {
  if (site.mode === 'rows') {
    // The entry's changed fields here are columns of another table.
    if ('entry' in change)
      await ask('INSERT INTO console_config_entries (username, entry) VALUES (?, ?)', [
        username,
        JSON.stringify(change.entry),
      ]);
    await ask('INSERT INTO console_config_changes (username, at) VALUES (?, UTC_TIMESTAMP(3))', [username]);
    return;
  }
  if ('entry' in change) {
    if (site.full) return;
    await ask(
      "UPDATE admin_configs SET config_value = JSON_ARRAY_APPEND(config_value, '$.UserConfig.Users', JSON_EXTRACT(?, '$')) WHERE config_key = 'main_config'",
      [JSON.stringify(change.entry)],
    );
    return;
  }
  const [found] = await ask<{ place: string | null }>(
    "SELECT JSON_UNQUOTE(JSON_SEARCH(config_value, 'one', ?, NULL, '$.UserConfig.Users[*].username')) AS place FROM admin_configs WHERE config_key = 'main_config' FOR UPDATE",
    [username],
  );
  const place = found?.place?.replace(/\.username$/, '') ?? null;
  if (place === null) throw new Error(`No entry of ${username}`);
  const fields = Object.entries(change.set).map(([name, value]) => [`${place}.${name}`, JSON.stringify(value)]);
  const gone = (change.remove ?? []).map((name) => `${place}.${name}`);
  const value = `JSON_SET(config_value${", ?, JSON_EXTRACT(?, '$')".repeat(fields.length)})`;
  await ask(
    `UPDATE admin_configs SET config_value = ${gone.length === 0 ? value : `JSON_REMOVE(${value}${', ?'.repeat(gone.length)})`} WHERE config_key = 'main_config'`,
    [...fields.flat(), ...gone],
  );
}

/** The keys of the config that a write of one user deletes. */
export function configKeys({ keys, mode }: ScaleSite): string[] {
  return [keys.of(mode === 'json' ? 'adminConfig' : 'configVersion')];
}
