import { startGuard } from '../../build/lib/guard.mjs';
import { startRedis } from '../sandbox/index.js';
import { benchSite } from './site.js';
import { benchHit, benchStampede } from './storage-cache.js';
import { benchEncoder } from './storage-encoder.js';
import { benchMiss } from './storage-miss.js';
import { benchRivals } from './storage-rivals.js';
import { openCache } from '../storage/cache/support.js';

/** `npm run bench -- storage`: the cache against the bare servers, and against two libraries for the same job. */
export async function run(engine: 'mariadb' | 'mysql'): Promise<void> {
  const site = await benchSite(engine, 2_000);
  const guard = startGuard();
  // A cache needs no append-only file.
  const server = await startRedis({ guard, settings: { appendonly: 'no' } });
  const redis = server.endpoint;
  const mysql = { ...site.config.mysql, poolSize: 16 };
  const ours = await openCache({ mysql, redis, prefix: 'bench:' });
  try {
    const people = await ours.db.rows<{ username: string }>(
      'SELECT username FROM play_records GROUP BY username ORDER BY COUNT(*) DESC LIMIT 500',
    );
    const bench = { ...ours, mysql, redisConfig: redis, names: people.map(({ username }) => username) };
    await benchHit(bench);
    await benchMiss(bench);
    await benchStampede(bench);
    await benchEncoder(bench);
    await benchRivals(bench);
  } finally {
    await ours.close();
    await server.kill();
    await guard.close();
    await site.stop();
  }
}
