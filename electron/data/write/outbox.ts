import { setTimeout as wait } from 'node:timers/promises';
import { keysAtOnce, type RedisClient } from '../cache/commands.js';
import type { Database, Sql } from '../mysql/database.js';
import type { Keys } from '../redis/keys.js';
import type { RefusedNeed } from '../redis/needs.js';
import { type Carried, Carrier } from './outbox-carrier.js';
import { SettledRows } from './outbox-settled.js';
import { chunked, keyParameter } from './row-writer.js';

interface OutboxRow {
  readonly id: string;
  readonly audit_id: string;
  readonly redis_keys: string;
  readonly sessions_of: string;
}

/** What must be removed from Redis after a transaction is committed. */
export interface Invalidation {
  readonly keys: readonly string[];
  readonly sessionsOf: readonly string[];
}

/** Milliseconds between two looks for rows that others left behind. */
const lookEvery = 1_000;
/** For this long, a row belongs to its writer. An older row was left behind. */
const leftBehind = 'created_at < UTC_TIMESTAMP(3) - INTERVAL 500000 MICROSECOND';
/** Rows carried at the same time. Each ends with its own commit; the server writes several commits to disk together. */
const atOnce = 16;
/** Milliseconds for which closing waits for work in progress. */
const closeTimeoutMs = 1_000;

/**
 * Invalidations. They are stored in the transaction of their change and then carried to Redis: by their writer at once
 * or, if that fails, within about a second by any process that reaches both servers. If the console's tables are
 * missing, this process keeps its own invalidations in memory.
 */
export class Outbox {
  readonly carrier: Carrier;
  readonly #db: Database;
  readonly #redis: RedisClient;
  readonly #settled: SettledRows;
  readonly #timer: NodeJS.Timeout;
  /** Keys of committed writes that have no outbox row. */
  readonly #kept = new Set<string>();
  /** Rows that are being carried by their writer. */
  readonly #underWay = new Set<string>();
  #draining: Promise<number> | null = null;
  #enabled = false;
  #closed = false;
  readonly #wake = (): void => {
    void this.drain().catch(() => undefined);
  };

  constructor(db: Database, redis: RedisClient, keys: Keys) {
    this.#db = db;
    this.#redis = redis;
    this.carrier = new Carrier(db, redis, keys);
    this.#settled = new SettledRows(db);
    this.#timer = setInterval(this.#wake, lookEvery);
    this.#timer.unref();
    redis.on('ready', this.#wake);
  }

  /** Call it once the console's tables exist. */
  enable(): void {
    this.#enabled = true;
    this.#wake();
  }

  /** What Redis refused of the rows that still wait; null if it refused nothing, or has accepted it since. */
  get refusal(): RefusedNeed | null {
    return this.carrier.refusal;
  }

  /**
   * Stores an invalidation in the transaction of its change. Returns the id of its row, or null if there is no table
   * for it.
   */
  async remember(tx: Sql, auditId: string, invalidation: Invalidation): Promise<string | null> {
    if (!this.#enabled) return null;
    const { insertId } = await tx.run(
      'INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
      [auditId, JSON.stringify(invalidation.keys), JSON.stringify(invalidation.sessionsOf)],
    );
    return insertId;
  }

  /** Deletes the row of a write that has reached Redis, together with other rows. */
  settle(row: string | null): void {
    if (row !== null) this.#settled.add(row);
  }

  /** Keeps keys of committed writes that have no row and did not reach Redis. */
  retry(keys: readonly string[]): void {
    for (const key of keys) this.#kept.add(key);
  }

  /** The number of invalidations that still wait. */
  async pending(signal?: AbortSignal): Promise<number> {
    if (!this.#enabled) return this.#kept.size;
    const [row] = await this.#db.rows<{ waiting: string }>(
      `SELECT COUNT(*) AS waiting FROM console_cache_outbox WHERE done_at IS NULL AND (audit_id > 0 OR ${leftBehind})`,
      [],
      signal,
    );
    return Number(row?.waiting ?? 0) + this.#kept.size;
  }

  /** Carries the waiting rows and returns how many were done. If Redis is down, they wait. */
  async drain(): Promise<number> {
    if (this.#redis.status !== 'ready') return 0;
    // A call during a round needs one more round: its row may have been committed after that round's SELECT.
    const running = this.#draining;
    if (running !== null) await running.catch(() => 0);
    this.#draining ??= this.#rounds().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  /**
   * Carries everything that was committed until now, by any process. Throws if anything is left: until it is carried,
   * Redis may be older than MySQL.
   */
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
        const carried = await Promise.all(batch.map((row) => this.carrier.carry(carriedOf(row))));
        if (carried.some((outcome) => outcome !== 'done')) throw new Error('Redis did not take an invalidation');
      }
      const end = rows.at(-1);
      if (end === undefined) break;
      after = end.id;
    }
    this.carrier.allTaken();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#redis.off('ready', this.#wake);
    // Do not wait for a silent server: the next process that opens the site carries the rest.
    const rest = Promise.resolve(this.#draining)
      .catch(() => 0)
      .then(() => this.#settled.delete())
      .catch(() => undefined);
    await Promise.race([rest, wait(closeTimeoutMs, undefined, { ref: false })]);
  }

  async #rounds(): Promise<number> {
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
      const due = rows.filter(({ id }) => !this.#underWay.has(id) && !this.carrier.isPutOff(id));
      if (due.length < rows.length) left = true;
      for (const batch of chunked(due, atOnce)) {
        if (this.#closed || this.#redis.status !== 'ready') return done;
        const carried = await Promise.all(batch.map((row) => this.carrier.carry(carriedOf(row))));
        done += carried.filter((outcome) => outcome === 'done').length;
        if (carried.includes('away')) return done;
        if (carried.includes('refused')) left = true;
      }
      if (rows.length < 50) {
        if (!left) this.carrier.allTaken();
        return done;
      }
    }
  }

  async #carryKept(): Promise<void> {
    for (const keys of chunked([...this.#kept], keysAtOnce)) {
      // If a key is kept again during its lift, it must be lifted again.
      for (const key of keys) this.#kept.delete(key);
      try {
        await this.carrier.lift(keys);
      } catch (error) {
        this.retry(keys);
        throw error;
      }
    }
  }

  /** The row's writer carries the row from now until `letGo`. Other looks leave it alone. */
  takeUp(row: string | null): void {
    if (row !== null) this.#underWay.add(row);
  }

  /** The row's writer no longer carries the row, whether it is done or not. */
  letGo(row: string | null): void {
    if (row !== null) this.#underWay.delete(row);
  }
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

/** A row with content that we did not write has nothing to carry. It must not stop the other rows. */
function listIn(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}
