import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { Database, type DatabaseConfig, type Sql } from '../mysql/database.js';
import type { Keys } from '../redis/keys.js';
import { hasTables } from '../tables.js';
import type { RedisClient } from './commands.js';
import { changesNothing, countingNext, isHalfLearnt, nameOf, type Tenure, tenuresOf } from './tenure.js';

/** Milliseconds between two looks at MySQL. */
const lookEvery = 1_000;
/** Milliseconds, from the beginning of a look, for which its answer counts. */
const lasts = 3_000;
/**
 * Milliseconds after a change of masters until the new ones count: longer than `lasts`, because no two clocks run
 * equally fast.
 */
const settles = 3_500;
/** Milliseconds that a write waits for masters to count. */
const longestWait = settles + 1_000;
/** Milliseconds between two tries meanwhile. */
const tryEvery = 250;

const [beats, abandoned] = ['INTERVAL 5 SECOND', 'INTERVAL 15 SECOND'];

/** A time in which the same masters count for this process. */
export interface Term {
  /** Under which number they count, and which of them this process sees; null where there is no fence. */
  readonly counts: { readonly number: string; readonly seen: string } | null;
}

const unfenced: Term = { counts: null };

interface Counting {
  readonly number: string;
  readonly tenures: readonly Tenure[];
  readonly settled: boolean;
  readonly abandoned: boolean;
}

/**
 * MySQL notes which masters of Redis count (`console_cache_epoch`), because a master may live on after another has
 * taken its place, and whoever is cut off with it cannot hear of that from Redis. While a process counts on masters, it
 * looks every second whether they still count; what it reads from Redis and what it does there is worth something only
 * as long as an answer is fresh. If masters change, a process notes the new ones and waits until no other can still
 * have a fresh answer about the old ones; only then do the new ones count. docs/storage-cache.md has the proof.
 *
 * Only where Redis can have two masters at once: behind sentinels, and in a cluster.
 */
export class Fence {
  readonly #client: RedisClient;
  readonly #place: string;
  readonly #db: Database | null;
  #lost: () => void = () => undefined;
  #term: Term | null = null;
  #until = 0;
  /** What counts in the term that was not left yet. */
  #last: Term['counts'] = null;
  /** Counts how often a term was left. */
  #leaves = 0;
  #entering: Promise<boolean> | null = null;
  /** The number that was seen last, and when it was seen first. */
  #number: { readonly number: string; readonly since: number } | null = null;
  /** What counted when this process saw it last. */
  #witnessed = '';
  #settling = false;
  #there = false;
  #timer: NodeJS.Timeout | null = null;

