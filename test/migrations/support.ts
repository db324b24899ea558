import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { expect, onTestFinished } from 'vitest';
import { Refusal, type ErrorCode } from '../../electron/contract/errors.js';
import { createDatabase, type TestDatabase } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';

export const realFolder = fileURLToPath(new URL('../../migrations', import.meta.url));
export const repairsFolder = join(realFolder, 'repairs');

export interface Desk {
  readonly database: TestDatabase;
  readonly connection: Connection;
  /** Another connection to the same database. */
  readonly connect: () => Promise<Connection>;
}

/** The test's own empty database and a connection to it; removed when the test ends. */
export async function desk(engine: Engine): Promise<Desk> {
  const database = await createDatabase(engine);
  const connect = (): Promise<Connection> =>
    createConnection({ ...database.config, supportBigNumbers: true, bigNumberStrings: true, dateStrings: true });
  const connection = await connect();
  onTestFinished(async () => {
    connection.destroy();
    await database.drop();
  });
  return { database, connection, connect };
}

/** A folder of migrations from texts by name; removed when the test ends. `write` changes one. */
export async function folderOf(
  files: Readonly<Record<string, string>>,
): Promise<{ folder: string; write: (name: string, text: string) => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return { folder, write };
}

/** The first column of a query's rows, as text. */
export async function column(connection: Connection, sql: string): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows.map((row) => String(Object.values(row)[0]));
}

/** The tables of the chosen database, sorted here: the engines sort `_` differently. */
export async function tableNames(connection: Connection): Promise<string[]> {
  return (
    await column(connection, 'SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()')
  ).toSorted();
}

/** Expects a refusal with this code, and returns it. */
export async function refused(work: Promise<unknown>, code: ErrorCode): Promise<Refusal> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Refusal))
    throw new Error(`Expected the refusal ${code}, got ${String(outcome)}`, { cause: outcome });
  expect(outcome.code).toBe(code);
  expect(outcome.text.zh).not.toBe('');
  return outcome;
}
