import { startGuard } from '../../build/lib/guard.mjs';
import { freePort } from './ports.js';
import { joinMasters } from './redis-cluster.js';
import { type RedisNode, startNode, until } from './redis-replicas.js';

/** A node of a cluster that can take over from another. */
export interface ClusterNode extends RedisNode {
  /** The cluster's name for it. */
  readonly id: string;
}

export interface ReplicatedCluster {
  /** Each master with the replica that takes over from it. */
  readonly pairs: readonly { readonly master: ClusterNode; readonly replica: ClusterNode }[];
  stop(): Promise<void>;
}

/**
 * A private Redis Cluster of three masters with a replica each. Clients and replicas reach every server through a proxy
 * only, under whose address it announces itself; the nodes talk to each other directly.
 */
export async function startReplicatedCluster(): Promise<ReplicatedCluster> {
  const guard = startGuard();
  const start = async (): Promise<RedisNode & { readonly bus: number }> => {
    const bus = await freePort();
    const node = await startNode(
      (proxy) => ({
        cluster_enabled: 'yes',
        cluster_port: bus,
        cluster_announce_ip: '127.0.0.1',
        cluster_announce_port: proxy.port,
        cluster_announce_bus_port: bus,
        cluster_node_timeout: 1_000,
        cluster_replica_validity_factor: 0,
        cluster_require_full_coverage: 'no',
      }),
      guard,
    );
    return { ...node, bus };
  };
  const nodes = await Promise.all(Array.from({ length: 6 }, start));
  const masters = nodes.slice(0, 3);
  await joinMasters(
    masters.map(({ direct }) => direct),
    masters.map(({ server, bus }) => ({ port: server.endpoint.port, bus })),
  );
  const [first] = masters;
  if (first === undefined) throw new Error('Six servers were started.');
  const named = await Promise.all(nodes.map(async (node) => ({ ...node, id: await node.direct.cluster('MYID') })));
  const pairs = named.slice(0, 3).flatMap((master, at) => {
    const replica = named[at + 3];
    return replica === undefined ? [] : [{ master, replica }];
  });
  for (const { master, replica } of pairs) {
    await replica.direct.call('CLUSTER', 'MEET', '127.0.0.1', first.server.endpoint.port, first.bus);
    await until('the replica knows its master', async () =>
      String(await replica.direct.cluster('NODES')).includes(master.id),
    );
    await until('it may follow it', async () => {
      const answer = await replica.direct.call('CLUSTER', 'REPLICATE', master.id).catch(String);
      return answer === 'OK';
    });
  }
  await until('every node knows who follows whom', async () => {
    const seen = await Promise.all(nodes.map(async ({ direct }) => String(await direct.cluster('NODES'))));
    return seen.every((text) => text.match(/ slave | myself,slave /g)?.length === 3 && !/fail|handshake/.test(text));
  });
  await until('every replica is in step', async () =>
    (await Promise.all(pairs.map(({ replica }) => replica.direct.info('replication')))).every((text) =>
      text.includes('master_link_status:up'),
    ),
  );
  return {
    pairs,
    async stop() {
      for (const { direct } of nodes) direct.disconnect();
      await Promise.all(nodes.map(async ({ server, proxy }) => Promise.all([server.kill(), proxy.close()])));
      await guard.close();
    },
  };
}
