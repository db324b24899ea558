import { createPool, type PoolConnection, type PoolOptions, type ResultSetHeader } from 'mysql2';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { Refusal } from '../../contract/errors.js';
import { leave } from './side-connection.js';
import { Calls } from './calls.js';
import { outcomeOf, throwIfAborted } from './cancelled.js';
import { isConnectionLoss, mayBeDone, refusalOf, Uncertain } from './errors.js';
import { StatementCancel } from './cancel-statement.js';
import { type MovePaces, Moves } from './moves.js';
import { PinnedPool, type PoolPaces } from './pinned-pool.js';
import { ask, isUnprepared, type Texts, valuesOf, writtenOf } from './statement.js';
import { whenItFits } from './packet.js';
import { againAfter } from './refusals.js';
import { runTransaction } from './run-transaction.js';
import { withTries } from './tries.js';
import { trustOptions } from './trust.js';
import { Turns } from './turns.js';
import { Watch, type WatchPaces } from './watch.js';

export interface DatabaseConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The certificate is checked, and that it is for `host`, unless `rejectUnauthorized` is false. */
  readonly tls?: TlsOptions;
  /** PEM of the server's RSA key. A server with this key may get the password without TLS. */
  readonly serverPublicKey?: string;
  /** If true, a server may get the password itself without TLS. A server on this machine always may. */
  readonly allowPlainPassword?: boolean;
  readonly poolSize?: number;
}

export type Parameter = string | number | bigint | boolean | null | Buffer | Date | readonly Parameter[];

export interface Written {
  readonly affectedRows: number;
  readonly insertId: string;
}

/**
 * Something that runs SQL: the pool, or one transaction. BIGINT and DECIMAL are returned as strings, times as UTC text,
 * JSON as text.
 */
export interface Sql {
  /** The database behind it: the same object for all its transactions and wrappers. */
  readonly home?: object;
  rows<Row>(sql: string, parameters?: readonly Parameter[], signal?: AbortSignal): Promise<Row[]>;
  run(sql: string, parameters?: readonly Parameter[], signal?: AbortSignal): Promise<Written>;
}

/** One transaction: SQL, and rows in bulk. */
export interface Transaction extends Sql {
  /**
   * Runs a `LOAD DATA LOCAL INFILE` whose file is `data`; the file name in the statement is not used. Rows that do not
   * fit (mostly duplicates) are skipped with a warning: compare `affectedRows`. Throws `unsupported` if the server does
   * not accept these files.
   */
  load(sql: string, data: Buffer): Promise<Written>;
  /**
   * Runs work that may fail without ending the transaction. It sets a savepoint, and rolls back to it if the work
   * throws, or if `keeps` returns false for its value. Use it whenever the failure of a statement is caught. Otherwise
   * a Galera node without binary log sends the rows of the failed statement to the cluster and is thrown out, so the
   * commit is refused here. Throws what the work throws.
   */
  attempt<T>(work: () => Promise<T>, keeps?: (value: T) => boolean): Promise<T>;
  /** See `Database.prepared`. */
  prepared<Row>(sql: string, parameters?: Texts): Promise<Row[]>;
  /** As `run`, by a prepared statement: a text of megabytes goes to the server as it is, without being escaped. */
  runPrepared(sql: string, parameters: Texts): Promise<Written>;
}

/** Milliseconds within which a connection must be made. */
const connectTimeout = 8_000;

/** The options of every MySQL connection of the console and the storage. */
export function connectionOptions(config: DatabaseConfig): PoolOptions {
  return {
    host: config.host,
    port: config.port,
    user: config.user,
    password: config.password,
    database: config.database,
    ...trustOptions(config),
    charset: 'UTF8MB4_UNICODE_CI',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    connectTimeout,
  };
}

/**
 * A pool of connections to one database. Its queries can be cancelled, and connections that fall silent are dropped
 * (see Watch).
 */
export class Database implements Sql {
  readonly home: object = this;
  readonly #options: PoolOptions;
  readonly #pool: PinnedPool;
  readonly #watch: Watch;
  readonly #moves: Moves;
  readonly #calls: Calls;
  readonly #out = new Set<PoolConnection>();
  readonly #streams = new Turns();
  #waiting = 0;
  #version: string | null = null;
  /** True as long as the server is believed to accept prepared statements. */
  preparing = true;

  /** `paces` is for tests, and for replicas: these are not left for only reading. */
  constructor(config: DatabaseConfig, paces: Partial<WatchPaces & PoolPaces & MovePaces> = {}) {
    this.#options = connectionOptions(config);
    const size = config.poolSize ?? 20;
    this.#calls = new Calls(config, connectTimeout + 1_000);
    const pool = createPool({
      ...this.#options,
      connectionLimit: size,
      maxIdle: size,
      gracefulEnd: true,
      stream: ({ config: own }: { readonly config: object }) => this.#calls.begin(own),
    });
    pool.on('connection', (connection) => this.#calls.stood(connection));
    this.#pool = new PinnedPool(pool, size, paces);
    this.#watch = new Watch(
      this.#options,
      () => this.#out,
      () => this.#forsake(),
      paces,
    );
    this.#moves = new Moves(this.#options, () => this.#pool.moveOn(), paces);
  }

