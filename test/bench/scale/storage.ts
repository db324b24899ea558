import { type HybridStorage, hybridStorage } from '../../../electron/storage/hybrid.js';
import type { ScaleSite } from './site.js';

/** The storage that a site imports, with all of its connections open. */
export async function openStorage({ config }: Pick<ScaleSite, 'config'>): Promise<HybridStorage> {
  const storage = hybridStorage({ engine: 'hybrid', mysql: config.mysql, redis: config.redis, warmUsers: 0 });
  await storage.ready();
  await Promise.all(Array.from({ length: config.mysql.poolSize ?? 20 }, () => storage.checkUserExist('moonowner')));
  return storage;
}
