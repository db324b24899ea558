import { openRedis } from '../../electron/data/redis/client.js';
import { startReplicas, until } from '../sandbox/redis-replicas.js';
import { type Opened, openCache } from '../storage/cache/support.js';
import { report } from './report.js';
import { benchSite } from './site.js';
import { alternate, rounds, spread } from './storage-cache.js';
import { loadUser } from './storage-loads.js';

/** `npm run bench -- clusters`: what safety across servers costs while nothing fails. */
export async function run(engine: 'mariadb' | 'mysql'): Promise<void> {
  const site = await benchSite(engine, 2_000);
  const redis = await startReplicas({ replicas: 1, sentinels: 1 });
  const opened: Opened[] = [];
  try {
    const { mysql } = site.config;
    const sentinels = { name: 'films', nodes: redis.sentinels };
    const open = async (prefix: string, fence: typeof mysql | null): Promise<Opened> => {
      const place = { host: 'nowhere.invalid', port: 1, prefix, sentinels };
      const one = await openCache({ mysql, redis: place, prefix, fence, client: openRedis(place) });
      opened.push(one);
      await until('the cache is read', async () => {
        await one.cache.ready();
        return one.cache.reading;
      });
      return one;
    };
    await benchFence(await open('fenced:', mysql), await open('unfenced:', null));
  } finally {
    await Promise.all(opened.map((one) => one.close()));
    await redis.stop();
    await site.stop();
  }
}

/** `clusters.fence.hit`: cached users with the fence against the same cache without it. */
async function benchFence(fenced: Opened, unfenced: Opened): Promise<void> {
  const people = await fenced.db.rows<{ username: string }>('SELECT username FROM users ORDER BY id LIMIT 500');
  const name = (index: number): string => people[index % people.length]?.username ?? '';
  for (const { cache, db } of [fenced, unfenced])
    await spread(people.length, 8, (index) => cache.get('userInfo', name(index), () => loadUser(db, name(index))));
  const never = (): Promise<never> => Promise.reject(new Error('a hit asked MySQL'));
  const count = 40_000;
  const hits = ({ cache }: Opened) => spread(count, 32, (index) => cache.get('userInfo', name(index), never));
  const speeds = await alternate(
    count,
    () => hits(fenced),
    () => hits(unfenced),
  );
  const note = `${String(rounds)} rounds, 32 at a time, without the fence as the reference`;
  report({ name: 'clusters.fence.hit', ...speeds, unit: 'reads/s', better: 'higher', note });
}
