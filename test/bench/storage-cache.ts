import { Redis } from 'ioredis';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import type { Opened } from '../storage/cache/support.js';
import { median, report, timed } from './report.js';
import { loadUser } from './storage-loads.js';

export interface CacheBench extends Opened {
  readonly mysql: DatabaseConfig;
  readonly redisConfig: { readonly host: string; readonly port: number };
  /** Users who watched most, first. */
  readonly names: readonly string[];
}

export const rounds = 9;

/** `count` operations, `workers` at a time. */
export async function spread(count: number, workers: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (next < count) {
        const index = next;
        next += 1;
        await work(index);
      }
    }),
  );
}

/** Both kinds of work in turn; the one that goes first alternates. Returns the median operations per second of each. */
export function alternate(
  count: number,
  ours: () => Promise<void>,
  reference: () => Promise<void>,
): Promise<{ ours: number; reference: number }> {
  return takeTurns(count, { ours, reference });
}

/** All kinds of work in turn, each round beginning with another. Returns the median operations per second of each. */
export async function takeTurns<Name extends string>(
  count: number,
  kinds: Readonly<Record<Name, () => Promise<void>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(kinds) as Name[];
  const speeds = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  for (const name of names) await kinds[name]();
  for (let round = 0; round < rounds; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)])
      speeds[name].push(count / ((await timed(kinds[name])) / 1_000));
  }
  return Object.fromEntries(names.map((name) => [name, median(speeds[name])])) as Record<Name, number>;
}

/** `storage.hit`: a cached user against GET and JSON.parse. */
export async function benchHit(bench: CacheBench): Promise<void> {
  const { cache, keys, names, redisConfig } = bench;
  const bare = new Redis(redisConfig.port, redisConfig.host);
  const name = (index: number): string => names[index % names.length] ?? '';
  await spread(names.length, 8, (index) => cache.get('userInfo', name(index), () => loadUser(bench.db, name(index))));
  const never = (): Promise<never> => Promise.reject(new Error('a hit asked MySQL'));
  const count = 40_000;
  const speeds = await alternate(
    count,
    () => spread(count, 32, (index) => cache.get('userInfo', name(index), never)),
    () =>
      spread(
        count,
        32,
        async (index) => JSON.parse((await bare.get(keys.of('userInfo', name(index)))) ?? '') as unknown,
      ),
  );
  bare.disconnect();
  report({
    name: 'storage.hit',
    ...speeds,
    unit: 'reads/s',
    better: 'higher',
    note: `${String(rounds)} rounds, 32 at a time`,
  });
}

/** `storage.stampede`: queries sent for 1,000 concurrent reads of one missing key. */
export async function benchStampede(bench: CacheBench): Promise<void> {
  const { cache, keys, names, redis } = bench;
  const queries: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = names[round] ?? '';
    await redis.unlink(keys.of('userInfo', name));
    let asked = 0;
    await Promise.all(
      Array.from({ length: 1_000 }, () =>
        cache.get('userInfo', name, () => {
          asked += 1;
          return loadUser(bench.db, name);
        }),
      ),
    );
    queries.push(asked);
  }
  report({ name: 'storage.stampede', ours: Math.max(...queries), reference: 1, unit: 'queries', better: 'lower' });
}
