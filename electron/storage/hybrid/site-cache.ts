import { escapeGlob } from '../../data/redis/keys.js';
import { redisAway } from '../../data/redis/refusals.js';
import { removeKey, removeKeys } from '../../data/redis/remove.js';
import type { Site } from '../../data/site.js';
import type { IStorage } from '../types.js';
import { keysLike } from '../../data/redis/key-scan.js';

/** The Redis key of an entry of the site's own cache. */
export const siteCacheKey = (site: Site, key: string): string => `${site.keys.prefix}cache:${key}`;

type SiteCacheMethods = Pick<IStorage, 'getCache' | 'setCache' | 'deleteCache' | 'clearExpiredCache'>;

/**
 * The site's own cache (`cache:{key}`): only in Redis, as JSON, with the expiry that the site gives. Without Redis it
 * is empty and stores nothing, as a cache may. A deletion that cannot be done is refused (`unavailable`), as is
 * everything after `close`.
 */
export function siteCacheMethods(site: Site): SiteCacheMethods {
  return {
    async getCache(key) {
      await site.redisAsked();
      if (!site.redisUp) return null;
      const text = await site.redis.get(siteCacheKey(site, key)).catch(async () => {
        await site.redisAsked();
        return null;
      });
      return text === null ? null : parsed(text);
    },

    async setCache(key, data, expireSeconds) {
      // A value that JSON cannot express (undefined) counts as absent.
      const text: string | undefined = JSON.stringify(data);
      await site.redisAsked();
      if (!site.redisUp || text === undefined) return;
      const name = siteCacheKey(site, key);
      const seconds = Math.ceil(expireSeconds ?? 0);
      const done = seconds > 0 ? site.redis.set(name, text, 'EX', seconds) : site.redis.set(name, text);
      await done.catch(() => undefined);
    },

    async deleteCache(key) {
      await site.redisAsked();
      try {
        await removeKey(site.redis, siteCacheKey(site, key));
      } catch (error) {
        throw redisAway(error);
      }
    },

    async clearExpiredCache(prefix = '') {
      await site.redisAsked();
      try {
        const pattern = `${escapeGlob(siteCacheKey(site, prefix))}*`;
        for await (const names of keysLike(site.redis, pattern)) await removeKeys(site.redis, names);
      } catch (error) {
        throw redisAway(error);
      }
    },
  };
}

/** Text that is not JSON was written by another program, and is returned as it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
