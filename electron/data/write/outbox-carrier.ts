import { CacheCommands, isRefused, keysAtOnce, newToken, type RedisClient } from '../cache/commands.js';
import { type Database, sqlTime } from '../mysql/database.js';
import { isPassing, isReply } from '../redis/errors.js';
import type { Keys } from '../redis/keys.js';
import type { RefusedNeed } from '../redis/needs.js';
import { plainWords } from '../redis/refusals.js';
import { removeKey } from '../redis/remove.js';
import { endSessions } from '../redis/sessions.js';
import { chunked } from './row-writer.js';

/** What a row asks of Redis: all of it, or what its writer has not done itself. */
export interface Carried {
  /** Null where there is no table for it: it is tried once. */
  readonly id: string | null;
  readonly auditId: string;
  readonly keys: readonly string[];
  readonly sessionsOf: readonly string[];
  /** Keys that its writer has removed already, for the proof; asked once the rest is done. */
  readonly removed: () => number;
  /** Sessions that its writer has ended already, likewise. */
  readonly ended: () => number;
}

/** What left Redis for a row. */
interface Gone {
  removed: number;
  ended: number;
}

/** Milliseconds until a row that Redis refused is tried again, at first; doubled each time. */
const firstWait = 2_000;
/** The same, at most. */
const longestWait = 60_000;

/** Does in Redis what rows of the outbox ask, and says in the rows that it was done. */
export class Carrier {
  readonly #db: Database;
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #commands: CacheCommands;
  /** Tokens of this process's blocks by row, and when they may be forgotten because the block has expired. */
  readonly #tokens = new Map<string, { readonly token: string; readonly until: number }>();
  /** Rows that Redis refused, and when each is tried again: they must not stand in the way of those behind them. */
  readonly #refused = new Map<string, { readonly times: number; readonly until: number }>();
  #stuck: () => void = () => undefined;
  #refusal: RefusedNeed | null = null;

  constructor(db: Database, redis: RedisClient, keys: Keys) {
    this.#db = db;
    this.#redis = redis;
    this.#keys = keys;
    this.#commands = new CacheCommands(redis, keys);
  }

  /**
   * What is to happen whenever a row cannot be carried: until it is, Redis may be older than MySQL for every process.
   */
  whenStuck(work: () => void): void {
    this.#stuck = work;
  }

  /** What Redis refused of what still waits; null where it refused nothing, or took it since. */
  get refusal(): RefusedNeed | null {
    return this.#refusal;
  }

  /** Nothing is left that Redis has refused. */
  allTaken(): void {
    this.#refusal = null;
  }

