import type { Connection } from 'mysql2';
import type { Socket } from 'node:net';
import { openSocket } from '../open-socket.js';
import { BrokenOff } from './side-connection.js';
import type { DatabaseConfig } from './database.js';

/**
 * All sockets of a pool, in any state. If the server refuses a connection but does not close it, the driver leaves the
 * socket open and reports nothing. So a socket that has not become a connection after `limit` milliseconds is closed
 * here.
 */
export class Calls {
  readonly #place: DatabaseConfig;
  readonly #limit: number;
  readonly #under = new WeakMap<object, NodeJS.Timeout>();
  readonly #open = new Set<Socket>();

  constructor(place: DatabaseConfig, limit: number) {
    this.#place = place;
    this.#limit = limit;
  }

  /** Opens a socket as the driver would; `config` is the object that the driver's connection will have. */
  begin(config: object): Socket {
    const socket = openSocket(this.#place);
    const timer = setTimeout(() => socket.destroy(), this.#limit).unref();
    this.#under.set(config, timer);
    this.#open.add(socket);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#open.delete(socket);
    });
    return socket;
  }

  /** The socket has become a connection. */
  stood({ config }: Connection): void {
    clearTimeout(this.#under.get(config));
  }

  /** Breaks off all open sockets, also those that are still connecting, signing in or getting their settings. */
  breakOff(): void {
    for (const socket of this.#open) socket.destroy(new BrokenOff('given up'));
  }
}
