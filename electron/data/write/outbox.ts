import { setTimeout as wait } from 'node:timers/promises';
import { CacheCommands, isRefused, keysAtOnce, newToken, type RedisClient } from '../cache/commands.js';
import type { Keys } from '../redis/keys.js';
import { type Database, type Sql, sqlTime } from '../mysql/database.js';
import { isPassing, isReply } from '../redis/errors.js';
import type { RefusedNeed } from '../redis/needs.js';
import { plainWords } from '../redis/refusals.js';
import { removeKey } from '../redis/remove.js';
import { endSessions } from '../redis/sessions.js';
import { chunked, keyParameter } from './row-writer.js';

interface OutboxRow {
  readonly id: string;
  readonly audit_id: string;
  readonly redis_keys: string;
  readonly sessions_of: string;
}

/** What has to leave Redis once a transaction is committed. */
export interface Invalidation {
  readonly keys: readonly string[];
  readonly sessionsOf: readonly string[];
}

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

/** Milliseconds between two looks for what others left. */
const lookEvery = 1_000;
/** Rows are their writer's for so long; older ones were left behind. */
const leftBehind = 'created_at < UTC_TIMESTAMP(3) - INTERVAL 500000 MICROSECOND';
/** Milliseconds between two tries of a row that Redis refuses, at most. */
const longestWait = 60_000;
/** Rows carried at a time: each ends with a commit of its own, which the server writes to disk together with others. */
const atOnce = 16;
/** Milliseconds that rows of carried-out writes are gathered before they are deleted. */
const settleEvery = 100;
/** Milliseconds that closing waits for what is under way. */
const closeTimeoutMs = 1_000;

/**
 * Invalidations, remembered in the transaction of their change and carried to Redis: by their writer at once, and by every process that has both
 * servers within about a second where the writer could not. Where the console's tables are missing, those of this process are kept in its memory.
 */
