import type { Need } from '../contract/operation.js';
import { Cache, type CacheOptions } from './cache/cache.js';
import { Keys } from './redis/keys.js';
import { Database, type DatabaseConfig } from './mysql/database.js';
import { closed } from './mysql/errors.js';
import { Outbox } from './write/outbox.js';
import { openRedis, type RedisConfig, type SiteRedis } from './redis/client.js';
import { connectionTimeoutMs, ConnectionState } from './redis/connection-state.js';
import { hasTables, lacks, type TableSet } from './tables.js';

export interface SiteConfig {
  readonly mysql: DatabaseConfig;
  readonly redis: RedisConfig;
}

/**
 * One open site: its database, its Redis, its key names, and the outbox that keeps Redis consistent with the database.
 */
export class Site {
  readonly config: SiteConfig;
  readonly db: Database;
  readonly redis: SiteRedis;
  readonly keys: Keys;
  readonly outbox: Outbox;
  readonly cache: Cache;
  /**
   * Resolves once Redis was connected for the first time, or was not in time. Operations that only Redis can do wait
   * for it, then try. Never rejects.
   */
  readonly redisTried: Promise<void>;
  readonly #state: ConnectionState;
  #closed = false;
  readonly #there = new Set<TableSet>();
  #claims = false;

  /** `seams` are for tests. */
  constructor(config: SiteConfig, seams: Pick<CacheOptions, 'renewMs' | 'pause'> = {}) {
    this.config = config;
    this.db = new Database(config.mysql);
    this.redis = openRedis(config.redis);
    this.#state = new ConnectionState(this.redis);
    this.redisTried = this.#state.wait(connectionTimeoutMs);
    this.keys = new Keys(config.redis.prefix);
    this.outbox = new Outbox(this.db, this.redis, this.keys);
    this.cache = new Cache({
      db: this.db,
      redis: this.redis,
      keys: this.keys,
      outbox: this.outbox,
      mysql: config.mysql,
      redisTried: this.redisTried,
      ...seams,
    });
  }

  /** Opens a site. Throws `unavailable` if MySQL cannot be reached; a Redis that is down does not stop it. */
  static async open(config: SiteConfig, signal?: AbortSignal): Promise<Site> {
    const site = new Site(config);
    try {
      await site.db.version(signal);
      await site.has('console');
      return site;
    } catch (error) {
      // Nothing is in progress, so a server that sends no greeting is not waited for again.
      await site.close(200).catch(() => undefined);
      throw error;
    }
  }

  /** True once a migration of the console has run here. Asks the database until it has. */
  async has(set: TableSet): Promise<boolean> {
    if (!this.#there.has(set) && (await hasTables(this.db, set))) {
      this.#there.add(set);
      if (set === 'console') this.outbox.enable();
    }
    return this.#there.has(set);
  }

  /**
   * Throws `unsupported` if tables are missing; without the console's own tables, the sets that depend on them count as
   * missing too.
   */
  async need(need: Need): Promise<void> {
    if (need !== 'console') await this.need('console');
    if (!(await this.has(need))) throw lacks(need);
  }

  /**
   * True once migration 0006 has run here and no transaction that began without its table still pays a reward: such a
   * transaction locks the row of invitation_configs, so this waits for that row once. False while the row cannot be
   * locked.
   */
  async hasClaims(): Promise<boolean> {
    if (!this.#claims) {
      if (!(await hasTables(this.db, 'claims'))) return false;
      const free = this.db.transaction((tx) => tx.rows('SELECT id FROM invitation_configs WHERE id = 1 FOR UPDATE'));
      this.#claims = await free.then(
        () => true,
        () => false,
      );
    }
    return this.#claims;
  }

  get redisUp(): boolean {
    return this.redis.status === 'ready';
  }

  /** Waits for `redisTried`. Throws `unavailable` once the site was closed: an empty result would then mean nothing. */
  async redisAsked(): Promise<void> {
    await this.redisTried;
    if (this.#closed) throw closed();
  }

  /** Why Redis is not available: its refusal, or the network's error. Undefined while nothing is known. */
  get redisReason(): unknown {
    return this.redis.hindrance?.cause ?? this.redis.hindrance ?? this.#state.reason;
  }

  /** Statements that still run after `timeoutMs` are broken off. */
  async close(timeoutMs = 2_000): Promise<void> {
    this.#closed = true;
    await this.outbox.close();
    const left = this.cache.close();
    this.redis.disconnect();
    this.#state.end();
    await Promise.all([left, this.db.close(timeoutMs)]);
  }
}
