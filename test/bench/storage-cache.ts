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

/** What the page of hot contents asks of MySQL. */
function loadHot({ db }: Pick<Opened, 'db'>): Promise<Record<string, unknown>[]> {
  return db.rows<Record<string, unknown>>(
    `SELECT source, content_id, title, source_name, cover, year, play_count, total_watch_time, unique_users, last_played_at
       FROM content_stats ORDER BY play_count DESC, id LIMIT 100`,
  );
}

/** What the summary of plays asks of MySQL. */
async function loadSummary({ db }: Pick<Opened, 'db'>): Promise<Record<string, unknown>> {
  const [users] = await db.rows('SELECT COUNT(*) AS total FROM users');
  const [sums] = await db.rows(
    'SELECT SUM(total_plays) AS plays, SUM(total_watch_time) AS watch FROM play_stats_daily',
  );
  const daily = await db.rows(
    'SELECT stat_date, total_plays, total_watch_time, unique_users FROM play_stats_daily WHERE total_plays > 0 ORDER BY stat_date DESC LIMIT 30',
  );
  return { users, sums, daily };
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

/**
 * `storage.miss`: what a site's first page asks for, nothing of it cached, against the SQL alone; and apart, its lightest and its commonest part,
 * where the round trip for the lease and the fill weigh most.
 */
export async function benchMiss(bench: CacheBench): Promise<void> {
  const { cache, names } = bench;
  const user = (name: string, part: string): Promise<unknown> =>
    cache.get('userInfo', part, () => loadUser(bench, name));
  const plays = (name: string, part: string): Promise<unknown> =>
    cache.all('playRecords', part, () => loadPlays(bench, name));
  const kinds = [
    {
      name: 'storage.miss',
      note: 'user, plays, hottest contents and summary',
      count: 200,
      load: (name: string): Promise<unknown> =>
        Promise.all([loadUser(bench, name), loadPlays(bench, name), loadHot(bench), loadSummary(bench)]),
      cached: (name: string, part: string): Promise<unknown> =>
        Promise.all([
          user(name, part),
          plays(name, part),
          cache.get('recentPlays', `hot ${part}`, () => loadHot(bench)),
          cache.get('recentPlays', `summary ${part}`, () => loadSummary(bench)),
        ]),
    },
    {
      name: 'storage.miss.user',
      note: 'a user',
      count: 500,
      load: (name: string) => loadUser(bench, name),
      cached: user,
    },
    {
      name: 'storage.miss.plays',
      note: 'a user’s plays',
      count: 500,
      load: (name: string) => loadPlays(bench, name),
      cached: plays,
    },
  ];
  let fresh = 0;
  for (const { name, note, count, load, cached } of kinds) {
    const speeds = await alternate(
      count,
      () => {
        fresh += 1;
        // Names that no one has asked for: what is loaded is the same people's.
        return spread(count, 8, (index) => cached(names[index] ?? '', `${names[index] ?? ''} ${String(fresh)}`));
      },
      () => spread(count, 8, (index) => load(names[index] ?? '')),
    );
    report({
      name,
      ...speeds,
      unit: 'reads/s',
      better: 'higher',
      note: `${note}; ${String(rounds)} rounds, 8 at a time`,
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