  /** `mysql` is asked over connections of the fence's own, so that a full pool holds up nothing. */
  constructor(client: RedisClient, keys: Keys, mysql: DatabaseConfig | undefined) {
    this.#client = client;
    const replaceable = client instanceof Cluster || (client.options.sentinels ?? []).length > 0;
    this.#db = mysql !== undefined && replaceable ? new Database({ ...mysql, poolSize: 2 }) : null;
    const database = client instanceof Cluster ? 0 : (client.options.db ?? 0);
    this.#place = createHash('sha256')
      .update(`${String(database)} ${keys.prefix}`)
      .digest('hex');
    if (this.#db === null) this.#hold(unfenced, Infinity);
  }

  /** `work` is called when other masters count. */
  whenLost(work: () => void): void {
    this.#lost = work;
  }

  /** Until when the present term lasts, by `performance.now()`. */
  get until(): number {
    return this.#until;
  }

  /** The present term; null if this process counts on no masters now. */
  get term(): Term | null {
    return performance.now() < this.#until ? this.#term : null;
  }

  /** True if the term has lasted until now. What was done in Redis since it was taken has reached those who count. */
  holds(term: Term | null): boolean {
    return term !== null && this.term === term;
  }

  /** True while this process knows new masters, but they do not count yet. */
  get settling(): boolean {
    return this.#settling;
  }

  /**
   * The present term, or a new one: asks Redis and MySQL. Null if they do not answer, or if other masters count than
   * those that this process sees. `waits`: if new masters are to count soon, waits for that.
   */
  async entered(waits = false): Promise<Term | null> {
    const limit = performance.now() + (waits ? longestWait : 0);
    for (;;) {
      if (this.term !== null) return this.term;
      this.#entering ??= this.#enter().then(
        (soon) => {
          this.#entering = null;
          return soon;
        },
        () => {
          this.#entering = null;
          return false;
        },
      );
      this.#settling = await this.#entering;
      if (this.term !== null || !this.#settling || performance.now() > limit) return this.term;
      await sleep(tryEvery, undefined, { ref: false });
    }
  }

  /** The connection was lost, a server changed its role, or there is another reason to doubt. */
  leave(): void {
    if (this.#db === null) return;
    this.#leaves += 1;
    this.#settling = false;
    this.#term = null;
    this.#last = null;
    this.#until = 0;
  }

  async close(): Promise<void> {
    this.leave();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#db?.close(1_000);
  }

  /** True if it is worth trying again soon. */
  async #enter(): Promise<boolean> {
    const db = this.#db;
    if (db === null || this.#client.status !== 'ready') return false;
    const leaves = this.#leaves;
    const seen = await tenuresOf(this.#client);
    this.#there ||= await hasTables(db, 'fence');
    if (seen === null || !this.#there) {
      if (leaves === this.#leaves) this.#hold(unfenced, Infinity);
      return false;
    }
    if (isHalfLearnt(seen)) return true;
    const from = performance.now();
    const noted = await this.#read(db, '');
    const counting =
      noted !== null && changesNothing(seen, noted.tenures)
        ? noted
        : await db.transaction((tx) => this.#note(tx, seen));
    if (counting === null) return false;
    const { number, tenures, settled } = counting;
    const now = performance.now();
    if (this.#number?.number !== number) this.#number = { number, since: now };
    this.#witnessed = nameOf(tenures);
    if (!settled) {
      // Who changed it may have died: whoever has seen it for long enough knows the same.
      if (now < this.#number.since + settles) return true;
      await db.run('UPDATE console_cache_epoch SET settled = 1 WHERE place = ? AND number = ?', [this.#place, number]);
    }
    const counts = { number, seen: nameOf(seen) };
    // The last term ended for want of an answer. If the answer is another one, what was believed is not believed now.
    if (this.#last !== null && (this.#last.number !== number || this.#last.seen !== counts.seen)) this.#lost();
    if (leaves !== this.#leaves) return true;
    this.#last = counts;
    this.#hold({ counts }, from + lasts);
    this.#timer ??= setInterval(() => void this.#look(), lookEvery).unref();
    return false;
  }

  #hold(term: Term, until: number): void {
    this.#term = term;
    this.#until = until;
  }

  async #read(sql: Sql, lock: '' | 'FOR UPDATE'): Promise<Counting | null> {
    const [row] = await sql.rows<{ number: string; tenures: string; settled: number; abandoned: number }>(
      `SELECT number, tenures, settled, beat < UTC_TIMESTAMP(3) - ${abandoned} AS abandoned
       FROM console_cache_epoch WHERE place = ? ${lock}`,
      [this.#place],
    );
    if (row === undefined) return null;
    return {
      number: row.number,
      tenures: JSON.parse(row.tenures) as Tenure[],
      settled: row.settled === 1,
      abandoned: row.abandoned === 1,
    };
  }

  /** Notes what this process sees, if that may count next. Null if it may not. */
  async #note(tx: Sql, seen: readonly Tenure[]): Promise<Counting | null> {
    const noted = await this.#read(tx, 'FOR UPDATE');
    if (noted === null) {
      // Nobody counts on anything yet.
      await tx.run(
        'INSERT INTO console_cache_epoch (place, number, tenures, settled, beat) VALUES (?, 1, ?, 1, UTC_TIMESTAMP(3))',
        [this.#place, JSON.stringify(seen)],
      );
      return { number: '1', tenures: seen, settled: true, abandoned: false };
    }
    // Another process was faster.
    if (changesNothing(seen, noted.tenures)) return noted;
    const witnessed = nameOf(noted.tenures) === this.#witnessed;
    const next = countingNext(seen, noted.tenures, { witnessed, abandoned: noted.abandoned });
    if (next === null) return null;
    const number = String(BigInt(noted.number) + 1n);
    await tx.run(
      'UPDATE console_cache_epoch SET number = ?, tenures = ?, settled = 0, beat = UTC_TIMESTAMP(3) WHERE place = ?',
      [number, JSON.stringify(next), this.#place],
    );
    return { number, tenures: next, settled: false, abandoned: false };
  }

  /** Looks whether the same masters still count, and from time to time confirms that they do. Never throws. */
  async #look(): Promise<void> {
    const term = this.#term;
    const db = this.#db;
    const { counts } = term ?? unfenced;
    if (db === null || counts === null) return;
    const from = performance.now();
    const signal = AbortSignal.timeout(lasts);
    try {
      const [row] = await db.rows<{ number: string; due: number }>(
        `SELECT number, beat < UTC_TIMESTAMP(3) - ${beats} AS due FROM console_cache_epoch WHERE place = ?`,
        [this.#place],
        signal,
      );
      if (term !== this.#term) return;
      if (row?.number !== counts.number) {
        this.#lost();
        return;
      }
      this.#until = Math.max(this.#until, from + lasts);
      if (row.due === 1)
        await db.run(
          'UPDATE console_cache_epoch SET beat = UTC_TIMESTAMP(3) WHERE place = ? AND number = ?',
          [this.#place, counts.number],
          signal,
        );
    } catch {
      // The next look comes soon; without an answer the term ends by itself.
    }
  }
}
