import type { RedisClient } from '../cache/commands.js';
import type { Keys } from './keys.js';
import { isCommandRefused, removeKey, removeKeys } from './remove.js';

/** How many sessions a user has now; stale members of the index do not count. */
export async function countSessions(redis: RedisClient, keys: Keys, username: string): Promise<number> {
  const ids = await redis.smembers(keys.of('userSessions', username));
  if (ids.length === 0) return 0;
  // One by one: they may be on different nodes of a cluster.
  const found = await Promise.all(ids.map((id) => redis.exists(keys.of('session', id))));
  return found.reduce((sum, count) => sum + count, 0);
}

/**
 * Ends every session of these users, found by the per-user index, and removes them from it. A session opened at the
 * same time stays listed, so that it can be ended later. `ended` is called with how many sessions existed, as that
 * becomes known, even if Redis refuses others. Safe to repeat.
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

/**
 * The members of an index; null for a key that is not a set (written by another program or an older site), which names
 * no sessions.
 */
async function membersOf(redis: RedisClient, index: string): Promise<readonly string[] | null> {
  try {
    return await redis.smembers(index);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return null;
    throw error;
  }
}

/**
 * Redis deletes an index without members; a key that is not a set is deleted, and so is one whose members cannot be
 * removed one by one.
 */
async function unlist(redis: RedisClient, index: string, ids: readonly string[] | null): Promise<void> {
  if (ids !== null) {
    try {
      // Also for an empty list: only a write shows whether this is a replica, whose master may list sessions by now.
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
