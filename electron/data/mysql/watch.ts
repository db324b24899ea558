import type { Connection, ConnectionOptions } from 'mysql2';
import { onSideConnection, breakOff, isAsking, socketOf } from './side-connection.js';
import { isAnswer } from './errors.js';
import { activityOf, endSessions, type ConnectionActivity } from './connection-names.js';

/** How soon a silent connection is found; all in milliseconds. */
export interface WatchPaces {
  /** Time between two looks. */
  readonly look: number;
  /** Time without a byte after which another connection asks the server whether it still works on the statement. */
  readonly quiet: number;
  /** Time limit of that question. */
  readonly timeoutMs: number;
  /** Time without a byte while no server answers the question at all: the network is silent. */
  readonly unheard: number;
  /**
   * Time without a byte while the question is answered, but without the wanted information: the server accepts no more
   * connections, or a balancer sends each question to another server. That proves nothing: the statement may just be
   * slow.
   */
  readonly unknown: number;
  /** Longest time that a server may work on one statement without sending a byte. */
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
  /** Number of bytes sent and received until then. */
  readonly bytes: number;
  readonly since: number;
  /** When the server last said that it works on the statement. */
  vouched: number;
  /** When a server last answered the question, in any way. */
  answered: number;
  /**
   * When the server said that it has nothing to do for the connection: its answer, or the statement, was lost on the
   * way.
   */
  idle: number | null;
}

/**
 * Watches connections with a running statement, so that no caller waits forever on one that has fallen silent (a
 * tunnel, a proxy, a laptop that slept) while new connections work. The length of a statement proves nothing, because
 * building an index may take an hour. So a quiet connection is not simply timed out: another connection asks the server
 * about it, by its name. If the server works on the statement, it may continue. If the server says that the connection
 * is idle, it is broken off after five to ten seconds; if nobody answers the question, after 15 seconds; if the answer
 * does not help, after two minutes; in any case after ten minutes of work. The cost is one look per second at the
 * running connections; statements themselves are not changed.
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
   * `connections` returns those that may have a running statement now. `silent` is called after one was broken off, and
   * returns other connections that were dropped with it. Their sessions are ended too: a server that no goodbye reaches
   * would keep them until it accepts no more connections. `paces`: values that differ from the standard.
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
      0,
    ).catch((error: unknown) => (isAnswer(error) ? new Map<Connection, ConnectionActivity>() : null));
    this.#looking = false;
    if (known === null) return;
    // The answer is about the statement at the time of the question. By now the connection may have another statement,
    // with its own record.
    for (const [connection, word] of doubtful) {
      const found = known.get(connection);
      if (found === undefined) word.answered = performance.now();
      else if (found.working) {
        word.vouched = word.answered = performance.now();
        word.idle = null;
      } else if (found.byName) {
        // The answer may still be on the way, so wait for it.
        word.idle ??= performance.now();
      }
    }
  }

  /** Breaks off connections that were silent for too long. Returns those that were silent long enough to ask about. */
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

/** Bytes received and really sent. Bytes that still wait to be sent do not count. */
function bytesOf(connection: Connection): number {
  const socket = socketOf(connection);
  return socket.bytesRead + socket.bytesWritten - socket.writableLength;
}
