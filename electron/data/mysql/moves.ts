import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2';
import { onSideConnection } from './side-connection.js';

/** How soon a switch-over is noticed by those who only read, in milliseconds. */
export interface MovePaces {
  /** Time after which a connection in use is asked again; 0 if it never is, as for a replica, which only reads. */
  readonly moves: number;
}

const standardPaces: MovePaces = { moves: 3_000 };

/** Milliseconds within which a new connection must say whether its server takes writes. */
const limit = 2_000;

/**
 * Notices a switch-over behind a balancer or a name that leaves old connections where they are: reads on them would
 * come from a server that only follows now. (A write is refused there, and so notices by itself.) Every few seconds, a
 * connection that was used is asked whether its server only reads. If so, and if a new connection leads to a server
 * that takes writes, the pool is told to move on. A pool that nobody uses asks nothing.
 */
export class Moves {
  readonly #options: ConnectionOptions;
  readonly #moveOn: () => void;
  readonly #every: number;
  readonly #askedAt = new WeakMap<Connection, number>();
  #lookedAt = -Infinity;

  constructor(options: ConnectionOptions, moveOn: () => void, paces: Partial<MovePaces> = {}) {
    this.#options = options;
    this.#moveOn = moveOn;
    this.#every = paces.moves ?? standardPaces.moves;
  }

  /** Something was done on this connection, and nothing else is done on it yet. */
  used(connection: Connection): void {
    if (this.#every === 0) return;
    const now = performance.now();
    const askedAt = this.#askedAt.get(connection);
    if (askedAt !== undefined && now - askedAt < this.#every) return;
    this.#askedAt.set(connection, now);
    // It was made a moment ago.
    if (askedAt === undefined) return;
    onlyReads(connection).then(
      (reads) => (reads ? this.#look() : undefined),
      () => undefined,
    );
  }

  async #look(): Promise<void> {
    if (performance.now() - this.#lookedAt < this.#every) return;
    this.#lookedAt = performance.now();
    // If no new connection is to be had, there is nowhere to go.
    const reads = await onSideConnection(this.#options, limit, onlyReads, 0).catch(() => true);
    if (!reads) this.#moveOn();
  }
}

interface Row extends RowDataPacket {
  readonly only_reads: string | number;
}

/** True if the server only reads. Throws the driver's errors. */
function onlyReads(connection: Connection): Promise<boolean> {
  return new Promise((resolve, reject) => {
    connection.query<Row[]>('SELECT @@read_only AS only_reads', (error, rows) => {
      if (error === null) resolve(isOn(rows[0]?.only_reads));
      else reject(error);
    });
  });
}

/** True for a switch of the server that is on. Newer MariaDBs have more than two values for `read_only`. */
export function isOn(value: string | number | undefined): boolean {
  return value !== undefined && !['0', 'OFF'].includes(String(value));
}
