import { setTimeout as wait } from 'node:timers/promises';
import { cardMethods } from './hybrid/cards.js';
import { clearAllData } from './hybrid/clear.js';
import { configMethods } from './hybrid/config.js';
import { favoriteMethods } from './hybrid/favorites.js';
import { invitationMethods } from './hybrid/invitations.js';
import { playMethods, type RecentPlay } from './hybrid/plays.js';
import { pointMethods } from './hybrid/points.js';
import { Replicas } from './hybrid/replica.js';
import { pruneOldPlays } from './hybrid/retention.js';
import { searchMethods } from './hybrid/search.js';
import { sessionMethods } from './hybrid/sessions.js';
import { siteCacheMethods } from './hybrid/site-cache.js';
import { skipMethods } from './hybrid/skips.js';
import { type BatchOptions, PlayBatches } from './hybrid/stats-batch.js';
import { rebuildStatistics, type Rebuilt } from '../domain/plays/statistics-rebuild.js';
import { statsMethods } from './hybrid/stats.js';
import { userMethods } from './hybrid/users.js';
import { warmUp } from './hybrid/warm.js';
import type { DatabaseConfig } from '../data/mysql/database.js';
import { writesWithheld } from '../data/mysql/withheld.js';
import type { RedisConfig } from '../data/redis/client.js';
import { Site } from '../data/site.js';
import type { AdminConfig, IStorage } from './types.js';

/** MySQL is the truth, Redis is the cache. */
export interface HybridConfig {
  readonly engine: 'hybrid';
  readonly mysql: DatabaseConfig;
  readonly redis: RedisConfig;
  /** Read replicas of the same database. */
  readonly replicas?: readonly DatabaseConfig[];
  /** How many milliseconds a replica may lag and still be read. Default 2000. */
  readonly lagBound?: number;
  /** How many users' information is loaded into Redis at start; 0 for no warm-up at all. Default 200. */
  readonly warmUsers?: number;
  /** How plays are batched on their way to the statistics. */
  readonly statistics?: BatchOptions;
}

/** The current state of the storage. */
export interface Health {
  /** MySQL answers. */
  readonly mysql: boolean;
  /** MySQL takes writes: it is neither read-only (a replica, a switch-over) nor a Galera node without its cluster. */
  readonly mysqlWrites: boolean;
  /** Redis answers, and accepts every command it is needed for. */
  readonly redis: boolean;
  /** What Redis refuses, in its own words; empty if nothing, or if it does not answer. */
  readonly redisRefuses: readonly string[];
  /** How many milliseconds each replica lags; null if it is away. */
  readonly replicas: readonly (number | null)[];
  /** Plays that MySQL has not confirmed yet. */
  readonly waitingPlays: number;
  /** ISO-8601, UTC. */
  readonly timestamp: string;
}

/** What the hybrid storage offers beyond the site's interface. */
export interface HybridExtras {
  /**
   * Resolves once MySQL has answered and the connections are warm. Throws `unavailable` if it does not answer. Waiting
   * for this is optional.
   */
  ready(): Promise<void>;
  /**
   * The newest plays of a user, newest first, at most 20; empty for an unknown user. Cached in `user:{u}:recent_plays`.
   * Throws `unavailable`.
   */
  getRecentPlays(userName: string, limit?: number): Promise<RecentPlay[]>;
  /** Sends the plays batched in this process. Throws `unavailable`; the plays are kept then. */
  flushStatistics(): Promise<void>;
  /**
   * Recounts the statistics from the ledger of plays and from play_records, and returns what was corrected; `dryRun`
   * changes nothing. Throws `unavailable`.
   */
  rebuildStatistics(options?: { readonly dryRun?: boolean }): Promise<Rebuilt>;
  /**
   * Deletes plays not saved for that many days, in batches of 1000 rows, and their fields in Redis; returns how many.
   * Throws `invalid_input`, `cancelled`, `unavailable`.
   */
  pruneOldPlays(days: number, options?: { readonly batch?: number; readonly signal?: AbortSignal }): Promise<number>;
  /**
   * The site's settings: the configuration without `UserConfig.Users`, at a cost that does not grow with the site; null
   * if the site has written none. Cached in `adminConfig` (5 minutes). Throws `unavailable`.
   */
  getSiteSettings(): Promise<AdminConfig | null>;
  /** Pings both servers, and asks whether MySQL takes writes. Never throws. */
  health(): Promise<Health>;
}

