import { type Connection, type ConnectionOptions, createConnection } from 'mysql2';
import type { Connection as Promised } from 'mysql2/promise';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { isConnectionLimit, isHourlyLimit } from './refusals.js';

/** Why a connection was broken off. */
type Why =
  /** No data arrives, although the server has nothing more to do for the connection, or does not answer at all. */
  | 'silent'
  /** Its statement should be ended, but the server that was reached does not run it. */
  | 'unproven'
  /** Its user closed it or waited long enough. */
  | 'given up';

/** The error for everyone who still waits on a connection that was broken off. */
export class BrokenOff extends Error {
  readonly code = 'PROTOCOL_CONNECTION_LOST';
  readonly why: Why;

  constructor(why: Why) {
    super(`Connection lost: it was broken off (${why})`);
    this.name = 'BrokenOff';
    this.why = why;
  }
}

/** Private fields of the driver. */
interface Inside {
  readonly stream: Socket;
  readonly _command: object | null | undefined;
  readonly _paused: boolean;
}

const insideOf = (connection: Connection): Inside => connection as unknown as Inside;

export function socketOf(connection: Connection): Socket {
  return insideOf(connection).stream;
}

/** The callback connection inside a promise connection. */
export function coreOf(promised: Promised): Connection {
  return (promised as unknown as { readonly connection: Connection }).connection;
}

/** True while a statement waits for the server, and the client does not have to read its rows first. */
export function isAsking(connection: Connection): boolean {
  const { _command: command, _paused: paused } = insideOf(connection);
  return command !== null && command !== undefined && !paused;
}

/**
 * Ends a connection at once and tells everyone who waits on it. The driver's own `destroy` only sends a goodbye: a
 * running query would wait forever, and so would the socket if nobody answers. The connection must have a listener for
 * errors.
 */
export function breakOff(connection: Connection, why: Why): void {
  socketOf(connection).destroy(new BrokenOff(why));
}

/** Removes a connection from its pool for good, and closes its socket: a silent server never answers a goodbye. */
export function leave(connection: Connection): void {
  connection.destroy();
  breakOff(connection, 'given up');
}

/** How often a server without a free connection is asked again, and how many milliseconds apart. */
const patience = { tries: 10, pause: 300 };

/**
 * A connection outside of any pool, made within `limit` milliseconds; the caller ends it. If the server has none left,
 * it is asked again for three seconds, because a pool of this process gives one back. Throws the driver's own errors
 * and then leaves nothing open, even if the server refuses but keeps the socket, or stalls in the TLS handshake.
 */
export async function dial(
  options: ConnectionOptions,
  limit: number,
  most: number = patience.tries,
): Promise<Connection> {
  const until = performance.now() + limit;
  for (let tries = most; ; tries -= 1) {
    try {
      return await dialOnce(options, until - performance.now());
    } catch (error) {
      if (tries === 0 || !(error instanceof Error) || !isConnectionLimit(error) || isHourlyLimit(error)) throw error;
      if (performance.now() + patience.pause > until) throw error;
      await wait(patience.pause);
    }
  }
}

function dialOnce(options: ConnectionOptions, limit: number): Promise<Connection> {
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
 * Runs `work` on its own connection. After `limit` milliseconds, including the time to connect, the connection is
 * broken off and `work` fails. So `work` must not wait for anything else. `tries`: how often a server without a free
 * connection is asked again.
 */
export async function onSideConnection<T>(
  options: ConnectionOptions,
  limit: number,
  work: (connection: Connection) => Promise<T>,
  tries?: number,
): Promise<T> {
  const until = performance.now() + limit;
  const connection = await dial(options, limit, tries);
  const timer = setTimeout(() => breakOff(connection, 'silent'), Math.max(1, until - performance.now()));
  try {
    return await work(connection);
  } finally {
    clearTimeout(timer);
    hangUp(connection);
  }
}

/** Says goodbye, so that the server does not count an aborted client. If it does not answer, the socket is closed. */
export function hangUp(connection: Connection): void {
  connection.end(() => undefined);
  setTimeout(() => socketOf(connection).destroy(), 500).unref();
}
