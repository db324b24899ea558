import { createHash } from 'node:crypto';
import type { Connection, PoolConnection, RowDataPacket } from 'mysql2/promise';
import { Refusal } from '../../contract/errors.js';

/**
 * A connection that the caller lends and keeps, or a function that opens one (or takes one from a pool), which is given
 * back after each use.
 */
export type ConnectionSource = Connection | (() => Promise<Connection>);

/** The rows of a query, with columns by name, whatever the connection's own settings are. */
export async function rowsOf(
  connection: Connection,
  sql: string,
  values: readonly (string | number | null)[] = [],
): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>({
    sql,
    values: [...values],
    rowsAsArray: false,
    nestTables: false,
  });
  return rows;
}

/**
 * Runs the work on a connection with strict mode, autocommit and a limit on waiting for table locks; restores
 * everything afterwards.
 * @param lockWaitSeconds how long a DDL statement waits for other open transactions before it fails with 1205
 */
export async function withSession<T>(
  source: ConnectionSource,
  lockWaitSeconds: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = typeof source === 'function' ? await source() : source;
  try {
    const [before] = await rowsOf(
      connection,
      'SELECT @@session.sql_mode AS sqlMode, @@session.lock_wait_timeout AS lockWait, @@session.autocommit AS autocommit',
    );
    await connection.query('SET SESSION sql_mode = ?, SESSION lock_wait_timeout = ?, SESSION autocommit = 1', [
      sqlMode,
      lockWaitSeconds,
    ]);
    try {
      return await work(connection);
    } finally {
      // On a lost connection there is nothing to restore, and its own error is the one to report.
      await connection
        .query('SET SESSION sql_mode = ?, SESSION lock_wait_timeout = ?, SESSION autocommit = ?', [
          String(before?.['sqlMode'] ?? ''),
          Number(before?.['lockWait'] ?? 50),
          Number(before?.['autocommit'] ?? 1),
        ])
        .catch(() => undefined);
    }
  } finally {
    if (typeof source === 'function') await giveBack(connection);
  }
}

/** Ends a connection that was opened for us; one of a pool is released. */
export async function giveBack(connection: Connection): Promise<void> {
  if (isPooled(connection)) connection.release();
  else await connection.end().catch(() => connection.destroy());
}

/**
 * The driver gives every promise connection a `release`, but only a pool's connection has one inside; calling `end` on
 * that one would never resolve.
 */
function isPooled(connection: Connection): connection is PoolConnection {
  const inner: unknown = 'connection' in connection ? connection.connection : null;
  return inner instanceof Object && 'release' in inner;
}

/** Files are written for this SQL mode, whatever the server's default is. */
const sqlMode =
  'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

/** The name of the database that the connection uses. @throws Refusal `invalid_input` if it uses none */
export async function databaseName(connection: Connection): Promise<string> {
  const [row] = await rowsOf(connection, 'SELECT DATABASE() AS name');
  const name: unknown = row?.['name'];
  if (typeof name === 'string') return name;
  throw new Refusal('invalid_input', { zh: '连接没有选定数据库', en: 'The connection has not chosen a database' });
}

/**
 * Lock names are server-wide and at most 64 characters long: one name per database, however long the database's own
 * name is.
 */
function lockName(database: string): string {
  return `moondesk.migrations.${createHash('sha256').update(database).digest('hex').slice(0, 32)}`;
}

/**
 * Runs the work while only this console may migrate the database. The lock is always released.
 * @throws Refusal `conflict` if another console holds it for longer than waitSeconds; `internal` if the server cannot
 *   lock
 */
export async function withLock<T>(
  connection: Connection,
  database: string,
  waitSeconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const name = lockName(database);
  const [row] = await rowsOf(connection, 'SELECT GET_LOCK(?, ?) AS got', [name, waitSeconds]);
  const got: unknown = row?.['got'];
  if (got === null || got === undefined) {
    throw new Refusal('internal', {
      zh: '服务器无法加迁移锁（GET_LOCK 返回 NULL）',
      en: 'The server could not lock the migrations (GET_LOCK returned NULL)',
    });
  }
  if (Number(got) !== 1) {
    throw new Refusal(
      'conflict',
      { zh: '另一个控制台正在迁移这个数据库', en: 'Another console is migrating this database' },
      {
        hint: { zh: '等它完成后再试', en: 'Wait until it has finished, then try again' },
        details: { database, holder: await lockHolder(connection, database) },
      },
    );
  }
  try {
    return await work();
  } finally {
    // A lost connection has lost its locks too.
    await connection.query('DO RELEASE_LOCK(?)', [name]).catch(() => undefined);
  }
}

/** The id of the connection that is migrating the database now, or null. */
export async function lockHolder(connection: Connection, database: string): Promise<number | null> {
  const [row] = await rowsOf(connection, 'SELECT IS_USED_LOCK(?) AS holder', [lockName(database)]);
  const holder: unknown = row?.['holder'];
  return holder === null || holder === undefined ? null : Number(holder);
}