  /** True of a row that Redis refused lately. */
  isPutOff(row: string): boolean {
    return (this.#refused.get(row)?.until ?? 0) > performance.now();
  }

  /** The block that is to be lifted when this row is carried. */
  own(row: string, token: string): void {
    for (const [old, { until }] of this.#tokens) {
      if (until > performance.now()) break;
      this.#tokens.delete(old);
    }
    this.#tokens.set(row, { token, until: performance.now() + 60_000 });
  }

  /**
   * Does in Redis what a row asks, and marks the row as done. `away`: a server does not answer, and will not for the
   * next row. `refused`: this row alone cannot be carried now. What is left is tried again at the next look. Never
   * throws. Where several carry one row, each adds what it has removed and ended itself: of a key and of a session only
   * one of them is told that it was there.
   */
  async carry(row: Carried): Promise<'done' | 'refused' | 'away'> {
    const { id } = row;
    const gone: Gone = { removed: 0, ended: 0 };
    const counts = (): [number, number] => [row.removed() + gone.removed, row.ended() + gone.ended];
    let carried = false;
    try {
      await this.#toRedis(row, gone);
      carried = true;
      if (id === null) return 'done';
      this.#tokens.delete(id);
      if (row.auditId === '0') await this.#db.run('DELETE FROM console_cache_outbox WHERE id = ?', [id]);
      else {
        await this.#db.run(
          `UPDATE console_cache_outbox SET done_at = COALESCE(done_at, ?), attempts = attempts + 1,
             keys_removed = COALESCE(keys_removed, 0) + ?, sessions_ended = COALESCE(sessions_ended, 0) + ? WHERE id = ?`,
          [sqlTime(new Date()), ...counts(), id],
        );
      }
      this.#refused.delete(id);
      return 'done';
    } catch (error) {
      if (id === null) return 'away';
      // What left all the same is counted now: whoever carries the rest finds nothing of it.
      const [removed, ended] = carried ? [0, 0] : counts();
      await this.#db
        .run(
          `UPDATE console_cache_outbox SET attempts = attempts + 1, keys_removed = NULLIF(COALESCE(keys_removed, 0) + ?, 0),
             sessions_ended = NULLIF(COALESCE(sessions_ended, 0) + ?, 0) WHERE id = ?`,
          [removed, ended, id],
        )
        .catch(() => undefined);
      if (!isReply(error)) return 'away';
      if (!(await this.#takesOthers(error.message))) return 'away';
      const times = (this.#refused.get(id)?.times ?? 0) + 1;
      this.#refused.set(id, { times, until: performance.now() + Math.min(firstWait * 2 ** (times - 1), longestWait) });
      return 'refused';
    }
  }

  /**
   * Ends the sessions of these users once, for the writer of a row, beside what else it does. Answers whether Redis
   * took all of it, or the row's
   * `carry` has to, and how many there were, as far as Redis has said so by now. Never throws.
   */
  async endSessions(usernames: readonly string[]): Promise<{ readonly whole: boolean; readonly ended: () => number }> {
    let ended = 0;
    const count = (more: number): void => {
      ended += more;
    };
    const ready = usernames.length === 0 || this.#redis.status === 'ready';
    const whole =
      ready &&
      (await endSessions(this.#redis, this.#keys, usernames, count).then(
        () => true,
        () => false,
      ));
    return { whole, ended: () => ended };
  }

  /**
   * What a row asks of Redis; `gone` counts the sessions and values that left. Throws what Redis throws, once it is
   * said that it may be older now: where it refused something, the rest has been done.
   */
  async #toRedis(row: Carried, gone: Gone): Promise<void> {
    let step: Pick<RefusedNeed, 'need' | 'command'> = { need: 'sessions', command: 'SMEMBERS, UNLINK/DEL' };
    const token = row.id === null ? undefined : this.#tokens.get(row.id)?.token;
    try {
      const refused = await endSessions(this.#redis, this.#keys, row.sessionsOf, (count) => (gone.ended += count)).then(
        () => null,
        orRefusal,
      );
      if (refused === null) step = { need: 'deletions', command: 'UNLINK/DEL' };
      let failure = refused;
      for (const batch of chunked(row.keys, keysAtOnce)) {
        const why = await this.lift(batch, token, (count) => (gone.removed += count)).then(() => null, orRefusal);
        failure ??= why;
      }
      if (failure !== null) throw failure;
    } catch (error) {
      this.#stuck();
      if (isReply(error)) this.#refusal = { ...step, words: plainWords(error) };
      throw error;
    }
  }

  /** Throws what Redis refused of any key, once the others are lifted; `removed` hears how many values left. */
  async lift(keys: readonly string[], token?: string, removed?: (count: number) => void): Promise<void> {
    const failure = await this.#commands.lift(
      keys.map((key) => ({ key })),
      token,
      removed,
    );
    if (failure !== null) throw failure;
  }

  /**
   * Whether Redis would take other rows: this one has a key that may not be touched. A server that takes nothing now
   * says nothing about the row, and is asked again at the next look.
   */
  async #takesOthers(words: string): Promise<boolean> {
    if (isPassing(words)) return false;
    // A key of nobody's, under a name that is surely granted.
    return removeKey(this.#redis, this.#keys.of('userInfo', `~${newToken()}`)).then(
      () => true,
      () => false,
    );
  }
}

/** What Redis refused of some keys, which says nothing of the others; throws the rest. */
function orRefusal(error: unknown): Error {
  if (isRefused(error) && !isPassing(error.message)) return error;
  throw error;
}
