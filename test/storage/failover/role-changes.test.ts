import { Cluster } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { onRoleChange } from '../../../electron/data/redis/role-changes.js';

interface Pool {
  findOrCreate(node: { readonly host: string; readonly port: number }, readOnly?: boolean): unknown;
}

/** The driver has no public event for this: a version of it that calls the hook no more must not go unnoticed. */
it('hears of every change of a known node’s role, until it is told not to', () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], {
    lazyConnect: true,
    redisOptions: { lazyConnect: true },
  });
  cluster.on('error', () => undefined);
  const pool = (cluster as unknown as { readonly connectionPool: Pool }).connectionPool;
  const changed = vi.fn<() => void>();
  const end = onRoleChange(cluster, changed);
  const node = { host: '127.0.0.1', port: 1 };
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
