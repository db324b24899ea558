// @module-tag long
import { engines } from '../sandbox/database.js';
import { hybridByDriver, hybridInRows, hybridOn, hybridOnCluster } from './conformance/hybrid.js';
import { redisOnly } from './conformance/redis-only.js';
import { conformance } from './conformance/suite.js';

conformance('redis-only', redisOnly);
for (const engine of engines()) {
  conformance(`hybrid on ${engine}`, () => hybridOn(engine));
  conformance(`hybrid on ${engine}, the config's entries in rows`, () => hybridInRows(engine));
}
conformance('hybrid, its commands sent by the driver', () => hybridByDriver('mariadb'));
conformance('hybrid on a Redis Cluster', () => hybridOnCluster('mariadb'));
