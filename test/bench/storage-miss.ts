import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { createPool, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions, type DatabaseConfig } from '../../electron/data/mysql/database.js';
import { sessionSetup } from '../../electron/data/mysql/session.js';
import { report } from './report.js';
import { type CacheBench, rounds, spread, takeTurns } from './storage-cache.js';
import { type Asked, loadHot, loadPlays, loadSummary, loadUser } from './storage-loads.js';

/** Seconds that a site's own cache keeps a value. */
const ttl = 3_600;

/** One way to get a value that may be cached under `key`. */
type Through = <T>(key: string, load: () => Promise<T>) => Promise<T>;

/**
 * Only the driver, as a site without this storage uses it: its own pool, of the same size and with the same options and
 * session, and each statement with the driver's own promise.
 */
function driverAlone({ poolSize = 20, ...config }: DatabaseConfig): Asked & { end(): Promise<void> } {
  const pool = createPool({ ...connectionOptions(config), connectionLimit: poolSize });
  pool.on('connection', (connection) => void connection.query(sessionSetup));
  const rows = async <Row>(sql: string, parameters: readonly string[] = []): Promise<Row[]> => {
    const [found] = await pool.query<RowDataPacket[]>(sql, [...parameters]);
    return found as Row[];
  };
  return { rows, prepared: rows, end: () => pool.end() };
}

/**
 * What a site would write by hand: GET, then SQL if the key is missing, then SET; with `wait` it waits for SET's answer
 * too.
 */
function byHand(redis: Redis, wait: boolean): Through {
  return async (key, load) => {
    const text = await redis.get(key);
    if (text !== null) return JSON.parse(text) as never;
    const value = await load();
    const set = redis.set(key, JSON.stringify(value), 'EX', ttl);
    if (wait) await set;
    else set.catch(() => undefined);
    return value;
  };
}

/**
 * `storage.miss`: the queries of a site's first page, uncached; and separately, its lightest and its most common one,
 * where the round trips for the lease and the fill weigh most. The reference is handwritten code, which does not wait
 * for its SET, as ours does not wait for its fill. `….waited` is against one that waits, `….sql` against the same SQL
 * with only the driver, `….bentocache` against that library with Redis as its only layer.
 */
export async function benchMiss(bench: CacheBench): Promise<void> {
  const { cache, db, names, redisConfig } = bench;
  const bare = driverAlone(bench.mysql);
  const own = new Redis(redisConfig.port, redisConfig.host);
  const others = new Redis(redisConfig.port, redisConfig.host);
  const bento = new BentoCache({
    default: 'pages',
    stores: { pages: bentostore().useL2Layer(redisDriver({ connection: others })) },
  });
  const [hand, waited] = [byHand(own, false), byHand(own, true)];
  const library: Through = (key, factory) => bento.getOrSet({ key, ttl: ttl * 1_000, factory });
  const uncached: Through = (_, load) => load();

  const user = (name: string, part: string): Promise<unknown> => cache.get('userInfo', part, () => loadUser(db, name));
  const plays = (name: string, part: string): Promise<unknown> =>
    cache.all('playRecords', part, () => loadPlays(db, name));
  const userBy = (through: Through, name: string, part: string): Promise<unknown> =>
    through(`user ${part}`, () => loadUser(bare, name));
  const playsBy = (through: Through, name: string, part: string): Promise<unknown> =>
    through(`plays ${part}`, () => loadPlays(bare, name));
  const kinds = [
    {
      name: 'storage.miss',
      note: 'user, plays, hottest contents and summary',
      count: 200,
      ours: (name: string, part: string): Promise<unknown> =>
        Promise.all([
          user(name, part),
          plays(name, part),
          cache.get('recentPlays', `hot ${part}`, () => loadHot(db)),
          cache.get('recentPlays', `summary ${part}`, () => loadSummary(db)),
        ]),
      by: (through: Through, name: string, part: string): Promise<unknown> =>
        Promise.all([
          userBy(through, name, part),
          playsBy(through, name, part),
          through(`hot ${part}`, () => loadHot(bare)),
          through(`summary ${part}`, () => loadSummary(bare)),
        ]),
    },
    { name: 'storage.miss.user', note: 'a user', count: 500, ours: user, by: userBy },
    { name: 'storage.miss.plays', note: 'a user’s plays', count: 500, ours: plays, by: playsBy },
  ];
  let fresh = 0;
  for (const { name, note, count, ours, by } of kinds) {
    const eight = (read: (name: string, part: string) => Promise<unknown>) => (): Promise<void> => {
      fresh += 1;
      // Unused names for the keys: the loaded data is the same users'.
      return spread(count, 8, (index) => read(names[index] ?? '', `${names[index] ?? ''} ${String(fresh)}`));
    };
    const speeds = await takeTurns(count, {
      ours: eight(ours),
      hand: eight((...who) => by(hand, ...who)),
      waited: eight((...who) => by(waited, ...who)),
      sql: eight((...who) => by(uncached, ...who)),
      bentocache: eight((...who) => by(library, ...who)),
    });
    const tell = (end: string, reference: number, words: string): void =>
      report({
        name: `${name}${end}`,
        ours: speeds.ours,
        reference,
        unit: 'reads/s',
        better: 'higher',
        note: `${note}; ${words}; ${String(rounds)} rounds, 8 at a time`,
      });
    tell('', speeds.hand, 'by hand: GET, SQL, SET not waited for');
    tell('.waited', speeds.waited, 'by hand, the SET waited for');
    tell('.sql', speeds.sql, 'the SQL alone');
    tell('.bentocache', speeds.bentocache, 'bentocache');
  }
  await bento.disconnectAll();
  own.disconnect();
  await bare.end();
}
