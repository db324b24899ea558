import type { PoolConnection } from 'mysql2';
import { Refusal } from '../../contract/errors.js';
import { leave } from './side-connection.js';
import { mayAskAgain, throwIfAborted } from './cancelled.js';
import type { Transaction } from './database.js';
import { errorNumber, mayBeDone, Uncertain } from './errors.js';
import { ask } from './statement.js';
import { deadlock, OpenTransaction } from './transaction.js';

/** How often a transaction is tried if each try ends in a deadlock. */
const tries = 3;

/** Runs something on a pool connection that nobody else uses in the meantime. */
type OnConnection = <T>(whole: (connection: PoolConnection) => Promise<T>) => Promise<T>;

/** A whole transaction; see `Database.transaction`. */
export async function runTransaction<T>(
  on: OnConnection,
  home: { preparing: boolean },
  work: (tx: Transaction) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  let fresh = false;
  for (let attempt = 1; ; attempt += 1) {
    let begun = false;
    try {
      return await on(async (connection) => {
        await ask(connection, 'START TRANSACTION');
        begun = true;
        return finish(connection, home, work, signal);
      });
    } catch (error) {
      // The connection had died in the pool: nothing was done on it, and another connection may do it.
      if (!begun && !fresh && mayAskAgain(error, signal)) {
        fresh = true;
        attempt -= 1;
        continue;
      }
      const number = errorNumber(error instanceof Refusal ? error.cause : error);
      if (attempt < tries && number === deadlock && signal?.aborted !== true) continue;
      throw error;
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
  } catch (error) {
    await rollback();
    throw error;
  }
  try {
    await tx.commit();
  } catch (error) {
    if (mayBeDone(error)) throw new Uncertain(error);
    await rollback();
    throw error;
  }
  return value;
}
