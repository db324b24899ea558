import type { Connection } from 'mysql2';
import type { Socket } from 'node:net';
import { BrokenOff } from './side-connection.js';
import type { DatabaseConfig } from './database.js';
import { openSocket } from './trust.js';

/**
 * The sockets of a pool, whatever has become of them. The driver leaves one open where the server refuses the
 * connection and does not hang up, and tells nobody of it: so whatever is no connection within `limit` milliseconds is
 * closed here.
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

  /** As the driver would call, with what a connection is set by. */
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

  /** It has become a connection. */
  stood({ config }: Connection): void {
    clearTimeout(this.#under.get(config));
  }

  /** Breaks off all that are still open: those that are being made, signed in or pinned too. */
  breakOff(): void {
    for (const socket of this.#open) socket.destroy(new BrokenOff('given up'));
  }
}
