import { randomUUID } from 'node:crypto';
import { clearAllData } from '../../../electron/storage/hybrid/clear.js';
import { favoriteMethods } from '../../../electron/storage/hybrid/favorites.js';
import { playMethods } from '../../../electron/storage/hybrid/plays.js';
import { Replicas } from '../../../electron/storage/hybrid/replica.js';
import { pruneOldPlays } from '../../../electron/storage/hybrid/retention.js';
import { searchMethods } from '../../../electron/storage/hybrid/search.js';
import { siteCacheMethods } from '../../../electron/storage/hybrid/site-cache.js';
import { skipMethods } from '../../../electron/storage/hybrid/skips.js';
import { PlayBatches } from '../../../electron/storage/hybrid/stats-batch.js';
import { rebuildStatistics } from '../../../electron/domain/plays/statistics-rebuild.js';
import { statsMethods } from '../../../electron/storage/hybrid/stats.js';
import { Site } from '../../../electron/data/site.js';
import type { Favorite, PlayRecord, SkipConfig } from '../../../electron/storage/types.js';
import { migrate } from '../../operations/helpers.js';
import { createDatabase, redisEndpoint } from '../../sandbox/database.js';
import type { Engine } from '../../sandbox/types.js';
import { redisUp } from '../redis-up.js';

/** Names that break patterns, escapes and comparisons. */
export const awkward = ['a:b', 'st*r', '[x]', 'q?', "o'brien", '张三', 'back\\slash', '{brace}', '100%'];

/** One process of a site: its own connections, batches and memory. */
export function openParts(site: Site) {
  const batches = new PlayBatches(site, { every: 60_000 });
  const replicas = new Replicas(site.db, []);
  const plays = playMethods(site, site.cache);
  return {
    site,
    batches,
    ...plays,
    ...favoriteMethods(site, site.cache),
    ...searchMethods(site),
    ...skipMethods(site, site.cache, replicas),
    ...statsMethods(site, site.cache, batches, plays, replicas),
    ...siteCacheMethods(site),
    clearAllData: () => clearAllData(site, site.cache),
    rebuildStatistics: (options?: { readonly dryRun?: boolean }) => rebuildStatistics(site, options),
    pruneOldPlays: (days: number, options?: { readonly batch?: number }) =>
      pruneOldPlays(site, site.cache, days, options),
    close: async () => {
      await batches.close();
      await site.close();
    },
  };
}

export type Parts = ReturnType<typeof openParts>;

export interface TestParts extends Parts {
  /** Another process of the same site. */
  another(): Promise<Parts>;
  addUsers(...names: string[]): Promise<void>;
  /** Rows of a query, as the server has them. */
  sql<Row = Record<string, unknown>>(text: string, ...parameters: string[]): Promise<Row[]>;
  /** The Redis key with the prefix. */
  key(name: string): string;
}

/** The test's own migrated site with some users, and the parts of the hybrid storage that are tested here. */
export async function openTestParts(engine: Engine, ...names: string[]): Promise<TestParts> {
  const database = await createDatabase(engine);
  await migrate(database.config);
  const config = { mysql: database.config, redis: { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` } };
  const open = async (): Promise<Site> => {
    const site = await Site.open(config);
    await redisUp(site);
    return site;
  };
  const parts = openParts(await open());
  const others: Parts[] = [];
  const { db } = parts.site;
  const addUsers = async (...more: string[]): Promise<void> => {
    for (const name of more) await db.run("INSERT INTO users (username, password_hash) VALUES (?, 'x')", [name]);
  };
  await addUsers(...names);
  return {
    ...parts,
    addUsers,
    async another() {
      const other = openParts(await open());
      others.push(other);
      return other;
    },
    sql: (text, ...parameters) => db.rows(text, parameters),
    key: (name) => parts.site.keys.prefix + name,
    async close() {
      for (const other of others) await other.close();
      await parts.close();
      await database.drop();
    },
  };
}

const noon = Date.UTC(2026, 4, 1, 12);

export function play(changes: Partial<PlayRecord> = {}): PlayRecord {
  return {
    title: '繁花',
    source_name: '电影天堂',
    cover: 'https://example.org/c.jpg',
    year: '2023',
    index: 3,
    total_episodes: 30,
    play_time: 600,
    total_time: 2_700,
    save_time: noon,
    search_title: '繁花',
    ...changes,
  };
}

export function favorite(changes: Partial<Favorite> = {}): Favorite {
  return {
    source_name: '电影天堂',
    total_episodes: 30,
    title: '繁花',
    year: '2023',
    cover: 'https://example.org/c.jpg',
    save_time: noon,
    search_title: '繁花',
    ...changes,
  };
}

export function skip(source: string, id: string, changes: Partial<SkipConfig> = {}): SkipConfig {
  return {
    source,
    id,
    title: '繁花',
    segments: [{ start: 0, end: 90, type: 'opening', autoSkip: true }],
    updated_time: noon,
    ...changes,
  };
}
