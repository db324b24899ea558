import type { Connection, ConnectionOptions } from 'mysql2';
import { onSideConnection, breakOff, isAsking, socketOf } from './side-connection.js';
import { isAnswer } from './errors.js';
import { activityOf, endSessions, type ConnectionActivity } from './connection-names.js';

/** How soon a silence is found; all in milliseconds. */
export interface WatchPaces {
  /** Between two looks. */
  readonly look: number;
  /**
   * Without a byte, after which the server is asked, on another connection, whether it still works on the statement.
   */
  readonly quiet: number;
  /** For that question. */
  readonly timeoutMs: number;
  /** Without a byte while no server answers the question at all: the network is silent. */
  readonly unheard: number;
  /**
   * Without a byte while the question is answered, but not to the point: the server takes no further connection, or a
   * balancer takes every question to another server. That says nothing of the statement, which may be slow and alive.
   */
  readonly unknown: number;
  /** For which a server may work on one statement without a byte for whoever waits. */
  readonly longest: number;
}

export const standardPaces: WatchPaces = {
  look: 1_000,
  quiet: 4_000,
  timeoutMs: 5_000,
  unheard: 15_000,
  unknown: 120_000,
  longest: 600_000,
};

interface Heard {
  /** Bytes that had come and gone by then. */
  readonly bytes: number;
  readonly since: number;
  /** When the server last said that it works on the statement. */
  vouched: number;
  /** When a server last answered the question, whatever it said. */
  answered: number;
  /**
   * When the server said that it has nothing to do for it: what it answered never came, or what it was asked never
   * arrived.
   */
  idle: number | null;
}

/**
 * Looks after connections with a statement under way, so that none waits for ever on one that has fallen silent (a
 * tunnel, a proxy, a laptop that slept) while new ones work. How long a statement takes says nothing: the building of
 * an index may take an hour. So a connection without a sound is not timed, but asked after, on another connection, by
 * its name. A statement that the server works on goes on; one that it knows to be at rest is broken off after five to
 * ten seconds; where nobody answers the question, after 15 seconds; where whoever answers cannot tell, after two
 * minutes; and after ten minutes of work in any case. One look a second at those under way is all that it costs: a
 * statement itself is not touched.
 */
export class Watch {
  readonly #options: ConnectionOptions;
  readonly #connections: () => Iterable<Connection>;
  readonly #silent: () => readonly Connection[];
  readonly #paces: WatchPaces;
  readonly #timer: NodeJS.Timeout;
  #heard = new Map<Connection, Heard>();
  #looking = false;

  /**
   * `connections` answers those that may have a statement under way now; `silent` is told when one was broken off, and
   * answers which others were left with it: their sessions are ended too, else a server to which no good-bye gets
   * through would keep them until it takes no more. `paces`: those that differ from the standard.
   */
  constructor(
    options: ConnectionOptions,
    connections: () => Iterable<Connection>,
    silent: () => readonly Connection[],
    paces: Partial<WatchPaces> = {},
  ) {
    this.#options = options;
    this.#connections = connections;
    this.#silent = silent;
    this.#paces = { ...standardPaces, ...paces };
    this.#timer = setInterval(() => void this.#look(), this.#paces.look).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const doubtful = this.#listen();
    if (doubtful.size === 0 || this.#looking) return;
    this.#looking = true;
    const known = await onSideConnection<ReadonlyMap<Connection, ConnectionActivity>>(
      this.#options,
      this.#paces.timeoutMs,
      (asked) => activityOf(asked, [...doubtful.keys()]),
    ).catch((error: unknown) => (isAnswer(error) ? new Map<Connection, ConnectionActivity>() : null));
    this.#looking = false;
    if (known === null) return;
    // Said of the statement that was asked after; by now the connection may have another one, which has a word of its
    // own.
    for (const [connection, word] of doubtful) {
      const found = known.get(connection);
      if (found === undefined) word.answered = performance.now();
      else if (found.working) {
        word.vouched = word.answered = performance.now();
        word.idle = null;
      } else if (found.byName) {
        // Its answer may be on the way: that is waited for.
        word.idle ??= performance.now();
      }
    }
  }

  /**
   * Breaks off whatever has been silent for too long, and answers what has been silent for long enough to be asked
   * after.
   */
  #listen(): ReadonlyMap<Connection, Heard> {
    const now = performance.now();
    const { look, quiet, unheard, unknown, longest } = this.#paces;
    const heard = new Map<Connection, Heard>();
    const doubtful = new Map<Connection, Heard>();
    const silent: Connection[] = [];
    for (const connection of this.#connections()) {
      if (!isAsking(connection)) continue;
      const bytes = bytesOf(connection);
      const before = this.#heard.get(connection);
      const word = before?.bytes === bytes ? before : { bytes, since: now, vouched: now, answered: now, idle: null };
      heard.set(connection, word);
      const lost = word.idle !== null && now - word.idle >= look;
      const unsaid = now - word.answered >= unheard || now - word.vouched >= unknown;
      if (lost || unsaid || now - word.since >= longest) silent.push(connection);
      else if (now - word.vouched >= quiet) doubtful.set(connection, word);
    }
    this.#heard = heard;
    for (const connection of silent) breakOff(connection, 'silent');
    if (silent.length > 0) {
      endSessions(this.#options, [...silent, ...this.#silent()]).catch(() => undefined);
    }
    return doubtful;
  }
}

/** What has come in and what has really gone out: what waits to be sent does not count. */
function bytesOf(connection: Connection): number {
  const socket = socketOf(connection);
  return socket.bytesRead + socket.bytesWritten - socket.writableLength;
}
