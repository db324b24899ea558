import { removeKeys } from '../../data/redis/remove.js';
import type { Site } from '../../data/site.js';

/**
 * Deletes the strings in which the seed's code keeps plays: `…:play_records:{key}` and `…:play_records:all`. Only sites in the middle of a
 * change of version have them, and they run out within an hour: nothing waits for this, nothing is retried.
 */
export function dropOldPlayKeys(site: Site, username: string, contentKeys: readonly string[]): void {
  if (!site.redisUp) return;
  const hash = site.keys.of('playRecords', username);
  const names = ['all', ...contentKeys.slice(0, 100)].map((part) => `${hash}:${part}`);
  void removeKeys(site.redis, names).catch(() => undefined);
}
