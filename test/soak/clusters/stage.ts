import { migrate, openSite, type TestSite } from '../../operations/helpers.js';
import { type Balancer, startBalancer } from '../../sandbox/balancer.js';
import { startGalera } from '../../sandbox/galera.js';
import { startGroupReplication } from '../../sandbox/group-replication.js';
import { startRedis } from '../../sandbox/servers.js';
import { become, say, type SqlCluster } from '../../sandbox/sql-cluster.js';
import { account } from '../../sandbox/sql-server.js';
import type { RedisEndpoint, RunningServer, SqlEndpoint } from '../../sandbox/types.js';

interface Setting {
  readonly name: string;
  start(): Promise<SqlCluster>;
  readonly way: 'in turn' | 'first';
}

/** The clusters that a site is put on, each behind a balancer. */
export const settings: readonly Setting[] = [
  { name: 'galera-single', start: () => startGalera(), way: 'first' },
  { name: 'galera-round-robin', start: () => startGalera(), way: 'in turn' },
  { name: 'group-replication', start: () => startGroupReplication(), way: 'first' },
];

/** A cluster with its balancer, and a Redis. */
export interface Stage {
  readonly cluster: SqlCluster;
  /** The balancer, as if it were the server. */
  readonly endpoint: SqlEndpoint;
  /** Milliseconds until the cluster and the balancer were up. */
  readonly up: { readonly cluster: number; readonly balancer: number };
  /** A console on a new, migrated database behind the balancer. */
  open(database: string): Promise<TestSite>;
  /** Another console on a database that exists. */
  openAgain(database: string): Promise<TestSite>;
  stop(): Promise<void>;
}

export async function startStage({ start, way }: Setting): Promise<Stage> {
  const from = performance.now();
  const cluster = await start();
  const standing = performance.now();
  let balancer: Balancer | null = null;
  let redis: RunningServer<RedisEndpoint> | null = null;
  const stop = async (): Promise<void> => {
    await balancer?.close();
    await Promise.all([cluster.stop(), redis?.kill()]);
  };
  try {
    balancer = await startBalancer(cluster, way);
    const up = { cluster: standing - from, balancer: performance.now() - standing };
    redis = await startRedis();
    const { host, port } = balancer;
    const endpoint = { engine: cluster.engine, host, port, ...account };
    const { endpoint: place } = redis;
    const openAgain: Stage['openAgain'] = (database) =>
      openSite({ mysql: { ...endpoint, database }, redis: { ...place, prefix: `${database}:` } });
    return {
      cluster,
      endpoint,
      up,
      async open(database) {
        await say(endpoint, `CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
        // The other nodes have it a moment later, and who connects to a database waits for nothing.
        for (const node of cluster.nodes)
          await become('every node has the database', async () => {
            await say(node.endpoint, `USE ${database}`);
            return true;
          });
        await migrate({ ...endpoint, database });
        return openAgain(database);
      },
      openAgain,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Asks whichever node answers. */
export async function asked({ nodes }: SqlCluster, sql: string): Promise<unknown[][]> {
  const errors: unknown[] = [];
  for (const { endpoint } of nodes) {
    try {
      return await say(endpoint, sql);
    } catch (error) {
      errors.push(error);
    }
  }
  throw new AggregateError(errors, 'No node answers.');
}
