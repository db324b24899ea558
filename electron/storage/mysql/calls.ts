import type { Connection } from 'mysql2';
import { connect, type Socket } from 'node:net';

interface Place {
  readonly host: string;
  readonly port: number;
}

/**
 * The sockets of a pool. The driver leaves one open where the server refuses the connection and does not hang up, and tells nobody of it: so whatever
 * is no connection within `limit` milliseconds is closed here.
 */
export class Calls {
  readonly #place: Place;
  readonly #limit: number;
  readonly #under = new WeakMap<object, NodeJS.Timeout>();

  constructor(place: Place, limit: number) {
    this.#place = place;
    this.#limit = limit;
  }

  /** As the driver would call, with what a connection is set by. */
  begin(config: object): Socket {
    const socket = connect(this.#place.port, this.#place.host);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 30_000);
    const timer = setTimeout(() => socket.destroy(), this.#limit).unref();
    this.#under.set(config, timer);
    socket.once('close', () => clearTimeout(timer));
    return socket;
  }

  /** It has become a connection. */
  stood({ config }: Connection): void {
    clearTimeout(this.#under.get(config));
  }
}
