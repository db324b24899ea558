import type { RedisClient } from '../cache/commands.js';
import type { Keys } from './keys.js';
import { isCommandRefused, removeKey, removeKeys } from './remove.js';

/** How many sessions a user has now; stale members of the index do not count. */
export async function countSessions(redis: RedisClient, keys: Keys, username: string): Promise<number> {
  const ids = await redis.smembers(keys.of('userSessions', username));
  if (ids.length === 0) return 0;
  // One by one: they may lie on different nodes of a cluster.
  const found = await Promise.all(ids.map((id) => redis.exists(keys.of('session', id))));
  return found.reduce((sum, count) => sum + count, 0);
}

/**
 * Ends every session of these users, found by the per-user index, and takes them out of it: one that is opened at this very moment stays listed,
 * so that it can be ended later. `ended` hears how many sessions existed, as it becomes known, also where Redis refuses others. Safe to repeat.
 */
export async function endSessions(
  redis: RedisClient,
  keys: Keys,
  usernames: readonly string[],
  ended: (count: number) => void,
): Promise<void> {
  for (const batch of batches(usernames, 500)) {
    const indexes = batch.map((username) => keys.of('userSessions', username));
    const lists = await Promise.all(indexes.map((index) => membersOf(redis, index)));
    const sessions = lists.flatMap((ids) => ids ?? []).map((id) => keys.of('session', id));
    await removeKeys(redis, sessions, ended);
    await Promise.all(indexes.map((index, at) => unlist(redis, index, lists[at] ?? null)));
  }
}

/** What an index lists; null for a key that is no set by now (another program's, an older site's) and names no sessions. */
async function membersOf(redis: RedisClient, index: string): Promise<readonly string[] | null> {
  try {
    return await redis.smembers(index);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null;
    throw error;
  }
}

/** An index without members is none; one that is no set goes, and so does one of which no single member may be removed. */
async function unlist(redis: RedisClient, index: string, ids: readonly string[] | null): Promise<void> {
  if (ids !== null) {
    try {
      // Of one that lists nobody too: only a write tells that this is no replica, where others may stand by now.
      await redis.srem(index, '', ...ids);
      return;
    } catch (error) {
      if (!isCommandRefused(error)) throw error;
    }
  }
  await removeKey(redis, index);
}

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
