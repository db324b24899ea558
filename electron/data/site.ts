import { Refusal } from '../contract/errors.js';
import type { Need } from '../contract/operation.js';
import { Cache, type CacheOptions } from './cache/cache.js';
import { needState } from './config/state.js';
import { Keys } from './redis/keys.js';
import { Database, type DatabaseConfig, type Sql } from './mysql/database.js';
import { closed } from './mysql/errors.js';
import { Outbox } from './write/outbox.js';
import { openRedis, type RedisConfig, type SiteRedis } from './redis/client.js';
import { connectionPatience, Standing } from './redis/standing.js';

export interface SiteConfig {
  readonly mysql: DatabaseConfig;
  readonly redis: RedisConfig;
}

/** True once migration 0006 has run here. Inside a transaction: also where it has run since that began. */
export async function hasClaimTable(sql: Sql): Promise<boolean> {
  const [row] = await sql.rows<{ found: string }>(
    "SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'console_claims'",
  );
  return Number(row?.found ?? 0) === 1;
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
  readonly #standing: Standing;
  #closed = false;
  #consoleTables = false;
  #cardTables = false;
  #claims = false;

  /** `seams` are for tests. */
  constructor(config: SiteConfig, seams: Pick<CacheOptions, 'renewMs' | 'pause'> = {}) {
    this.config = config;
    this.db = new Database(config.mysql);
    this.redis = openRedis(config.redis);
    this.#standing = new Standing(this.redis);
    this.redisTried = this.#standing.wait(connectionPatience);
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
      await site.hasConsoleTables();
      return site;
    } catch (error) {
      await site.close().catch(() => undefined);
      throw error;
    }
  }

  /** True once migration 0002 has run here. */
  async hasConsoleTables(): Promise<boolean> {
    if (!this.#consoleTables) {
      const [row] = await this.db.rows<{ found: string }>(
        "SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('console_audit', 'console_audit_targets', 'console_idempotency', 'console_cache_outbox', 'console_bans', 'console_jobs', 'console_job_items')",
      );
      this.#consoleTables = Number(row?.found ?? 0) === 7;
      if (this.#consoleTables) this.outbox.enable();
    }
    return this.#consoleTables;
  }

  /** Throws `unsupported` where the console's own tables are missing: without them a change could not be written down. */
  async needConsoleTables(): Promise<void> {
    if (await this.hasConsoleTables()) return;
    throw new Refusal(
      'unsupported',
      {
        zh: '这个数据库还没有控制台的数据表，无法留下操作记录，因此不能修改',
        en: 'This database lacks the console’s tables: a change could not be written down, so none is made',
      },
      {
        hint: { zh: '在「设置 › 数据库」执行迁移 0002。', en: 'Run migration 0002 under Settings › Database.' },
        details: { needs: 'migration' },
      },
    );
  }

  /** True once migration 0004 has run here. */
  async hasCardTables(): Promise<boolean> {
    if (!this.#cardTables) {
      const [row] = await this.db.rows<{ found: string }>(
        "SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('console_card_batches', 'console_card_ranges', 'console_card_marks', 'console_card_imports', 'console_card_import_rows')",
      );
      this.#cardTables = Number(row?.found ?? 0) === 5;
    }
    return this.#cardTables;
  }

  /** Throws `unsupported` where the tables are missing in which card keys' batches and fates are kept. */
  async needCardTables(): Promise<void> {
    await this.needConsoleTables();
    if (await this.hasCardTables()) return;
    throw new Refusal(
      'unsupported',
      {
        zh: '这个数据库还没有卡密批次的数据表，因此不能发卡、导入或变更卡密',
        en: 'This database lacks the tables for batches of card keys: none can be issued, imported or changed',
      },
      {
        hint: { zh: '在「设置 › 数据库」执行迁移 0004。', en: 'Run migration 0004 under Settings › Database.' },
        details: { needs: 'migration' },
      },
    );
  }

  /** Throws `unsupported` where tables are missing that an operation needs, with the migration that brings them. */
  async need(need: Need): Promise<void> {
    if (need === 'console') await this.needConsoleTables();
    else if (need === 'cards') await this.needCardTables();
    else await needState(this.db);
  }

  /**
   * True once migration 0006 has run here and nobody still pays a reward who began without its table: whoever did holds the row of
   * invitation_configs, which is waited for once. False while that cannot be had.
   */
  async hasClaims(): Promise<boolean> {
    if (!this.#claims) {
      if (!(await hasClaimTable(this.db))) return false;
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
    return this.redis.hindrance?.cause ?? this.redis.hindrance ?? this.#standing.reason;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.cache.close();
    await this.outbox.close();
    this.redis.disconnect();
    this.#standing.end();
    await this.db.close(2_000);
  }
}
