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

/** One open site: its database, its Redis, the names of its keys, and the outbox that keeps the second in step with the first. */
export class Site {
  readonly config: SiteConfig;
  readonly db: Database;
  readonly redis: SiteRedis;
  readonly keys: Keys;
  readonly outbox: Outbox;
  readonly cache: Cache;
  /** Over once Redis stood for the first time, or did not in time: what Redis alone has waits for it, and then asks. Never throws. */
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
      redisTried: this.redisTried,
      ...seams,
    });
  }

  /** Opens a site. Throws `unavailable` when MySQL cannot be reached; a Redis that is down does not stop it. */
  static async open(config: SiteConfig, signal?: AbortSignal): Promise<Site> {
    const site = new Site(config);
    try {
      await site.db.version(signal);
      await site.has('console');
      return site;
    } catch (error) {
      await site.close().catch(() => undefined);
      throw error;
    }
  }

  /** True once a migration of the console has run here. Asks until it has. */
  async has(set: TableSet): Promise<boolean> {
    if (!this.#there.has(set) && (await hasTables(this.db, set))) {
      this.#there.add(set);
      if (set === 'console') this.outbox.enable();
    }
    return this.#there.has(set);
  }

  /** Throws `unsupported` where tables are missing: without the console's own, nothing that rests on them can be done either. */
  async need(need: Need): Promise<void> {
    if (need !== 'console') await this.need('console');
    if (!(await this.has(need))) throw lacks(need);
  }

  /**
   * True once migration 0006 has run here and nobody still pays a reward who began without its table: whoever did holds the row of
   * invitation_configs, which is waited for once. False while that cannot be had.
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

  /** Waits as `redisTried`. Throws `unavailable` once the site was closed: that nothing is found then says nothing. */
  async redisAsked(): Promise<void> {
    await this.redisTried;
    if (this.#closed) throw closed();
  }

  /** What keeps Redis from us: that it does not let us in, or what the network said. Undefined while nothing is known. */
  get redisReason(): unknown {
    return this.redis.hindrance?.cause ?? this.redis.hindrance ?? this.#state.reason;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.cache.close();
    await this.outbox.close();
    this.redis.disconnect();
    this.#state.end();
    await this.db.close(2_000);
  }
}
