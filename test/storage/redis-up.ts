import { once } from 'node:events';
import type { Site } from '../../electron/data/site.js';

/** Waits until a site is connected to its Redis. */
export async function redisUp(site: Site): Promise<void> {
  if (!site.redisUp) await once(site.redis, 'ready');
}
