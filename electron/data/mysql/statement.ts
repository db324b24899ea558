import type { ExecuteValues, PoolConnection, QueryValues, ResultSetHeader } from 'mysql2';
import { Refusal } from '../../contract/errors.js';
import type { Parameter, Written } from './database.js';
import { errorNumber } from './errors.js';

/**
 * One statement on a connection. By callback: each of the driver's promises takes a stack trace, which costs more than
 * sending the statement.
 */
export function ask<T>(connection: PoolConnection, sql: string, parameters: readonly Parameter[] = []): Promise<T> {
  return new Promise((resolve, reject) => {
    connection.query(sql, valuesOf(parameters), (error, result) => {
      if (error === null) resolve(result as T);
      else reject(error);
    });
  });
}

/** Parameters of a prepared statement: texts, which alone mean the same both ways. */
export type Texts = readonly (string | null)[];

/**
 * A statement that the server parses once for each connection. Throws what `isUnprepared` tells where it takes none.
 */
export function askPrepared<T>(connection: PoolConnection, sql: string, parameters: Texts): Promise<T> {
  return new Promise((resolve, reject) => {
    connection.execute(sql, valuesOf(parameters), (error, result) => {
      if (error === null) resolve(result as T);
      else reject(error);
    });
  });
}

/** The driver changes no parameters, though its types would let it. */
export function valuesOf(parameters: readonly Parameter[]): QueryValues & ExecuteValues {
  return parameters as Exclude<Parameter, readonly unknown[]>[];
}

export function writtenOf({ affectedRows, insertId }: ResultSetHeader): Written {
  return { affectedRows, insertId: String(insertId) };
}

/**
 * No more prepared statements, not one of these, one that has to be prepared anew, or one that went with its connection
 * behind a proxy.
 */
const unprepared = new Set([1461, 1295, 1615, 1243]);

/** True where a statement failed for being prepared: as text it may do. */
export function isUnprepared(error: unknown): boolean {
  return unprepared.has(errorNumber(error instanceof Refusal ? error.cause : error) ?? 0);
}
