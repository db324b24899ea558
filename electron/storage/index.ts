/**
 * The storage that a site imports:
 *
 * ```ts
 * import { createStorage } from 'moondesk/storage';
 * const storage = createStorage();
 * await storage.setPlayRecord('alice', 'source+id', record);
 * ```
 */
import { type StorageConfig, storageConfig } from './environment.js';
import { type HybridConfig, type HybridStorage, hybridStorage } from './hybrid.js';
import { openRedis } from '../data/redis/client.js';
import { RedisOnlyStorage } from './redis-only.js';
import type { IStorage } from './types.js';

export { Refusal } from '../contract/errors.js';
export type { ErrorCode } from '../contract/errors.js';
export { storageConfig } from './environment.js';
export type { RedisOnlyConfig, StorageConfig } from './environment.js';
export type { Health, HybridConfig, HybridExtras, HybridStorage } from './hybrid.js';
export type * from './types.js';

/**
 * Makes the storage that the configuration names; without one, the environment's (`storageConfig(process.env)`), so that one variable
 * decides: `NEXT_PUBLIC_STORAGE_TYPE=mysql-redis` for MySQL and Redis, `redis`, `kvrocks` or `upstash` for the site's legacy layout.
 * Answers at once and connects in the background: a storage that is made before its servers are up begins to work when they are. A call that
 * comes before its connection does waits for it, 5 seconds at most, and is then refused (`unavailable`): it never answers that nothing is there.
 * Every session of MySQL is told what its statements depend on (UTC, UTF-8, autocommit, READ COMMITTED, strict mode, no limit of rows or time …),
 * whatever the server hands out. Throws `invalid_input` for a configuration that cannot be used. End it with `close()`.
 */
export function createStorage(config: HybridConfig): HybridStorage;
export function createStorage(config?: StorageConfig): IStorage;
export function createStorage(config: StorageConfig = storageConfig(process.env)): IStorage {
  if (config.engine === 'hybrid') return hybridStorage(config);
  const { owner } = config;
  return new RedisOnlyStorage(openRedis(config.redis), owner === undefined ? {} : { owner });
}
