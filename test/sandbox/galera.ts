import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGuard } from '../../build/lib/guard.mjs';
import { environmentIn, unpacked } from '../../build/setup/unpacked.mjs';
import { freePort } from './ports.js';
import { startMariadb } from './servers.js';
import { become, say, type SqlCluster } from './sql-cluster.js';
import type { Settings } from './sql-server.js';
import type { RunningServer, SqlEndpoint } from './types.js';

/** The library, and the programs that give a joining node the data. */
const packages = ['galera-4', 'rsync', 'libpopt0', 'lsof', 'socat', 'mariadb-server', 'mariadb-client'];

/** Started by root, the receiver would write as the user nobody. */
function receiveAsRoot(folder: string): void {
  const script = join(folder, 'usr/bin/wsrep_sst_rsync');
  const text = readFileSync(script, 'utf8');
  writeFileSync(script, text.replace('read only = no\n', 'read only = no\nuid = root\ngid = root\n'));
}

/** One value of a node's status. Throws if it does not answer. */
async function statusOf({ endpoint }: RunningServer<SqlEndpoint>, name: string): Promise<string> {
  const [row] = await say(endpoint, `SHOW GLOBAL STATUS LIKE '${name}'`);
  const value = row?.[1];
  return typeof value === 'string' ? value : '';
}

const synced = async (node: RunningServer<SqlEndpoint>): Promise<boolean> =>
  (await statusOf(node, 'wsrep_local_state_comment')) === 'Synced' && (await statusOf(node, 'wsrep_ready')) === 'ON';

/**
 * A private Galera cluster of MariaDB nodes, each of which takes writes. `binaryLog`: without it, as in Galera's own
 * examples, a failed statement can throw its node out.
 */
export async function startGalera({ size = 3, binaryLog = true } = {}): Promise<SqlCluster> {
  const root = await unpacked('galera', packages, receiveAsRoot);
  const guard = startGuard();
  const links = await Promise.all(Array.from({ length: size }, () => freePort()));
  const nodes: RunningServer<SqlEndpoint>[] = [];
  const settingsOf = new Map<RunningServer<SqlEndpoint>, Settings>();
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await guard.close();
  };
  try {
    for (const [at, link] of links.entries()) {
      const [sst, ist, port] = [await freePort(), await freePort(), await freePort()];
      const settings: Settings = {
        ...(binaryLog
          ? { skip_log_bin: false, log_bin: 'binlog', log_slave_updates: 'ON', server_id: at + 1, sync_binlog: 0 }
          : {}),
        binlog_format: 'ROW',
        innodb_autoinc_lock_mode: 2,
        innodb_buffer_pool_size: '64M',
        // What tests ask on connections of their own is never older than what another node has acknowledged.
        wsrep_sync_wait: 1,
        wsrep_on: 'ON',
        wsrep_provider: join(root, 'usr/lib/galera/libgalera_smm.so'),
        wsrep_cluster_name: 'moondesk',
        wsrep_cluster_address: `gcomm://${links.map((one) => `127.0.0.1:${String(one)}`).join(',')}`,
        wsrep_node_name: `n${String(at + 1)}`,
        wsrep_node_address: `127.0.0.1:${String(link)}`,
        wsrep_node_incoming_address: `127.0.0.1:${String(port)}`,
        wsrep_sst_method: 'rsync',
        wsrep_sst_receive_address: `127.0.0.1:${String(sst)}`,
        wsrep_slave_threads: 2,
        wsrep_provider_options: providerOptions(link, ist),
        // The accounts come with the data of the first node.
        ...(at === 0 ? { wsrep_new_cluster: true } : { init_file: false }),
      };
      const node = await startMariadb({ guard, port, settings, env: environmentIn(root) });
      nodes.push(node);
      settingsOf.set(node, settings);
      await become(`node ${String(at + 1)} has joined`, () => synced(node));
    }
    return {
      engine: 'mariadb',
      nodes,
      serves: synced,
      size: async (node) => Number(await statusOf(node, 'wsrep_cluster_size')),
      async rejoin(node) {
        // From now on it is a node like the others: the cluster exists, and so do the accounts.
        Object.assign(settingsOf.get(node) ?? {}, { wsrep_new_cluster: false, init_file: false });
        await node.start();
        await become('the node has joined again', () => synced(node));
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A node that falls silent is left after seconds, as a test wants it. */
function providerOptions(link: number, ist: number): string {
  return [
    `gmcast.listen_addr=tcp://127.0.0.1:${String(link)}`,
    `ist.recv_addr=127.0.0.1:${String(ist)}`,
    'gcache.size=32M',
    'evs.suspect_timeout=PT2S',
    'evs.inactive_timeout=PT4S',
    'evs.keepalive_period=PT0.5S',
    'evs.inactive_check_period=PT0.5S',
    'evs.install_timeout=PT4S',
  ].join(';');
}