export class Outbox {
  readonly #db: Database;
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #commands: CacheCommands;
  readonly #timer: NodeJS.Timeout;
  /** Tokens of this process's blocks by row, and when they may be forgotten because the block has expired. */
  readonly #tokens = new Map<string, { readonly token: string; readonly until: number }>();
  readonly #kept = new Set<string>();
  /** Rows that their writer is carrying. */
  readonly #underWay = new Set<string>();
  #done: string[] = [];
  #settling: NodeJS.Timeout | null = null;
  #deleting: Promise<void> = Promise.resolve();
  /** Rows that Redis refused, and when each is tried again: they must not stand in the way of those behind them. */
  readonly #refused = new Map<string, { readonly times: number; readonly until: number }>();
  #draining: Promise<number> | null = null;
  #stuck: () => void = () => undefined;
  #refusal: RefusedNeed | null = null;
  #enabled = false;
  #closed = false;
  readonly #wake = (): void => {
    void this.drain().catch(() => undefined);
  };

  constructor(db: Database, redis: RedisClient, keys: Keys) {
    this.#db = db;
    this.#redis = redis;
    this.#keys = keys;
    this.#commands = new CacheCommands(redis, keys);
    this.#timer = setInterval(this.#wake, lookEvery);
    this.#timer.unref();
    redis.on('ready', this.#wake);
  }

  /** Switched on once the console's tables exist. */
  enable(): void {
    this.#enabled = true;
    this.#wake();
  }

  /** What is to happen whenever a row cannot be carried: until it is, Redis may be older than MySQL for every process. */
  whenStuck(work: () => void): void {
    this.#stuck = work;
  }

  /** What Redis refused of what still waits; null where it refused nothing, or took it since. */
  get refusal(): RefusedNeed | null {
    return this.#refusal;
  }

  /** Remembers an invalidation in the transaction of its change. Answers its row, or null where there is no table for it. */
  async remember(tx: Sql, auditId: string, invalidation: Invalidation): Promise<string | null> {
    if (!this.#enabled) return null;
    const { insertId } = await tx.run(
      'INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
      [auditId, JSON.stringify(invalidation.keys), JSON.stringify(invalidation.sessionsOf)],
    );
    return insertId;
  }

  /** The block that is to be lifted when this row is carried. */
  own(row: string, token: string): void {
    this.#tokens.set(row, { token, until: performance.now() + 60_000 });
  }

  /** A write of the cache that has reached Redis: its row goes, together with others. */
  settle(row: string | null): void {
    if (row === null) return;
    this.#done.push(row);
    this.#settling ??= setTimeout(() => {
      void this.#settle().catch(() => undefined);
    }, settleEvery).unref();
  }

  /** Keys of committed writes that have no row and did not reach Redis. */
  retry(keys: readonly string[]): void {
    for (const key of keys) this.#kept.add(key);
  }

  /** Deletions that still wait. */
  async pending(signal?: AbortSignal): Promise<number> {
    if (!this.#enabled) return this.#kept.size;
    const [row] = await this.#db.rows<{ waiting: string }>(
      `SELECT COUNT(*) AS waiting FROM console_cache_outbox WHERE done_at IS NULL AND (audit_id > 0 OR ${leftBehind})`,
      [],
      signal,
    );
    return Number(row?.waiting ?? 0) + this.#kept.size;
  }

  /** Carries over what waits; answers how many entries were done. A Redis that is down leaves them for later. */
  async drain(): Promise<number> {
    if (this.#redis.status !== 'ready') return 0;
    // One more round for whoever calls during a round: its entry may have been committed after that round's SELECT.
    const running = this.#draining;
    if (running !== null) await running.catch(() => 0);
    this.#draining ??= this.#rounds().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /** Carries over everything committed so far, whoever wrote it; throws if anything is left. Until then Redis may be older than MySQL. */
  async clear(): Promise<void> {
    await this.#carryKept();
    if (!this.#enabled) return;
    const [last] = await this.#db.rows<{ id: string | null }>('SELECT MAX(id) AS id FROM console_cache_outbox');
    for (let after = '0'; ;) {
      const rows = await this.#db.rows<OutboxRow>(
        'SELECT id, audit_id, redis_keys, sessions_of FROM console_cache_outbox WHERE done_at IS NULL AND id > ? AND id <= ? ORDER BY id LIMIT 200',
        [after, last?.id ?? 0],
      );
      for (const batch of chunked(rows, atOnce)) {
        const carried = await Promise.all(batch.map((row) => this.carry(carriedOf(row))));
        if (carried.some((outcome) => outcome !== 'done')) throw new Error('Redis did not take an invalidation');
      }
      const end = rows.at(-1);
      if (end === undefined) break;
      after = end.id;
    }
    this.#refusal = null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#redis.off('ready', this.#wake);
    // A server that is silent is not waited for: what is left is carried by whoever opens next.
    const rest = Promise.resolve(this.#draining)
      .catch(() => 0)
      .then(() => this.#settle())
      .catch(() => undefined);
    await Promise.race([rest, wait(closeTimeoutMs, undefined, { ref: false })]);
  }

  async #rounds(): Promise<number> {
    for (const [row, { until }] of this.#tokens) {
      if (until > performance.now()) break;
      this.#tokens.delete(row);
    }
    await this.#carryKept();
    if (!this.#enabled) return 0;
    let done = 0;
    let left = false;
    for (let after = '0'; ;) {
      const rows: OutboxRow[] = await this.#db.rows<OutboxRow>(
        `SELECT id, audit_id, redis_keys, sessions_of FROM console_cache_outbox WHERE done_at IS NULL AND id > ? AND ${leftBehind} ORDER BY id LIMIT 50`,
        [keyParameter(after)],
      );
      after = rows.at(-1)?.id ?? after;
      const due = rows.filter(
        ({ id }) => !this.#underWay.has(id) && (this.#refused.get(id)?.until ?? 0) <= performance.now(),
      );
      if (due.length < rows.length) left = true;
      for (const batch of chunked(due, atOnce)) {
        if (this.#closed || this.#redis.status !== 'ready') return done;
        const carried = await Promise.all(batch.map((row) => this.carry(carriedOf(row))));
        done += carried.filter((outcome) => outcome === 'done').length;
        if (carried.includes('away')) return done;
        if (carried.includes('refused')) left = true;
      }
      if (rows.length < 50) {
        if (!left) this.#refusal = null;
        return done;
      }
    }
  }

  async #carryKept(): Promise<void> {
    for (const keys of chunked([...this.#kept], keysAtOnce)) {
      // Who keeps one of them while it is lifted wants it lifted again.
      for (const key of keys) this.#kept.delete(key);
      try {
        await this.#lift(keys);
      } catch (error) {
        this.retry(keys);
        throw error;
      }
    }
  }

  /**
   * Does in Redis what a row asks, and marks the row as done. `away`: a server does not answer, and will not for the next row. `refused`: this row alone
   * cannot be carried now. What is left is tried again at the next look. Never throws. Where several carry one row, each adds what it has removed
   * and ended itself: of a key and of a session only one of them is told that it was there.
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
      this.#refused.set(id, { times, until: performance.now() + Math.min(lookEvery * 2 ** times, longestWait) });
      return 'refused';
    }
  }

  /**
   * Ends the sessions of these users once, for the writer of a row, beside what else it does. Answers whether Redis took all of it, or the row's
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

  /** The row's writer has begun to carry it, and does so until `letGo`: the next looks leave it alone. */
  takeUp(row: string | null): void {
    if (row !== null) this.#underWay.add(row);
  }

  /** The row's writer carries it no longer, whether it is done or not. */
  letGo(row: string | null): void {
    if (row !== null) this.#underWay.delete(row);
  }

  /**
   * What a row asks of Redis; `gone` counts the sessions and values that left. Throws what Redis throws, once it is said that it may be older now: where
   * it refused something, the rest has been done.
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
        const why = await this.#lift(batch, token, (count) => (gone.removed += count)).then(() => null, orRefusal);
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
  async #lift(keys: readonly string[], token?: string, removed?: (count: number) => void): Promise<void> {
    const failure = await this.#commands.lift(
      keys.map((key) => ({ key })),
      token,
      removed,
    );
    if (failure !== null) throw failure;
  }

  /**
   * Whether Redis would take other rows: this one has a key that may not be touched. A server that takes nothing now says nothing about the row, and is
   * asked again at the next look.
   */
  async #takesOthers(words: string): Promise<boolean> {
    if (isPassing(words)) return false;
    // A key of nobody's, under a name that is surely granted.
    return removeKey(this.#redis, this.#keys.of('userInfo', `~${newToken()}`)).then(
      () => true,
      () => false,
    );
  }

  /** One at a time: a server that reads all of a small table for a list of ids waits for the rows of writes that are not over. */
  #settle(): Promise<void> {
    this.#settling = null;
    this.#deleting = this.#deleting.catch(() => undefined).then(() => this.#deleteDone());
    return this.#deleting;
  }

  async #deleteDone(): Promise<void> {
    const rows = this.#done;
    this.#done = [];
    for (const batch of chunked(rows, 500)) {
      await this.#db.run('DELETE FROM console_cache_outbox WHERE id IN (?)', [batch.map(keyParameter)]);
    }
  }
}

/** What Redis refused of some keys, which says nothing of the others; throws the rest. */
function orRefusal(error: unknown): Error {
  if (isRefused(error) && !isPassing(error.message)) return error;
  throw error;
}

function carriedOf(row: OutboxRow): Carried {
  return {
    id: row.id,
    auditId: row.audit_id,
    keys: listIn(row.redis_keys),
    sessionsOf: listIn(row.sessions_of),
    removed: () => 0,
    ended: () => 0,
  };
}

/** A row that is not what we wrote has nothing to carry, and must not stop the others. */
function listIn(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}
