import type { PoolConnection } from 'mysql2';
import { leave } from './side-connection.js';
import { throwIfAborted } from './cancelled.js';
import type { Transaction } from './database.js';
import { mayBeDone, Uncertain } from './errors.js';
import { ask } from './statement.js';
import { OpenTransaction } from './transaction.js';
import { Tries } from './tries.js';

/** Runs something on a pool connection that nobody else uses in the meantime. */
type OnConnection = <T>(whole: (connection: PoolConnection) => Promise<T>) => Promise<T>;

/** A whole transaction; see `Database.transaction`. */
export async function runTransaction<T>(
  on: OnConnection,
  home: { preparing: boolean },
  work: (tx: Transaction) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const tries = new Tries(signal);
  for (;;) {
    let begun = false;
    try {
      return await on(async (connection) => {
        await ask(connection, 'START TRANSACTION');
        begun = true;
        return finish(connection, home, work, signal);
      });
    } catch (error) {
      // If it has not begun, its connection had died in the pool, and another may do it.
      await tries.orThrow(error, !begun);
    }
  }
}

/** Does the work of a transaction that has begun, then commits it or rolls it back. */
async function finish<T>(
  connection: PoolConnection,
  home: { preparing: boolean },
  work: (tx: Transaction) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  // A transaction that is cancelled between two statements sends no more of them.
  const tx = new OpenTransaction(connection, () => throwIfAborted(signal), home);
  // If the rollback fails, the connection is dropped: its next user would commit the open work.
  const rollback = (): Promise<unknown> => ask(connection, 'ROLLBACK').catch(() => leave(connection));
  let value: T;
  try {
    value = await work(tx);
    throwIfAborted(signal);
    tx.mustBeWhole();
  } catch (error) {
    await rollback();
    throw error;
  }
  try {
    await ask(connection, 'COMMIT');
  } catch (error) {
    if (mayBeDone(error)) throw new Uncertain(error);
    await rollback();
    throw error;
  }
  return value;
}
