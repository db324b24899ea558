import { randomUUID } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { Site } from '../../data/site.js';
import { forgetOldClaims } from '../../domain/claims.js';
import { type CountedPlay, countPlays, forgetOldBatches } from '../../domain/plays/statistics-count.js';

/** How statistics are batched. */
export interface BatchOptions {
  /** Milliseconds between two flushes: a killed process loses at most this. Default 1000. */
  readonly every?: number;
  /** How many different (day, user, content) trigger an early flush. Default 500. */
  readonly at?: number;
}

interface Batch {
  readonly id: string;
  readonly plays: CountedPlay[];
}

/** With MySQL away, plays beyond this number are refused instead of filling the memory. */
const most = 100_000;

/** Milliseconds between two times that this process deletes data needed only for the last hour or day. */
const forgetEvery = 600_000;

/**
 * Plays of this process on their way to MySQL: added up per day, user and content, and sent in one transaction every
 * second or every 500. A batch keeps its id until it is known to be committed, so that a batch whose answer was lost is
 * not counted twice. `close` sends the rest. A killed process loses what it had not sent: at most one interval of
 * counters, usually less than a second, never a play record.
 */
export class PlayBatches {
  readonly #site: Site;
  readonly #at: number;
  readonly #timer: NodeJS.Timeout;
  #pending = new Map<string, CountedPlay>();
  #sending: Batch | null = null;
  #running: Promise<void> | null = null;
  #closed = false;
  #forgotten = 0;

  constructor(site: Site, { every = 1_000, at = 500 }: BatchOptions = {}) {
    this.#site = site;
    this.#at = at;
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), every);
    this.#timer.unref();
  }

  /** Plays that MySQL has not confirmed yet. */
  get waiting(): number {
    return this.#pending.size + (this.#sending?.plays.length ?? 0);
  }

  /** Adds one play of the current UTC day. Throws `unavailable` after close, or if MySQL has been away for too long. */
  add(username: string, source: string, id: string, watchTime: number): void {
    if (this.#closed || this.#pending.size >= most) {
      throw new Refusal('unavailable', { zh: '统计暂时无法记录', en: 'Statistics cannot be taken at present' });
    }
    const day = new Date().toISOString().slice(0, 10);
    // For statistics, the tables treat `A` and `a` as one content.
    const key = [day, username, source.toLowerCase(), id.toLowerCase()].join('\0');
    const found = this.#pending.get(key);
    this.#pending.set(key, {
      day,
      username,
      source,
      id,
      plays: (found?.plays ?? 0) + 1,
      watchTime: (found?.watchTime ?? 0) + watchTime,
    });
    if (this.#pending.size >= this.#at) void this.flush().catch(() => undefined);
  }

  /** Sends everything that was added before the call. Throws `unavailable`; the plays are kept then and retried. */
  async flush(): Promise<void> {
    // A caller during a round may have added plays after its start: one more round.
    if (this.#running !== null) await this.#running.catch(() => undefined);
    this.#running ??= this.#rounds().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  /** Sends the rest and accepts no more. Throws the last flush's error. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed = true;
    await this.flush();
  }

  async #rounds(): Promise<void> {
    while (this.#sending !== null || this.#pending.size > 0) {
      this.#sending ??= this.#take();
      const { id, plays } = this.#sending;
      await countPlays(this.#site, id, plays);
      this.#sending = null;
    }
    await this.#forget();
  }

  /**
   * Deletes batches that can no longer be resent, and finished claims. If it fails, this or another process deletes
   * them later.
   */
  async #forget(): Promise<void> {
    if (Date.now() < this.#forgotten + forgetEvery) return;
    this.#forgotten = Date.now();
    for (const forget of [forgetOldBatches, forgetOldClaims]) await forget(this.#site.db).catch(() => undefined);
  }

  #take(): Batch {
    const keys = [...this.#pending.keys()].slice(0, Math.max(this.#at, 1_000)).toSorted();
    const plays = keys.flatMap((key) => {
      const play = this.#pending.get(key);
      this.#pending.delete(key);
      return play === undefined ? [] : [play];
    });
    return { id: randomUUID(), plays };
  }
}
