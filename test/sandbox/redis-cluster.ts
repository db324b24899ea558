import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startGuard, type Guard } from '../../build/lib/guard.mjs';
import { freePort } from './ports.js';
import { startRedis } from './servers.js';
import type { Settings } from './sql-server.js';
import type { RedisEndpoint, RunningServer } from './types.js';

export interface RunningCluster {
  /** Any of them tells a client about the others. */
  endpoints: RedisEndpoint[];
  /** One server each, to kill and start separately. */
  masters: RunningServer<RedisEndpoint>[];
  /** Ends all of them and removes their folders. */
  stop(): Promise<void>;
}

/** A master, and the port where the masters talk to each other. */
type Master = RunningServer<RedisEndpoint> & { readonly bus: number };

const slots = 16_384;
const limitMs = 30_000;

/**
 * A private Redis Cluster: three masters without replicas on free loopback ports, each with a third of the slots. A
 * killed master comes back with its slots and data; until then the others serve theirs.
 */
export async function startRedisCluster(options: { guard?: Guard; settings?: Settings } = {}): Promise<RunningCluster> {
  const guard = options.guard ?? startGuard();
  const start = async (): Promise<Master> => {
    const bus = await freePort();
    const server = await startRedis({
      guard,
      settings: {
        cluster_enabled: 'yes',
        cluster_port: bus,
        cluster_node_timeout: 2_000,
        cluster_require_full_coverage: 'no',
        ...options.settings,
      },
    });
    return { ...server, bus };
  };
  const masters = await Promise.all([start(), start(), start()]);
  const clients = masters.map(({ endpoint }) => new Redis(endpoint.port, endpoint.host));
  try {
    await joinMasters(
      clients,
      masters.map(({ endpoint, bus }) => ({ port: endpoint.port, bus })),
    );
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    endpoints: masters.map(({ endpoint }) => endpoint),
    masters,
    stop: async () => {
      await Promise.all(masters.map((master) => master.kill()));
      if (options.guard === undefined) await guard.close();
    },
  };
}

/** Makes a cluster of masters that know nothing of each other; each gets a third of the slots. */
export async function joinMasters(
  clients: readonly Redis[],
  masters: readonly { readonly port: number; readonly bus: number }[],
): Promise<void> {
  const [first] = clients;
  if (first === undefined) return;
  for (const [at, client] of clients.entries()) {
    const from = Math.floor((slots * at) / clients.length);
    const until = Math.floor((slots * (at + 1)) / clients.length) - 1;
    await client.call('CLUSTER', 'ADDSLOTSRANGE', from, until);
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
  }
  for (const { port, bus } of masters.slice(1)) await first.call('CLUSTER', 'MEET', '127.0.0.1', port, bus);
  const until = Date.now() + limitMs;
  while (!(await Promise.all(clients.map((client) => isWhole(client, clients.length)))).every(Boolean)) {
    if (Date.now() > until) throw new Error('The masters did not become a cluster within half a minute.');
    await sleep(50);
  }
}

async function isWhole(client: Redis, nodes: number): Promise<boolean> {
  const info = await client.cluster('INFO');
  return (
    info.includes('cluster_state:ok') &&
    info.includes(`cluster_known_nodes:${nodes}`) &&
    info.includes(`cluster_slots_ok:${slots}`)
  );
}
