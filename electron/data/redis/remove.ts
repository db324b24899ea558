import type { RedisClient } from '../cache/commands.js';
import { isReply } from './errors.js';

/** The two commands that delete a key; UNLINK spares the server the wait for large ones. */
const otherWay = { unlink: 'del', del: 'unlink' } as const;

/** Which of them a client's server and account are known to take, where it is not UNLINK. */
const ways = new WeakMap<RedisClient, keyof typeof otherWay>();

/** Keys under way at once. */
const perBatch = 500;

/**
 * Deletes keys, by UNLINK or, where that is unknown to the server or forbidden to the account, by DEL. One command each, so that a cluster never
 * sees keys of two slots together. `removed` hears how many existed, as it becomes known. Throws what Redis throws; some keys may be gone then.
 */
export async function removeKeys(
  redis: RedisClient,
  names: readonly string[],
  removed: (count: number) => void = nobodyCounts,
): Promise<void> {
  for (let at = 0; at < names.length; at += perBatch)
    await Promise.all(names.slice(at, at + perBatch).map(async (name) => removed(await removeKey(redis, name))));
}

function nobodyCounts(): void {
  // How many left is of no interest.
}

/** Deletes one key as `removeKeys` does. Answers 1 if it existed, else 0. */
export async function removeKey(redis: RedisClient, name: string): Promise<number> {
  const way = ways.get(redis) ?? 'unlink';
  try {
    return await redis[way](name);
  } catch (error) {
    if (!isCommandRefused(error)) throw error;
    const other = otherWay[way];
    const removed = await redis[other](name);
    ways.set(redis, other);
    return removed;
  }
}

/** Renamed away, switched off by a host, or not granted to the account. */
export function isCommandRefused(error: unknown): boolean {
  return isReply(error) && /^NOPERM|unknown command/i.test(error.message);
}
