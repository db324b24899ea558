import type { PoolConnection, ResultSetHeader } from 'mysql2';
import type { Parameter, Transaction, Written } from './database.js';
import { errorNumber, isConnectionLoss } from './errors.js';
import { loadOn } from './load.js';
import { ask, askPrepared, isUnprepared, type Texts, writtenOf } from './statement.js';

interface Failure {
  readonly sql: string;
  readonly error: unknown;
}

/** A deadlock: the server has rolled back the whole transaction, savepoints and all. */
export const deadlock = 1213;

/**
 * A transaction under way on a connection. After a statement that failed outside of an attempt it takes no further one
 * and does not commit, whoever may have caught the failure: some failures end the transaction, and each statement
 * behind them would be committed on its own.
 */
export class OpenTransaction implements Transaction {
  readonly #connection: PoolConnection;
  /** Throws where the call was cancelled: whoever is cancelled between two statements sends no further one. */
  readonly #mayGoOn: () => void;
  /** The first failure since the savepoint of each attempt under way, those of the transaction itself first. */
  readonly #failures: (Failure | null)[] = [null];
  #lost: Failure | null = null;

  readonly home: { preparing: boolean };

  constructor(connection: PoolConnection, mayGoOn: () => void, home: { preparing: boolean }) {
    this.home = home;
    this.#connection = connection;
    this.#mayGoOn = mayGoOn;
  }

  rows<Row>(sql: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
    return this.#send(sql, () => ask<Row[]>(this.#connection, sql, parameters));
  }

  prepared<Row>(sql: string, parameters: Texts = []): Promise<Row[]> {
    if (!this.home.preparing) return this.rows<Row>(sql, parameters);
    return this.#send(sql, async () => {
      try {
        return await askPrepared<Row[]>(this.#connection, sql, parameters);
      } catch (error) {
        if (!isUnprepared(error)) throw error;
        // Nothing of it has been done: the transaction is as it was.
        this.home.preparing = false;
        return ask<Row[]>(this.#connection, sql, parameters);
      }
    });
  }

  async runPrepared(sql: string, parameters: Texts): Promise<Written> {
    return writtenOf((await this.prepared(sql, parameters)) as unknown as ResultSetHeader);
  }

  async run(sql: string, parameters: readonly Parameter[] = []): Promise<Written> {
    return writtenOf(await this.#send(sql, () => ask<ResultSetHeader>(this.#connection, sql, parameters)));
  }

  load(sql: string, data: Buffer): Promise<Written> {
    return this.#send(sql, () => loadOn(this.#connection.promise(), sql, data));
  }

  async attempt<T>(work: () => Promise<T>, keeps: (value: T) => boolean = () => true): Promise<T> {
    const name = `attempt_${String(this.#failures.length)}`;
    // The name is used again: the server forgets the older one.
    await this.run(`SAVEPOINT ${name}`);
    this.#failures.push(null);
    try {
      const value = await work();
      if (!keeps(value)) await this.#goBack(name);
      return value;
    } catch (error) {
      await this.#goBack(name);
      throw error;
    } finally {
      this.#fails(this.#failures.pop() ?? null);
    }
  }

  /** Throws where a statement has failed outside of an attempt, and commits otherwise. */
  async commit(): Promise<void> {
    this.#mustBeWhole();
    await ask(this.#connection, 'COMMIT');
  }

  #mustBeWhole(): void {
    const failure = this.#lost ?? this.#failures[0] ?? null;
    if (failure === null) return;
    // That the connection is gone, or the server has rolled back, is nobody's mistake: it is told as what it is.
    if (isConnectionLoss(failure.error) || errorNumber(failure.error) === deadlock) throw failure.error as Error;
    throw new Error(`A transaction went on after a statement had failed outside of an attempt: ${failure.sql}`, {
      cause: failure.error,
    });
  }

  async #goBack(name: string): Promise<void> {
    // Also of a call that was cancelled meanwhile. Where the transaction is gone there is nothing to go back to, and it
    // does not commit.
    if (this.#lost !== null) return;
    await ask(this.#connection, `ROLLBACK TO SAVEPOINT ${name}`).then(
      () => {
        this.#failures[this.#failures.length - 1] = null;
      },
      (error: unknown) => {
        this.#lost = { sql: name, error };
      },
    );
  }

  async #send<T>(sql: string, send: () => Promise<T>): Promise<T> {
    this.#mayGoOn();
    // A named lock is not the transaction's, and is given back all the same.
    if (!sql.startsWith('DO ')) this.#mustBeWhole();
    try {
      return await send();
    } catch (error) {
      const failure = { sql: sql.slice(0, 80), error };
      if (errorNumber(error) === deadlock) this.#lost ??= failure;
      this.#fails(failure);
      throw error;
    }
  }

  /** A failure that an outer attempt has to answer for. */
  #fails(failure: Failure | null): void {
    this.#failures[this.#failures.length - 1] ??= failure;
  }
}
