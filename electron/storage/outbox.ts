import type { Redis } from 'ioredis';
import type { Keys } from './keys.js';
import { type Database, type Sql, sqlTime } from './mysql/database.js';
import { endSessions, unlink } from './redis/sessions.js';

interface OutboxRow {
  readonly id: string;
  readonly redis_keys: string;
  readonly sessions_of: string;
}

/** What has to leave Redis once a transaction is committed. */
export interface Invalidation {
  readonly keys: readonly string[];
  readonly sessionsOf: readonly string[];
}

/** Remembers an invalidation in the transaction of its change. */
export async function remember(tx: Sql, auditId: string, invalidation: Invalidation): Promise<void> {
  await tx.run(
    'INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES (?, ?, ?, UTC_TIMESTAMP(3))',
    [auditId, JSON.stringify(invalidation.keys), JSON.stringify(invalidation.sessionsOf)],
  );
}

/**
 * Carries remembered invalidations to Redis: at once after each change, when Redis comes back, and every few seconds while any is left,
 * also those of an earlier run or another console.
 */
export class Outbox {
  readonly #db: Database;
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #timer: NodeJS.Timeout;
  #draining: Promise<number> | null = null;
  #enabled = false;
  readonly #wake = (): void => {
    void this.drain().catch(() => undefined);
  };

  constructor(db: Database, redis: Redis, keys: Keys) {
    this.#db = db;
    this.#redis = redis;
    this.#keys = keys;
    this.#timer = setInterval(this.#wake, 5_000);
    this.#timer.unref();
    redis.on('ready', this.#wake);
  }

  /** Switched on once the console's tables exist. */
  enable(): void {
    this.#enabled = true;
    this.#wake();
  }

  /** Deletions that still wait. */
  async pending(signal?: AbortSignal): Promise<number> {
    if (!this.#enabled) return 0;
    const [row] = await this.#db.rows<{ waiting: string }>(
      'SELECT COUNT(*) AS waiting FROM console_cache_outbox WHERE done_at IS NULL',
      [],
      signal,
    );
    return Number(row?.waiting ?? 0);
  }

  /** Carries over what waits; answers how many entries were done. A Redis that is down leaves them for later. */
  async drain(): Promise<number> {
    if (!this.#enabled || this.#redis.status !== 'ready') return 0;
    // One more round for whoever calls during a round: its entry may have been committed after that round's SELECT.
    const running = this.#draining;
    if (running !== null) await running.catch(() => 0);
    this.#draining ??= this.#rounds().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #rounds(): Promise<number> {
    let done = 0;
    for (;;) {
      const rows = await this.#db.rows<OutboxRow>(
        'SELECT id, redis_keys, sessions_of FROM console_cache_outbox WHERE done_at IS NULL ORDER BY id LIMIT 50',
      );
      for (const row of rows) {
        if (!(await this.#carry(row))) return done;
        done += 1;
      }
      if (rows.length < 50) return done;
    }
  }

  async #carry(row: OutboxRow): Promise<boolean> {
    try {
      const ended = await endSessions(this.#redis, this.#keys, JSON.parse(row.sessions_of) as string[]);
      const removed = await unlink(this.#redis, JSON.parse(row.redis_keys) as string[]);
      await this.#db.run(
        'UPDATE console_cache_outbox SET done_at = ?, attempts = attempts + 1, keys_removed = ?, sessions_ended = ? WHERE id = ? AND done_at IS NULL',
        [sqlTime(new Date()), removed, ended, row.id],
      );
      return true;
    } catch {
      await this.#db
        .run('UPDATE console_cache_outbox SET attempts = attempts + 1 WHERE id = ?', [row.id])
        .catch(() => undefined);
      return false;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#redis.off('ready', this.#wake);
    await this.#draining?.catch(() => 0);
  }
}
