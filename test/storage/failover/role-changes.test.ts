import { Cluster } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { Fence } from '../../../electron/data/cache/fence.js';
import { Gate } from '../../../electron/data/cache/gate.js';
import { Keys } from '../../../electron/data/redis/keys.js';
import { onRoleChange } from '../../../electron/data/redis/role-changes.js';

interface Pool {
  findOrCreate(node: { readonly host: string; readonly port: number }, readOnly?: boolean): unknown;
}

const node = { host: '127.0.0.1', port: 1 };

function clusterWithPool(): { readonly cluster: Cluster; readonly pool: Pool } {
  const cluster = new Cluster([node], { lazyConnect: true, redisOptions: { lazyConnect: true } });
  cluster.on('error', () => undefined);
  return { cluster, pool: (cluster as unknown as { readonly connectionPool: Pool }).connectionPool };
}

/** The driver has no public event for this: a version of it that calls the hook no more must not go unnoticed. */
it('hears of every change of a known node’s role, until it is told not to', () => {
  const { cluster, pool } = clusterWithPool();
  const changed = vi.fn<() => void>();
  const end = onRoleChange(cluster, changed);
  pool.findOrCreate(node, true);
  expect(changed).not.toHaveBeenCalled();
  pool.findOrCreate(node, false);
  expect(changed).toHaveBeenCalledTimes(1);
  pool.findOrCreate(node, true);
  expect(changed).toHaveBeenCalledTimes(2);
  end();
  pool.findOrCreate(node, false);
  expect(changed).toHaveBeenCalledTimes(2);
  cluster.disconnect();
});

// Whether an old answer comes through otherwise is a matter of milliseconds, which a busy machine does not keep.
it('shuts the gate before the next command is sent', async () => {
  const { cluster, pool } = clusterWithPool();
  pool.findOrCreate(node, true);
  const fence = new Fence(cluster, new Keys(''), undefined);
  const gate = new Gate(cluster, fence, () => Promise.resolve());
  const { generation } = gate;
  pool.findOrCreate(node, false);
  expect(gate.generation).toBe(generation + 1);
  gate.close();
  await fence.close();
  cluster.disconnect();
});
