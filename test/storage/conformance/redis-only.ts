import { createStorage } from '../../../electron/storage/index.js';
import type { IStorage } from '../../../electron/storage/types.js';
import { startRedis } from '../../sandbox/index.js';
import type { Subject } from './subject.js';

/** Two storages on their own Redis: this layout has no prefix. */
export async function redisOnly(): Promise<Subject> {
  const server = await startRedis();
  const open = (): IStorage => createStorage({ engine: 'redis', redis: server.endpoint });
  const [storage, other] = [open(), open()];
  return {
    storage,
    other,
    traits: { names: 'exact', keepsRecordsOfNobody: true, keepsOriginalEpisodes: true, countsPlays: false },
    close: async () => {
      await Promise.all([storage.close(), other.close()]);
      await server.kill();
    },
  };
}
