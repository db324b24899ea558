import { Redis } from 'ioredis';
import type { Opened } from '../storage/cache-support.js';
import { median, report, timed } from './report.js';

export interface CacheBench extends Opened {
  readonly redisConfig: { readonly host: string; readonly port: number };
  /** Those who watched most first. */
  readonly names: readonly string[];
}

const rounds = 9;

/** `count` pieces of work, `workers` at a time. */
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

/** Both kinds of work in turn, which goes first by turns too. Answers the median operations a second of each. */
export async function alternate(
  count: number,
  ours: () => Promise<void>,
  reference: () => Promise<void>,
): Promise<{ ours: number; reference: number }> {
  const speeds: { ours: number[]; reference: number[] } = { ours: [], reference: [] };
  await ours();
  await reference();
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
    for (const which of order) {
      speeds[which].push(count / ((await timed(which === 'ours' ? ours : reference)) / 1_000));
    }
  }
  return { ours: median(speeds.ours), reference: median(speeds.reference) };
}

/** What a user's page asks of MySQL. */
export async function loadUser({ db }: Pick<Opened, 'db'>, name: string): Promise<Record<string, unknown> | null> {
  const [row] = await db.rows<Record<string, unknown>>(
    `SELECT u.username, u.role, u.banned, u.tags, u.enabled_apis, u.oidc_sub, u.tvbox_token, u.show_adult_content, u.created_at,
       c.key_hash, c.expires_at FROM users u LEFT JOIN card_keys c ON c.bound_to = u.username WHERE u.username = ? LIMIT 1`,
    [name],
  );
  return row ?? null;
}

/** What a person's list of plays asks of MySQL. */
export async function loadPlays(
  { db }: Pick<Opened, 'db'>,
  name: string,
): Promise<Record<string, Record<string, unknown>>> {
  const rows = await db.rows<Record<string, unknown>>('SELECT * FROM play_records WHERE username = ?', [name]);
  return Object.fromEntries(rows.map((row) => [`${String(row['source'])}+${String(row['content_id'])}`, row]));
}

/** `storage.hit`: a cached user against GET and JSON.parse. */
export async function benchHit(bench: CacheBench): Promise<void> {
  const { cache, keys, names, redisConfig } = bench;
  const bare = new Redis(redisConfig.port, redisConfig.host);
  const name = (index: number): string => names[index % names.length] ?? '';
  await spread(names.length, 8, (index) => cache.get('userInfo', name(index), () => loadUser(bench, name(index))));
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

/** `storage.miss`: a user's plays, not cached, against the SQL alone. */
export async function benchMiss(bench: CacheBench): Promise<void> {
  const { cache, names } = bench;
  const few = names.slice(0, 300);
  const plays: number[] = [];
  let fresh = 0;
  for (const [workers, suffix] of [
    [8, ''],
    [1, '.alone'],
  ] as const) {
    const { ours, reference } = await alternate(
      few.length,
      () => {
        fresh += 1;
        // Names that no one has asked for: what is loaded are the same people's plays.
        return spread(few.length, workers, async (index) => {
          const name = few[index] ?? '';
          const found = await cache.all('playRecords', `${name} ${String(fresh)}`, () => loadPlays(bench, name));
          plays.push(Object.keys(found).length);
        });
      },
      () => spread(few.length, workers, (index) => loadPlays(bench, few[index] ?? '')),
    );
    report({
      name: `storage.miss${suffix}`,
      ours,
      reference,
      unit: 'reads/s',
      better: 'higher',
      note: `plays of a user (${String(median(plays))} of them), ${String(rounds)} rounds, ${String(workers)} at a time`,
    });
  }
}

/** `storage.stampede`: queries sent for 1,000 reads of one missing key at once. */
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
          return loadUser(bench, name);
        }),
      ),
    );
    queries.push(asked);
  }
  report({ name: 'storage.stampede', ours: Math.max(...queries), reference: 1, unit: 'queries', better: 'lower' });
}
