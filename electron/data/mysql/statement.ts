import type { ExecuteValues, PoolConnection, QueryValues, ResultSetHeader } from 'mysql2';
import { Refusal } from '../../contract/errors.js';
import type { Parameter, Written } from './database.js';
import { errorNumber } from './errors.js';
import { whenItFits } from './packet.js';

/**
 * Runs one statement on a connection. It uses a callback, because each promise of the driver captures a stack trace,
 * which costs more than sending the statement.
 */
export function ask<T>(connection: PoolConnection, sql: string, parameters: readonly Parameter[] = []): Promise<T> {
  return new Promise((resolve, reject) => {
    whenItFits(connection, { sql, parameters, escaped: true }, reject, () => {
      connection.query(sql, valuesOf(parameters), (error, result) => {
        if (error === null) resolve(result as T);
        else reject(error);
      });
    });
  });
}

/** Parameters of a prepared statement: texts, because only texts mean the same in both protocols. */
export type Texts = readonly (string | null)[];

/**
 * Runs a statement that the server parses once per connection. If the server does not accept it, `isUnprepared` is true
 * for the error.
 */
export function askPrepared<T>(connection: PoolConnection, sql: string, parameters: Texts): Promise<T> {
  return new Promise((resolve, reject) => {
    whenItFits(connection, { sql, parameters, escaped: false }, reject, () => {
      connection.execute(sql, valuesOf(parameters), (error, result) => {
        if (error === null) resolve(result as T);
        else reject(error);
      });
    });
  });
}

/** The driver does not change parameters, although its types would allow it. */
export function valuesOf(parameters: readonly Parameter[]): QueryValues & ExecuteValues {
  return parameters as Exclude<Parameter, readonly unknown[]>[];
}

export function writtenOf({ affectedRows, insertId }: ResultSetHeader): Written {
  return { affectedRows, insertId: String(insertId) };
}

/**
 * Errors: too many prepared statements; this statement cannot be prepared; it must be prepared again; a proxy lost it
 * with its connection.
 */
const unprepared = new Set([1461, 1295, 1615, 1243]);

/** True if a statement failed only because it was prepared: as plain text it may work. */
export function isUnprepared(error: unknown): boolean {
  return unprepared.has(errorNumber(error instanceof Refusal ? error.cause : error) ?? 0);
}
