import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';
import type { Connection as Promised } from 'mysql2/promise';
import type { Socket } from 'node:net';

/** Why a connection was broken off. */
type Why =
  /** Nothing came from it, though the server says that it has nothing more to do for it, or says nothing at all. */
  | 'silent'
  /** Its statement was to end, and the server that took the call for that is not the one that runs it. */
  | 'unproven'
  /** Whoever used it has closed it, or has waited long enough. */
  | 'given up';

/** What everybody gets to hear who still waits on a connection that was broken off. */
export class BrokenOff extends Error {
  readonly code = 'PROTOCOL_CONNECTION_LOST';
  readonly why: Why;

  constructor(why: Why) {
    super(`Connection lost: it was broken off (${why})`);
    this.name = 'BrokenOff';
    this.why = why;
  }
}

/** What the driver keeps to itself. */
interface Inside {
  readonly stream: Socket;
  readonly _command: object | null | undefined;
  readonly _paused: boolean;
}

const insideOf = (connection: Connection): Inside => connection as unknown as Inside;

export function socketOf(connection: Connection): Socket {
  return insideOf(connection).stream;
}

/** The connection inside of one that answers promises. */
export function coreOf(promised: Promised): Connection {
  return (promised as unknown as { readonly connection: Connection }).connection;
}

/** True while the server is waited for: there is a statement under way, and nobody has to deal with its rows first. */
export function isAsking(connection: Connection): boolean {
  const { _command: command, _paused: paused } = insideOf(connection);
  return command !== null && command !== undefined && !paused;
}

/**
 * Ends a connection at once, with whoever waits on it told so. The driver's own `destroy` only says good-bye: a query
 * under way waits for ever, and so does the socket where nobody answers. It must have a listener for errors.
 */
export function breakOff(connection: Connection, why: Why): void {
  socketOf(connection).destroy(new BrokenOff(why));
}

/**
 * Takes a connection out of its pool for good, its socket too: a server that has fallen silent never answers a
 * good-bye.
 */
export function leave(connection: Connection): void {
  connection.destroy();
  breakOff(connection, 'given up');
}

/**
 * A connection outside of any pool, ready within `limit` milliseconds; the caller ends it. Throws the driver's own
 * errors, and leaves nothing open then: not with a server that refuses and keeps the socket, nor with one that stalls
 * within the handshake of TLS.
 */
export function dial(options: ConnectionOptions, limit: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = createConnection({ ...options, connectTimeout: Math.max(1, limit) });
    // Without a listener, a connection that is lost while idle would end the process.
    connection.on('error', () => undefined);
    connection.connect((error) => {
      if (error === null) {
        resolve(connection);
        return;
      }
      breakOff(connection, 'given up');
      reject(error);
    });
  });
}

/**
 * Runs `work` on a connection of its own. After `limit` milliseconds, connecting included, the connection is broken
 * off, so that `work` fails: it must not wait for anything else.
 */
export async function onSideConnection<T>(
  options: ConnectionOptions,
  limit: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const until = performance.now() + limit;
  const connection = await dial(options, limit);
  const timer = setTimeout(() => breakOff(connection, 'silent'), Math.max(1, until - performance.now()));
  try {
    return await work(connection);
  } finally {
    clearTimeout(timer);
    hangUp(connection);
  }
}

/** Takes leave of the server, so that it does not count an aborted client; what does not answer is let go. */
function hangUp(connection: Connection): void {
  connection.end(() => undefined);
  setTimeout(() => socketOf(connection).destroy(), 500).unref();
}
