import { isDeepStrictEqual } from 'node:util';
import type { Redis } from 'ioredis';
import type { Keys } from '../../../electron/data/redis/keys.js';
import type { IStorage } from '../../../electron/storage/types.js';

/** What is compared: everything that is cached of the site. */
export interface Scope {
  readonly users: readonly string[];
  readonly hashes: readonly string[];
}

type Ask = readonly [name: string, ask: (storage: IStorage) => Promise<unknown>];

function questions({ users, hashes }: Scope): Ask[] {
  return [
    ...users.flatMap((user): Ask[] => [
      [`info ${user}`, (storage) => storage.getUserInfoV2(user)],
      [`points ${user}`, (storage) => storage.getUserPoints(user)],
      [`plays ${user}`, (storage) => storage.getAllPlayRecords(user)],
      [`favourites ${user}`, (storage) => storage.getAllFavorites(user)],
      [`stat ${user}`, (storage) => storage.getUserPlayStat(user)],
    ]),
    ...hashes.map((hash): Ask => [`card ${hash}`, (storage) => storage.getCardKey(hash)]),
    ['config', (storage) => storage.getAdminConfig()],
  ];
}

/** Results of a storage with a warm cache that differ from those of one without a cache. */
export async function staleReads(cached: IStorage, truth: IStorage, scope: Scope): Promise<string[]> {
  const stale: string[] = [];
  for (const [name, ask] of questions(scope)) {
    const [seen, true_] = await Promise.all([ask(cached), ask(truth)]);
    if (!isDeepStrictEqual(seen, true_)) stale.push(name);
  }
  return stale;
}

/**
 * Values in Redis that differ from the truth; a key that is missing, or marked as blocked, counts as empty. Checked
 * before any read: what a reader would get, not what a reader has corrected.
 */
export async function staleValues(redis: Redis, keys: Keys, truth: IStorage, { users }: Scope): Promise<string[]> {
  const stale: string[] = [];
  for (const user of users) {
    const [plays, favorites, points] = await Promise.all([
      redis.hgetall(keys.of('playRecords', user)),
      redis.hgetall(keys.of('favorites', user)),
      redis.get(keys.of('userPoints', user)),
    ]);
    const hashes = [
      ['plays', plays, await truth.getAllPlayRecords(user)],
      ['favourites', favorites, await truth.getAllFavorites(user)],
    ] as const;
    for (const [name, fields, wanted] of hashes) {
      const mark = fields['~'] ?? '';
      if (Object.keys(fields).length === 0 || (mark !== '' && mark !== '~N')) continue;
      const values = Object.entries(fields).filter(([field]) => field !== '~');
      const seen = Object.fromEntries(values.map(([field, text]) => [field, JSON.parse(text) as unknown]));
      if (!isDeepStrictEqual(seen, { ...wanted })) stale.push(`${name} ${user}`);
    }
    if (points === null || points.startsWith('~')) continue;
    if (!isDeepStrictEqual(JSON.parse(points), await truth.getUserPoints(user))) stale.push(`points ${user}`);
  }
  return stale;
}
