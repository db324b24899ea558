import type { Connection, ConnectionOptions } from 'mysql2';
import { breakOff } from './side-connection.js';
import { endSessions, endStatement } from './connection-names.js';

/**
 * Milliseconds that whoever waits for the statement is kept waiting: less than the three seconds within which the
 * router wants an answer.
 */
const grace = 2_000;

/**
 * Ends the statement of a connection as soon as `signal` aborts. KILL QUERY goes over a connection of its own (the pool
 * may be exhausted by the very queries that are to end), which a balancer may take to another server, where the same
 * number is a stranger's: so it is sent only to the server that knows the connection by its name. Where none of a few
 * does, and where the statement does not end in time, the connection is broken off: the server rolls back what it finds
 * uncommitted.
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
      // It goes on after the grace: the server need not work for nobody.
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

  /** True once it was asked for: the connection must not be used for anything else. */
  get begun(): boolean {
    return this.#begun;
  }

  /** There is nothing left to end. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#abort);
  }
}

/** Calls on a server that does not know the connection, before it is given up that one does. */
const calls = 3;

/** True where the server was found that runs the statement. Throws the driver's errors. */
async function endThere(options: ConnectionOptions, connection: Connection): Promise<boolean> {
  // A balancer takes one call after another to another server.
  for (let call = 1; call <= calls; call += 1) if (await endStatement(options, connection)) return true;
  return false;
}
