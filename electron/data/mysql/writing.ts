import type { Connection } from 'mysql2/promise';
import type { DatabaseKind } from '../migrations/recognise.js';
import { errorNumber } from './errors.js';

/** A write that the server refuses, with its number and its own words. */
export interface RefusedWrite {
  /** account: it lacks a right. server: it takes no writes from anybody, or not now. */
  readonly by: 'account' | 'server';
  readonly words: string;
}

/**
 * Statements that change nothing, which the server refuses to whoever may not write: no row fits, and the whole is
 * rolled back. Rights are not read from SHOW GRANTS, whose roles, wildcards and columns only the server can put
 * together.
 */
const writes = [
  'INSERT INTO users (username, password_hash) SELECT username, password_hash FROM users WHERE 1 = 0',
  'UPDATE users SET username = username WHERE 1 = 0 LIMIT 1',
  'DELETE FROM users WHERE 1 = 0 LIMIT 1',
];
/** The console's notes of every change. */
const notes = ['INSERT INTO console_audit (operation) SELECT operation FROM console_audit WHERE 1 = 0'];
/**
 * In an empty database the tables are still to be made; this one is not, because what it is to be like is not there.
 */
const makes = ['CREATE TABLE console_rights_probe LIKE console_rights_probe_pattern'];

const tries: Readonly<Record<Exclude<DatabaseKind, 'foreign'>, readonly string[]>> = {
  empty: makes,
  site: writes,
  site_with_console: [...writes, ...notes],
};

/** Of a table, of a column, of an operation. */
const denied = new Set([1142, 1143, 1227]);
/** read_only, a transaction that may only read, InnoDB's own read-only mode. */
const readOnly = new Set([1290, 1792, 1836, 1874, 3100]);

/**
 * Finds the first write that is refused to this connection; null where it may write. Changes nothing. Throws where the
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
        if (number !== null && readOnly.has(number)) return { by: 'server', words };
        // A table that is being rebuilt is not waited for once more.
        if (number === 1205) return null;
        // One that this site lacks says nothing about rights; where the connection broke there is nothing more to ask.
        if (number === null) throw error;
      }
    }
    return null;
  } finally {
    await connection.query('ROLLBACK').catch(() => undefined);
  }
}
