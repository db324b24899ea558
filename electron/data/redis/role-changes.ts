import { Cluster, type Redis } from 'ioredis';

type RoleHook = (node: Redis, key: string, readOnly: boolean) => void;

/** The part of the driver's private pool of a cluster that is used here. */
interface Pool {
  hooks: { onRoleChange?: RoleHook };
}

/**
 * Calls `changed` whenever a node that a cluster's client knows becomes a master or a replica, before any command is
 * sent to it in its new role. Returns what ends that. Does nothing for a client of one server.
 *
 * The driver has no public event for this: `+node` and `-node` tell of new and lost nodes only, and `refresh` comes
 * after the first answer of the new master. So this uses a hook of its private pool; role-changes.test.ts guards it
 * against another version of the driver.
 */
export function onRoleChange(client: Redis | Cluster, changed: () => void): () => void {
  if (!(client instanceof Cluster)) return () => undefined;
  const pool = (client as unknown as { connectionPool: Pool }).connectionPool;
  const before = pool.hooks;
  pool.hooks = {
    ...before,
    onRoleChange: (...role) => {
      changed();
      before.onRoleChange?.(...role);
    },
  };
  return () => {
    pool.hooks = before;
  };
}
