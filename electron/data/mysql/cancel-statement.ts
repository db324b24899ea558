import type { Connection, ConnectionOptions } from 'mysql2';
import { breakOff } from './side-connection.js';
import { endSessions, endStatement } from './connection-names.js';

/**
 * Milliseconds that a cancelled call still waits for its statement: well within the three seconds in which the router
 * wants an answer. On a connection whose network is gone, no answer ever comes.
 */
const grace = 1_000;

/**
 * Ends the statement of a connection as soon as `signal` aborts. KILL QUERY needs another connection, because these
 * queries may have used up the pool. A balancer may send it to another server, where the same number belongs to
 * somebody else's connection. So it is sent only to the server that knows the connection by its name. If none of a few
 * calls reaches that server, or the statement does not end in time, the connection is broken off, and the server rolls
 * back what was not committed.
 */
export class StatementCancel {
  readonly #signal: AbortSignal;
  readonly #abort: () => void;
  #timer: NodeJS.Timeout | undefined;
  #begun = false;

  constructor(options: ConnectionOptions, connection: Connection, signal: AbortSignal) {
    this.#signal = signal;
    this.#abort = (): void => {
      this.#begun = true;
      this.#timer = setTimeout(() => {
        breakOff(connection, 'silent');
        endSessions(options, [connection]).catch(() => undefined);
      }, grace);
      // KILL QUERY is still tried after the grace time: the server need not work on without a client.
      endThere(options, connection).then(
        (proven) => {
          if (!proven) breakOff(connection, 'unproven');
        },
        () => breakOff(connection, 'silent'),
      );
    };
    signal.addEventListener('abort', this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  /** True after the cancellation has begun. Then the connection must not be used for anything else. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Call it when the statement has ended. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#abort);
  }
}

/** How many servers may say that they do not know the connection, before giving up. */
const calls = 3;

/** True if the server that runs the statement was found. Throws the driver's errors. */
async function endThere(options: ConnectionOptions, connection: Connection): Promise<boolean> {
  // A balancer sends each call to another server.
  for (let call = 1; call <= calls; call += 1) if (await endStatement(options, connection)) return true;
  return false;
}