export type HybridStorage = IStorage & HybridExtras;

const retry = 5_000;

/** Opens a hybrid storage; connects in the background. See `createStorage`. */
export function hybridStorage(config: HybridConfig): HybridStorage {
  const site = new Site({ mysql: config.mysql, redis: config.redis });
  const { cache } = site;
  const batches = new PlayBatches(site, config.statistics);
  const replicas = new Replicas(
    site.db,
    config.replicas ?? [],
    config.lagBound === undefined ? {} : { lagBound: config.lagBound },
  );
  const plays = playMethods(site, cache);
  const users = userMethods(site, cache);
  const stats = statsMethods(site, cache, batches, plays, replicas);
  const closing = new AbortController();
  let again: NodeJS.Timeout | null = null;

  const begin = async (): Promise<void> => {
    await site.has('console');
    if (!closing.signal.aborted && config.warmUsers !== 0)
      await warmUp(site, { ...stats, ...users }, config.warmUsers ?? 200, closing.signal);
  };
  // A storage that starts before its database continues its start once the database is there.
  const keepBeginning = (): void => {
    void begin().catch(() => {
      if (closing.signal.aborted) return;
      again = setTimeout(keepBeginning, retry);
      again.unref();
    });
  };
  keepBeginning();

  return {
    ...plays,
    ...favoriteMethods(site, cache),
    ...users,
    ...searchMethods(site),
    ...configMethods(site, cache),
    ...skipMethods(site, cache, replicas),
    ...cardMethods(site, cache),
    ...pointMethods(site, cache),
    ...invitationMethods(site, cache),
    ...stats,
    ...sessionMethods(site, cache),
    ...siteCacheMethods(site),

    clearAllData: () => clearAllData(site, cache),

    async ready() {
      await site.db.version();
      await site.has('console');
      await cache.ready();
    },
    flushStatistics: () => batches.flush(),
    async rebuildStatistics(options) {
      await batches.flush();
      return rebuildStatistics(site, options);
    },
    pruneOldPlays: (days, options) => pruneOldPlays(site, cache, days, options),

    async health() {
      // Does not wait for silent servers; a later result or error is ignored.
      const within = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
        Promise.race([work.catch(() => otherwise), wait(3_000, otherwise, { ref: false })]);
      const writes = writesWithheld(site.db, AbortSignal.timeout(2_900)).then((why) => why === null);
      const [mysqlWrites, refused] = await Promise.all([
        within<boolean | null>(writes, null),
        site.redisUp ? within(cache.refused(), null) : Promise.resolve(null),
      ]);
      const timestamp = new Date().toISOString();
      return {
        mysql: mysqlWrites !== null,
        mysqlWrites: mysqlWrites === true,
        redis: refused?.length === 0,
        redisRefuses: (refused ?? []).map(({ command, words }) => `${command}: ${words}`),
        replicas: replicas.lags,
        waitingPlays: batches.waiting,
        timestamp,
      };
    },

    async close() {
      closing.abort();
      if (again !== null) clearTimeout(again);
      const sent = batches.close();
      // Does not wait for a silent server: without connections the plays fail at once.
      const late = wait(1_500, undefined, { ref: false });
      await Promise.race([sent.catch(() => undefined), late]);
      await Promise.all([replicas.close(), site.close()]);
      await sent;
    },
  };
}
