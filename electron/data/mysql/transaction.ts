import type { PoolConnection, ResultSetHeader } from 'mysql2';
import type { Parameter, Transaction, Written } from './database.js';
import { isConnectionLoss } from './errors.js';
import { loadOn } from './load.js';
import { againAfter } from './refusals.js';
import { ask, askPrepared, isUnprepared, type Texts, writtenOf } from './statement.js';

interface Failure {
  readonly sql: string;
  readonly error: unknown;
}

/**
 * An open transaction on a connection. After a statement that failed outside of an attempt, it accepts no more
 * statements and does not commit, even if somebody caught the failure. Some failures end the transaction on the server,
 * and each later statement would be committed on its own.
 */
export class OpenTransaction implements Transaction {
  readonly #connection: PoolConnection;
  /** Throws if the call was cancelled: after a cancel between two statements, no more are sent. */
  readonly #mayGoOn: () => void;
  /** The first failure since the savepoint of each open attempt; the first element is for the transaction itself. */
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
        // The statement was not carried out, so the transaction is unchanged.
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
    // A name may be used again: the server then forgets the older savepoint.
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

  /** Throws if a statement has failed outside of an attempt. */
  mustBeWhole(): void {
    const failure = this.#lost ?? this.#failures[0] ?? null;
    if (failure === null) return;
    // It is no programming mistake if the server has ended the transaction, so the original error is thrown.
    if (isConnectionLoss(failure.error) || againAfter(failure.error) !== null) throw failure.error as Error;
    throw new Error(`A transaction went on after a statement had failed outside of an attempt: ${failure.sql}`, {
      cause: failure.error,
    });
  }

  async #goBack(name: string): Promise<void> {
    // Roll back even if the call was cancelled in the meantime. If the transaction is gone, there is nothing to roll
    // back to, and it will not commit.
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
    // A named lock is not part of the transaction, and must be released even after a failure.
    if (!sql.startsWith('DO ')) this.mustBeWhole();
    try {
      return await send();
    } catch (error) {
      const failure = { sql: sql.slice(0, 80), error };
      // The transaction has to begin anew: after a deadlock, for one, its savepoints are gone too.
      if (againAfter(error) !== null) this.#lost ??= failure;
      this.#fails(failure);
      throw error;
    }
  }

  /** Records a failure for the surrounding attempt. */
  #fails(failure: Failure | null): void {
    this.#failures[this.#failures.length - 1] ??= failure;
  }
}
