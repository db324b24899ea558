import { createPool, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions, type DatabaseConfig } from '../../electron/data/mysql/database.js';
import { sessionSetup } from '../../electron/data/mysql/session.js';
import { report } from './report.js';
import { alternate, type CacheBench, rounds, spread } from './storage-cache.js';
import { type Asked, loadHot, loadPlays, loadSummary, loadUser } from './storage-loads.js';

/**
 * The driver alone, as a site without this storage asks it: a pool of its own, of the same size and with the same options and session, and each
 * statement by the driver's own promise.
 */
function driverAlone(config: DatabaseConfig): Asked & { end(): Promise<void> } {
  const pool = createPool({ ...connectionOptions(config), connectionLimit: config.poolSize ?? 20 });
  pool.on('connection', (connection) => void connection.query(sessionSetup));
  const rows = async <Row>(sql: string, parameters: readonly string[] = []): Promise<Row[]> => {
    const [found] = await pool.query<RowDataPacket[]>(sql, [...parameters]);
    return found as Row[];
  };
  return { rows, prepared: rows, end: () => pool.end() };
}

/**
 * `storage.miss`: what a site's first page asks for, nothing of it cached, against the same SQL by the driver alone; and apart, its lightest and its commonest part,
 * where the round trip for the lease and the fill weigh most.
 */
export async function benchMiss(bench: CacheBench): Promise<void> {
  const { cache, db, names } = bench;
  const bare = driverAlone(bench.mysql);
  const user = (name: string, part: string): Promise<unknown> => cache.get('userInfo', part, () => loadUser(db, name));
  const plays = (name: string, part: string): Promise<unknown> =>
    cache.all('playRecords', part, () => loadPlays(db, name));
  const kinds = [
    {
      name: 'storage.miss',
      note: 'user, plays, hottest contents and summary',
      count: 200,
      load: (name: string): Promise<unknown> =>
        Promise.all([loadUser(bare, name), loadPlays(bare, name), loadHot(bare), loadSummary(bare)]),
      cached: (name: string, part: string): Promise<unknown> =>
        Promise.all([
          user(name, part),
          plays(name, part),
          cache.get('recentPlays', `hot ${part}`, () => loadHot(db)),
          cache.get('recentPlays', `summary ${part}`, () => loadSummary(db)),
        ]),
    },
    {
      name: 'storage.miss.user',
      note: 'a user',
      count: 500,
      load: (name: string) => loadUser(bare, name),
      cached: user,
    },
    {
      name: 'storage.miss.plays',
      note: 'a user’s plays',
      count: 500,
      load: (name: string) => loadPlays(bare, name),
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
  await bare.end();
}
