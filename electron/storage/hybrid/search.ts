import { keyFamilies } from '../../data/redis/keys.js';
import { redisAway } from '../../data/redis/refusals.js';
import { removeKey } from '../../data/redis/remove.js';
import type { Site } from '../../data/site.js';
import type { IStorage } from '../types.js';
import { neededName, storedName } from './owner-names.js';

/** Length of a user's search history. */
export const mostSearches = 20;

type SearchMethods = Pick<IStorage, 'getSearchHistory' | 'addSearchHistory' | 'deleteSearchHistory'>;

/**
 * Search history: only in Redis (`user:{u}:search_history`, seven days after the last search). Without Redis, reads
 * return an empty list and a search is not recorded, so that viewers can still search. But a deletion that cannot be
 * done is refused (`unavailable`), because the user relies on it.
 */
export function searchMethods(site: Site): SearchMethods {
  return {
    async getSearchHistory(userName) {
      const username = await storedName(site, userName);
      await site.redisAsked();
      if (username === null || !site.redisUp) return [];
      return site.redis.lrange(site.keys.of('searchHistory', username), 0, mostSearches - 1).catch(() => []);
    },

    async addSearchHistory(userName, keyword) {
      if (keyword === '') return;
      const username = await neededName(site, userName);
      await site.redisAsked();
      if (!site.redisUp) return;
      const key = site.keys.of('searchHistory', username);
      // One transaction, so that of two concurrent searches none is lost, doubled, or left without an expiry. Not a
      // script, which a host may forbid.
      await site.redis
        .multi()
        .lrem(key, 0, keyword)
        .lpush(key, keyword)
        .ltrim(key, 0, mostSearches - 1)
        .expire(key, keyFamilies.searchHistory.ttl)
        .exec()
        .catch(() => undefined);
    },

    async deleteSearchHistory(userName, keyword) {
      const username = await storedName(site, userName);
      if (username === null) return;
      await site.redisAsked();
      const key = site.keys.of('searchHistory', username);
      try {
        // An empty keyword means all of them, as in the site's own storage.
        if (keyword === undefined || keyword === '') await removeKey(site.redis, key);
        else await site.redis.lrem(key, 0, keyword);
      } catch (error) {
        throw redisAway(error);
      }
    },
  };
}