  /** `10.11.6-MariaDB-…` or `9.7.0`. */
  async version(signal?: AbortSignal): Promise<string> {
    if (this.#version === null) {
      const [row] = await this.rows<{ version: string }>('SELECT VERSION() AS version', [], signal);
      this.#version = row?.version ?? '';
    }
    return this.#version;
  }

  async engine(signal?: AbortSignal): Promise<'mysql' | 'mariadb'> {
    return /mariadb/i.test(await this.version(signal)) ? 'mariadb' : 'mysql';
  }

  rows<Row>(sql: string, parameters: readonly Parameter[] = [], signal?: AbortSignal): Promise<Row[]> {
    if (signal === undefined) return withTries('read', () => this.#one<Row[]>('query', sql, parameters));
    return withTries(
      'read',
      () =>
        this.#with(signal, async (connection) => {
          const rows = await ask<Row[]>(connection, sql, parameters);
          // A killed SLEEP() returns a value instead of an error.
          throwIfAborted(signal);
          return rows;
        }),
      signal,
    );
  }

  /**
   * Like `rows`, with a statement that the server has already parsed. For small, frequent reads of fixed text, where
   * parsing costs as much as reading. Parameters are texts, because only texts mean the same in both protocols. Never
   * use it for FLOAT columns or fractions of seconds: the driver formats those differently.
   */
  prepared<Row>(sql: string, parameters: Texts = []): Promise<Row[]> {
    if (!this.preparing) return this.rows<Row>(sql, parameters);
    return withTries('read', () => this.#one<Row[]>('execute', sql, parameters)).catch((error: unknown) => {
      if (!isUnprepared(error)) throw error;
      // There are too many statements, or a proxy keeps none: the next one would fail too.
      this.preparing = false;
      return this.rows<Row>(sql, parameters);
    });
  }

  run(sql: string, parameters: readonly Parameter[] = [], signal?: AbortSignal): Promise<Written> {
    const write = (): Promise<ResultSetHeader> =>
      signal === undefined
        ? this.#one<ResultSetHeader>('query', sql, parameters, lostWrite)
        : this.#with(signal, (connection) =>
            ask<ResultSetHeader>(connection, sql, parameters).catch((error: unknown) => {
              throw lostWrite(error);
            }),
          );
    return withTries('write', write, signal).then(writtenOf);
  }

  /**
   * Runs `work` in one transaction (READ COMMITTED) and commits it. Rolls back and rethrows on any error or abort.
   * After a deadlock, or where the server takes no writes any more, it begins anew a few times (see `error-table.ts`),
   * so `work` must not have effects outside of the transaction. If the connection was already dead before any work,
   * another connection is tried once.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return runTransaction((whole) => this.#with(signal, whole), this, work, signal);
  }

  /**
   * Returns rows one by one without keeping all of them. Ends its query if the loop is left or the signal aborts. The
   * loop may ask the same database: one connection is always left for that. Throws `unavailable` if the account may
   * have only one.
   */
  async *stream<Row>(sql: string, parameters: readonly Parameter[] = [], signal?: AbortSignal): AsyncGenerator<Row> {
    throwIfAborted(signal);
    if (this.#pool.size < 2 && this.#pool.wanted > 1) await this.#tryMore();
    const end = await this.#streams.enter(() => (this.#pool.wanted === 1 ? 1 : this.#pool.size - 1), signal);
    try {
      yield* this.#streamOn<Row>(sql, parameters, signal);
    } finally {
      end();
    }
  }

  /** Sees whether there are more connections than before. */
  async #tryMore(): Promise<void> {
    this.#pool.grow();
    await Promise.all(Array.from({ length: 3 }, () => this.rows('SELECT 1')));
  }

  async *#streamOn<Row>(
    sql: string,
    parameters: readonly Parameter[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Row> {
    const connection = await this.#take(signal);
    const ending = this.#ending(connection, signal);
    let whole = false;
    const stream = connection.query(sql, valuesOf(parameters)).stream({ highWaterMark: 500 });
    // The driver does not report a lost connection to the stream.
    const lost = (error: Error): void => {
      stream.destroy(error);
    };
    connection.on('error', lost);
    try {
      throwIfAborted(signal);
      for await (const row of stream) {
        throwIfAborted(signal);
        yield row as Row;
      }
      throwIfAborted(signal);
      whole = true;
    } catch (error) {
      throw outcomeOf(error, signal);
    } finally {
      ending?.dispose();
      connection.off('error', lost);
      // A connection with a half-read result cannot be used again.
      stream.destroy();
      this.#give(connection, whole && ending?.begun !== true);
    }
  }

  /** `wanted`: the size by the settings; `size`: what the server and the account allow of it. */
  usage(): { readonly used: number; readonly size: number; readonly wanted: number; readonly waiting: number } {
    return { used: this.#out.size, size: this.#pool.size, wanted: this.#pool.wanted, waiting: this.#waiting };
  }

  /** Ends the pool. Whatever still runs or connects after `timeoutMs` is broken off. */
  async close(timeoutMs = 3_000): Promise<void> {
    this.#watch.close();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#calls.breakOff();
        resolve();
      }, timeoutMs);
    });
    const ended = new Promise<void>((resolve) => {
      this.#pool.end((error) => {
        // An error means that one connection was lost or was never made. The others are still closing, and have until
        // the time is up.
        if (!(error instanceof Error)) resolve();
      });
    });
    try {
      await Promise.race([ended, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A connection of the pool; waits for one as long as the signal allows. */
  async #take(signal: AbortSignal | undefined): Promise<PoolConnection> {
    this.#waiting += 1;
    try {
      const connection = await this.#pool.take(signal);
      this.#out.add(connection);
      return connection;
    } catch (error) {
      throw refusalOf(error);
    } finally {
      this.#waiting -= 1;
    }
  }

  #give(connection: PoolConnection, sound: boolean): void {
    this.#out.delete(connection);
    if (!sound) {
      leave(connection);
      return;
    }
    this.#moves.used(connection);
    this.#pool.release(connection);
  }

  /**
   * Drops all idle connections after one has died or fallen silent. A balancer loses them together, and each would cost
   * another caller the same wait or a failure.
   */
  #forsake(): readonly PoolConnection[] {
    const left = [...this.#pool.idle];
    for (const connection of left) leave(connection);
    this.#pool.idle.clear();
    return left;
  }

  /** One statement that cannot be cancelled, in as few steps as possible: nearly every read of the storage is one. */
  #one<T>(
    how: 'query' | 'execute',
    sql: string,
    parameters: readonly Parameter[],
    failed: (error: unknown) => unknown = (error) => error,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting += 1;
      this.#pool.getConnection((none, connection) => {
        this.#waiting -= 1;
        if (none !== null) {
          reject(refusalOf(none));
          return;
        }
        this.#out.add(connection);
        const settle = (error: unknown, result?: unknown): void => {
          this.#give(connection, error === null || this.#isSoundAfter(error));
          if (error === null) resolve(result as T);
          else reject(refusalOf(failed(error)));
        };
        whenItFits(connection, { sql, parameters, escaped: how === 'query' }, settle, () => {
          if (how === 'query') connection.query(sql, valuesOf(parameters), settle);
          else connection.execute(sql, valuesOf(parameters), settle);
        });
      });
    });
  }

  async #with<T>(signal: AbortSignal | undefined, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    const connection = await this.#take(signal);
    const ending = this.#ending(connection, signal);
    let sound = true;
    try {
      throwIfAborted(signal);
      return await work(connection);
    } catch (error) {
      // A cancelled statement's connection was broken off by us: the others still work.
      if (ending?.begun !== true) sound = this.#isSoundAfter(error);
      throw outcomeOf(error, signal);
    } finally {
      ending?.dispose();
      // After a cancellation the connection is not used again. A late KILL QUERY would hit its next statement.
      this.#give(connection, sound && ending?.begun !== true);
    }
  }

  /** False if the connection is of no use after this error. Others that are of no use either are left at once. */
  #isSoundAfter(error: unknown): boolean {
    if (isConnectionLoss(error instanceof Refusal ? error.cause : error)) {
      this.#forsake();
      return false;
    }
    const leaves = againAfter(error)?.leaves ?? 'none';
    if (leaves === 'all') this.#pool.moveOn();
    return leaves === 'none';
  }

  #ending(connection: PoolConnection, signal: AbortSignal | undefined): StatementCancel | null {
    return signal === undefined ? null : new StatementCancel(this.#options, connection, signal);
  }
}

/** A write that commits itself is uncertain, like a commit, if its connection was lost after it was sent. */
function lostWrite(error: unknown): unknown {
  return mayBeDone(error) ? new Uncertain(error, 'writing') : error;
}

/** `2026-11-23 04:05:06` of a UTC session → `2026-11-23T04:05:06Z`. For times that the console or a clock wrote. */
export function isoOf(text: string): string {
  return `${text.replace(' ', 'T')}Z`;
}

/** The same for a column of the site, which may be null or hold no time (`isZeroDate`): null for both. */
export function isoOrNull(text: string | null): string | null {
  return text === null || isZeroDate(text) ? null : isoOf(text);
}

/**
 * True for MySQL's zero date, whole (`0000-00-00 00:00:00`) or in part: it says that there is no time, also where the
 * column cannot be null. Servers without strict mode, and old sites on them, have written it.
 */
export function isZeroDate(text: string): boolean {
  return /^\d{4}-(?:00|\d{2}-00)/.test(text);
}

/** ISO instant → text for MySQL in a UTC session, to the second. */
export function sqlTime(instant: string | Date): string {
  return new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
}
