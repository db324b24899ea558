import type { Site } from '../../data/site.js';
import type { IStorage } from '../types.js';
import { mostHot } from './stats.js';

/** The limits of a warm-up: users at the same time, and milliseconds in all. */
const together = 4;
const longest = 20_000;

/**
 * Fills Redis with the data that is read first (seed, section 7.2): the hot contents, the summary, and the information
 * of the `users` users who logged in last. Runs in the background, four at a time, for twenty seconds at most; what
 * fails is loaded by its first reader. Returns how many entries were requested. Never throws.
 */
export async function warmUp(
  site: Site,
  storage: Pick<IStorage, 'getContentStats' | 'getPlayStats' | 'getUserInfoV2'>,
  users: number,
  signal: AbortSignal,
): Promise<number> {
  const until = Date.now() + longest;
  let asked = 0;
  // Reads before the cache is open would not be kept.
  while (!site.cache.reading && !signal.aborted && Date.now() < until) {
    await site.cache.ready();
    await new Promise((resolve) => setTimeout(resolve, 50).unref());
  }
  const ask = async (work: () => Promise<unknown>): Promise<void> => {
    if (signal.aborted || Date.now() > until) return;
    await work().then(
      () => (asked += 1),
      () => undefined,
    );
  };
  await ask(() => storage.getContentStats(mostHot));
  await ask(() => storage.getPlayStats());
  const names = await lastSeen(site, users, signal).catch((): string[] => []);
  const left = names.values();
  await Promise.all(
    Array.from({ length: together }, async () => {
      for (const name of left) await ask(() => storage.getUserInfoV2(name));
    }),
  );
  return asked;
}

/** Sorted by the server; without R001's index this reads the whole table, so it gets two seconds. */
async function lastSeen(site: Site, users: number, signal: AbortSignal): Promise<string[]> {
  if (users === 0) return [];
  const rows = await site.db.rows<{ username: string }>(
    'SELECT username FROM user_login_stats WHERE last_login_at IS NOT NULL ORDER BY last_login_at DESC LIMIT ?',
    [users],
    AbortSignal.any([signal, AbortSignal.timeout(2_000)]),
  );
  return rows.map((row) => row.username);
}
