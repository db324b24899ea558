/**
 * The storage that a site imports:
 *
 * ```ts
 * import { createStorage } from 'moondesk-storage'; // or from 'moondesk/storage'
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
 * Creates the storage of the configuration; without one, the environment's (`storageConfig(process.env)`), so that one
 * variable decides: `NEXT_PUBLIC_STORAGE_TYPE=mysql-redis` for MySQL and Redis, `redis`, `kvrocks` or `upstash` for the
 * site's legacy layout. Returns at once and connects in the background: a storage created before its servers are up
 * starts to work once they are. A call before the connection waits for it, 5 seconds at most, and is then refused
 * (`unavailable`): it never returns empty data instead. Every MySQL session is set to what its statements depend on
 * (UTC, UTF-8, autocommit, READ COMMITTED, strict mode, no limit of rows or time …), whatever the server's defaults
 * are. Throws `invalid_input` for a configuration that cannot be used. End it with `close()`.
 */
export function createStorage(config: HybridConfig): HybridStorage;
export function createStorage(config?: StorageConfig): IStorage;
export function createStorage(config: StorageConfig = storageConfig(process.env)): IStorage {
  if (config.engine === 'hybrid') return hybridStorage(config);
  const { owner } = config;
  return new RedisOnlyStorage(openRedis(config.redis), owner === undefined ? {} : { owner });
}
