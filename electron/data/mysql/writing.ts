import type { Connection } from 'mysql2/promise';
import type { DatabaseKind } from '../migrations/recognise.js';
import { errorNumber } from './errors.js';
import { ordinaryOf } from './refusals.js';

/** A write that the server refused, with the server's own words. */
export interface RefusedWrite {
  /** account: it lacks a right. server: it takes no writes at all, or not now. */
  readonly by: 'account' | 'server';
  readonly words: string;
}

/**
 * Statements that change nothing but are refused to an account that may not write: no row matches, and everything is
 * rolled back. SHOW GRANTS is not enough, because only the server can combine roles, wildcards and columns.
 */
const writes = [
  'INSERT INTO users (username, password_hash) SELECT username, password_hash FROM users WHERE 1 = 0',
  'UPDATE users SET username = username WHERE 1 = 0 LIMIT 1',
  'DELETE FROM users WHERE 1 = 0 LIMIT 1',
];
/** The console's record of every change. */
const notes = ['INSERT INTO console_audit (operation) SELECT operation FROM console_audit WHERE 1 = 0'];
/**
 * In an empty database, the tables must still be created. This statement creates none, because its pattern does not
 * exist.
 */
const makes = ['CREATE TABLE console_rights_probe LIKE console_rights_probe_pattern'];

const tries: Readonly<Record<Exclude<DatabaseKind, 'foreign'>, readonly string[]>> = {
  empty: makes,
  site: writes,
  site_with_console: [...writes, ...notes],
};

/** Denied on a table, on a column, for an operation. */
const denied = new Set([1142, 1143, 1227]);

/**
 * Finds the first write that this connection may not do; null if it may write. Changes nothing. Throws if the
 * connection breaks.
 */
export async function refusedWrite(
  connection: Connection,
  kind: Exclude<DatabaseKind, 'foreign'>,
): Promise<RefusedWrite | null> {
  await connection.query('SET SESSION lock_wait_timeout = 1');
  await connection.query('START TRANSACTION');
  try {
    for (const statement of tries[kind]) {
      try {
        await connection.query(statement);
      } catch (error) {
        const number = errorNumber(error);
        const words = error instanceof Error ? error.message : String(error);
        if (number !== null && denied.has(number)) return { by: 'account', words };
        if (ordinaryOf(error)?.code === 'read_only') return { by: 'server', words };
        // Do not wait again for a table that is being rebuilt.
        if (number === 1205) return null;
        // A missing table says nothing about rights. If the connection broke, no more can be asked.
        if (number === null) throw error;
      }
    }
    return null;
  } finally {
    await connection.query('ROLLBACK').catch(() => undefined);
  }
}
