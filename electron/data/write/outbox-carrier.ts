import type { Fence } from '../cache/fence.js';
import { CacheCommands, isRefused, keysAtOnce, newToken, type RedisClient } from '../cache/commands.js';
import { type Database, sqlTime } from '../mysql/database.js';
import { isPassing, isReply } from '../redis/errors.js';
import type { Keys } from '../redis/keys.js';
import type { RefusedNeed } from '../redis/needs.js';
import { plainWords } from '../redis/refusals.js';
import { removeKey } from '../redis/remove.js';
import { endSessions } from '../redis/sessions.js';
import { chunked } from './row-writer.js';

/** What Redis still has to do for an outbox row: all of it, or only what its writer has not done. */
export interface Carried {
  /** Null if there is no outbox table. Then it is tried only once. */
  readonly id: string | null;
  readonly auditId: string;
  readonly keys: readonly string[];
  readonly sessionsOf: readonly string[];
  /** Number of keys that the row's writer has already removed, for the proof. Called after the rest is done. */
  readonly removed: () => number;
  /** Number of sessions that the row's writer has already ended. Called after the rest is done. */
  readonly ended: () => number;
}

/** Number of keys and sessions that were removed from Redis for a row. */
interface Gone {
  removed: number;
  ended: number;
}

/** Milliseconds until a refused row is tried again for the first time. Doubled after each refusal. */
const firstWait = 2_000;
/** The longest such pause, in milliseconds. */
const longestWait = 60_000;

/** Does in Redis what outbox rows ask for, and marks the rows as done. */
export class Carrier {
  readonly #db: Database;
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #commands: CacheCommands;
  /** Tokens of this process's blocks, by row, and when each may be forgotten because its block has expired. */
  readonly #tokens = new Map<string, { readonly token: string; readonly until: number }>();
  /** Rows that Redis refused, and when each is tried again. They must not hold up the rows after them. */
  readonly #refused = new Map<string, { readonly times: number; readonly until: number }>();
  #stuck: () => void = () => undefined;
  #fence: Pick<Fence, 'entered' | 'holds'> | null = null;
  #refusal: RefusedNeed | null = null;

  constructor(db: Database, redis: RedisClient, keys: Keys) {
    this.#db = db;
    this.#redis = redis;
    this.#keys = keys;
    this.#commands = new CacheCommands(redis, keys);
  }

  /**
   * `work` is called whenever a row cannot be carried. Until it is carried, Redis may be older than MySQL for every
   * process.
   */
  whenStuck(work: () => void): void {
    this.#stuck = work;
  }

  /** A row is done only if it was carried to the masters that count. */
  countOn(fence: Pick<Fence, 'entered' | 'holds'>): void {
    this.#fence = fence;
  }

  /** What Redis refused of the rows that still wait; null if it refused nothing, or has accepted it since. */
  get refusal(): RefusedNeed | null {
    return this.#refusal;
  }

  /** Nothing is left that Redis has refused. */
  allTaken(): void {
    this.#refusal = null;
  }

  /** True if Redis refused this row recently, so that it must wait. */
  isPutOff(row: string): boolean {
    return (this.#refused.get(row)?.until ?? 0) > performance.now();
  }

  /** Stores the token of the block to lift when this row is carried. */
  own(row: string, token: string): void {
    for (const [old, { until }] of this.#tokens) {
      if (until > performance.now()) break;
      this.#tokens.delete(old);
    }
    this.#tokens.set(row, { token, until: performance.now() + 60_000 });
  }

  /**
   * Does in Redis what a row asks for, and marks the row as done. `away`: a server does not answer, or other masters
   * count than this process sees, so the next row would fail too. `refused`: only this row cannot be carried now. What
   * is left is tried again later. Never throws. If several processes carry one row, each adds what it has removed and
   * ended itself: for each key and session, only one of them is told that it existed.
   */
  async carry(row: Carried): Promise<'done' | 'refused' | 'away'> {
    const { id } = row;
    const fence = this.#fence;
    const term = (await fence?.entered()) ?? null;
    if (fence !== null && term === null) return 'away';
    const gone: Gone = { removed: 0, ended: 0 };
    const counts = (): [number, number] => [row.removed() + gone.removed, row.ended() + gone.ended];
    let carried = false;
    try {
      await this.#toRedis(row, gone);
      if (fence?.holds(term) === false) throw new Error('Other masters of Redis count now');
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
      // Count what was removed in spite of the failure: the process that carries the rest will not find it any more.
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
   * Ends the sessions of these users once, while the writer of a row does its other work. Returns whether Redis ended
   * all of them (otherwise the row's `carry` must), and the number of ended sessions known so far. Never throws.
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
   * Does in Redis what a row asks for. `gone` counts the removed sessions and values. Throws the errors of Redis after
   * reporting that Redis may be out of date. If Redis refused a part, the rest has been done.
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

  /** Lifts keys. Throws what Redis refused, once the others are lifted. `removed` gets the number of removed values. */
  async lift(keys: readonly string[], token?: string, removed?: (count: number) => void): Promise<void> {
    const failure = await this.#commands.lift(
      keys.map((key) => ({ key })),
      token,
      removed,
    );
    if (failure !== null) throw failure;
  }

  /**
   * True if Redis would take other rows: only this row has a key that this account may not touch. If the server takes
   * no writes at all now, that says nothing about the row, which is tried again later.
   */
  async #takesOthers(words: string): Promise<boolean> {
    if (isPassing(words)) return false;
    // Nobody uses this key, and its name is certainly allowed.
    return removeKey(this.#redis, this.#keys.of('userInfo', `~${newToken()}`)).then(
      () => true,
      () => false,
    );
  }
}

/** Returns an error that only concerns some keys; throws any other error. */
function orRefusal(error: unknown): Error {
  if (isRefused(error) && !isPassing(error.message)) return error;
  throw error;
}
