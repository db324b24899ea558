import type { DatabaseConfig } from '../../../electron/data/mysql/database.js';
import { openRedis, type RedisConfig } from '../../../electron/data/redis/client.js';
import { bump, numberLoader, type Opened, openCache, type Opening } from '../cache/support.js';

/** A process of a site, with its cache on the servers that a failover moves. */
export async function openProcess(
  mysql: DatabaseConfig,
  redis: RedisConfig,
  more: Pick<Opening, 'idle' | 'fence' | 'client'> = {},
): Promise<Opened> {
  return openCache({
    mysql,
    redis,
    prefix: redis.prefix ?? '',
    client: more.client ?? openRedis(redis),
    // A read that is too slow in Redis would be answered by MySQL, and could not be stale.
    timeoutMs: 2_000,
    ...more,
  });
}

/** What a cached read answers for this name; 0 for what is not there. */
export async function readNumber({ cache, db }: Opened, name: string): Promise<number> {
  return (await cache.get<{ n: number }>('userInfo', name, numberLoader(db, name).load))?.n ?? 0;
}

export interface Watch {
  /** Adds one, and from the acknowledgement on nothing older may be read. */
  write(by: Opened): Promise<void>;
  /** Reads by these until `ms` milliseconds are over, and notes what was too old. */
  read(by: readonly Opened[], ms: number): Promise<void>;
  /** The same, until this work is done. */
  readDuring(by: readonly Opened[], work: Promise<unknown>): Promise<void>;
  /** All reads, and those that were older than the last acknowledged write before they began. */
  readonly reads: number;
  readonly stale: readonly string[];
}

/** Watches one number through a failover. */
export function watchNumber(name: string): Watch {
  let acknowledged = 0;
  let reads = 0;
  const stale: string[] = [];
  const readUntil = async (by: readonly Opened[], over: () => boolean): Promise<void> => {
    do {
      for (const [at, one] of by.entries()) {
        const least = acknowledged;
        const n = await readNumber(one, name);
        reads += 1;
        if (n < least) stale.push(`process ${String(at)} read ${String(n)} after ${String(least)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    } while (!over());
  };
  return {
    async write(by) {
      const n = await bump(by, name);
      acknowledged = Math.max(acknowledged, n);
    },
    async read(by, ms) {
      const end = Date.now() + ms;
      await readUntil(by, () => Date.now() >= end);
    },
    async readDuring(by, work) {
      let over = false;
      const done = work.finally(() => {
        over = true;
      });
      await Promise.all([done, readUntil(by, () => over)]);
    },
    get reads() {
      return reads;
    },
    stale,
  };
}
