import { openCache } from '../storage/cache/support.js';
import { report } from './report.js';
import { alternate, type CacheBench, rounds, spread } from './storage-cache.js';

/**
 * `storage.encoder.…`: our own way of sending the cache's commands against the driver's (`encoder: 'driver'`): hits of
 * a small value, fills of a text of 20 KB, and fills of a hash with 200 fields. Nothing asks MySQL.
 */
export async function benchEncoder({ mysql, redisConfig }: CacheBench): Promise<void> {
  const open = (encoder: 'own' | 'driver') =>
    openCache({ mysql, redis: { ...redisConfig, encoder }, prefix: `bench-${encoder}:` });
  const [own, driver] = [await open('own'), await open('driver')];
  const text = '量'.repeat(3_000) + 'x'.repeat(11_000);
  const fields = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`source+${String(at)}`, { at, title: '三体', total: 30, time: 1_200 }]),
  );
  const user = { id: 7, username: 'anna', role: 'user', banned: false, tags: ['vip'] };
  let fresh = 0;
  const part = (): string => `p${String((fresh += 1))}`;
  const never = (): Promise<never> => Promise.reject(new Error('a hit was loaded'));
  const kinds = [
    { name: 'hit', count: 40_000, work: ({ cache }: typeof own) => cache.get('userInfo', 'anna', never) },
    { name: 'fill', count: 300, work: ({ cache }: typeof own) => cache.get('userInfo', part(), async () => text) },
    { name: 'hash', count: 300, work: ({ cache }: typeof own) => cache.all('favorites', part(), async () => fields) },
  ] as const;
  try {
    for (const { cache } of [own, driver]) {
      await cache.get('userInfo', 'anna', async () => user);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const { name, count, work } of kinds) {
      const { ours, reference } = await alternate(
        count,
        () => spread(count, 32, () => work(own)),
        () => spread(count, 32, () => work(driver)),
      );
      const note = `${String(rounds)} rounds, 32 at a time, against ioredis' own encoder`;
      report({ name: `storage.encoder.${name}`, ours, reference, unit: 'reads/s', better: 'higher', note });
    }
  } finally {
    await Promise.all([own.close(), driver.close()]);
  }
}
