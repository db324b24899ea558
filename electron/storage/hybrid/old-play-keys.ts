import { removeKeys } from '../../data/redis/remove.js';
import type { Site } from '../../data/site.js';

/**
 * Deletes the strings in which the seed's code keeps plays: `…:play_records:{key}` and `…:play_records:all`. Only sites
 * in the middle of an upgrade have them, and they expire within an hour: this is neither awaited nor retried.
 */
export function dropOldPlayKeys(site: Site, username: string, contentKeys: readonly string[]): void {
  if (!site.redisUp) return;
  const hash = site.keys.of('playRecords', username);
  const names = ['all', ...contentKeys.slice(0, 100)].map((part) => `${hash}:${part}`);
  void removeKeys(site.redis, names).catch(() => undefined);
}
