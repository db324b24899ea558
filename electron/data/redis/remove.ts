import type { RedisClient } from '../cache/commands.js';
import { isReply } from './errors.js';

/** The two commands that delete a key; UNLINK does not block the server for large ones. */
const otherWay = { unlink: 'del', del: 'unlink' } as const;

/** The command that a client's server and account accept, if it is not UNLINK. */
const ways = new WeakMap<RedisClient, keyof typeof otherWay>();

/** Keys in progress at once. */
const perBatch = 500;

/**
 * Deletes keys with UNLINK, or with DEL if the server does not know UNLINK or the account may not use it. One command
 * per key, so that a cluster never sees keys of two slots together. `removed` is called with how many existed, as that
 * becomes known. Throws what Redis throws; some keys may be deleted then.
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
  // The number of the rest does not matter.
}

/** Deletes one key as `removeKeys` does. Returns 1 if it existed, else 0. */
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

/** Renamed, disabled by a host, or not granted to the account. */
export function isCommandRefused(error: unknown): boolean {
  return isReply(error) && /^NOPERM|unknown command/i.test(error.message);
}
