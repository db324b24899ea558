import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { inDot } from '../../build/lib/paths.mjs';
import { startGuard } from '../../build/lib/guard.mjs';
import { run } from '../../build/lib/run.mjs';
import { freePort } from '../sandbox/ports.js';
import { startMariadb } from '../sandbox/servers.js';
import type { RunningServer, SqlEndpoint } from '../sandbox/types.js';

const root = inDot('runtime', 'galera');
const packages = ['galera-4', 'rsync', 'libpopt0', 'lsof', 'socat', 'mariadb-server', 'mariadb-client'];

export interface Galera {
  readonly nodes: readonly RunningServer<SqlEndpoint>[];
  /**
   * One value of a node's status: `wsrep_cluster_size`, `wsrep_local_state_comment` … Empty if the node does not
   * answer.
   */
  status(node: number, name: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Debian's own packages, not installed into the system: the library, and the programs that give a joining node the
 * data.
 */
async function fetchPackages(): Promise<void> {
  if (existsSync(join(root, 'complete'))) return;
  const aside = `${root}.${String(process.pid)}`;
  mkdirSync(aside, { recursive: true });
  try {
    await run('bash', ['-c', `cd '${aside}' && apt-get download -qq ${packages.join(' ')}`], { timeoutMs: 240_000 });
    await run('bash', ['-c', `cd '${aside}' && for one in *.deb; do dpkg-deb -x "$one" . && rm "$one"; done`], {
      timeoutMs: 60_000,
    });
    // Started by root, the receiver would write as the user nobody.
    const script = join(aside, 'usr/bin/wsrep_sst_rsync');
    writeFileSync(
      script,
      readFileSync(script, 'utf8').replace('read only = no\n', 'read only = no\nuid = root\ngid = root\n'),
    );
    writeFileSync(join(aside, 'complete'), '');
    rmSync(root, { recursive: true, force: true });
    renameSync(aside, root);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/**
 * A private Galera cluster of MariaDB nodes, each of which takes writes; without a binary log, as in Galera's own
 * examples.
 */
export async function startGalera(size = 3): Promise<Galera> {
  await fetchPackages();
  process.env['PATH'] = `${join(root, 'usr/bin')}:${process.env['PATH'] ?? ''}`;
  process.env['LD_LIBRARY_PATH'] = join(root, 'usr/lib/x86_64-linux-gnu');
  const guard = startGuard();
  const links = await Promise.all(Array.from({ length: size }, () => freePort()));
  const nodes: RunningServer<SqlEndpoint>[] = [];
  const status: Galera['status'] = async (node, name) => {
    const endpoint = nodes[node]?.endpoint;
    if (endpoint === undefined) return '';
    const { host, port, user, password } = endpoint;
    const connection = await createConnection({ host, port, user, password }).catch(() => null);
    if (connection === null) return '';
    try {
      const [rows] = await connection.query<RowDataPacket[]>('SHOW GLOBAL STATUS LIKE ?', [name]);
      return String(rows[0]?.['Value'] ?? '');
    } catch {
      return '';
    } finally {
      connection.destroy();
    }
  };
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await guard.close();
  };
  try {
    for (const [at, link] of links.entries()) {
      const [sst, ist, port] = [await freePort(), await freePort(), await freePort()];
      const provider = [
        `gmcast.listen_addr=tcp://127.0.0.1:${String(link)}`,
        `ist.recv_addr=127.0.0.1:${String(ist)}`,
        'gcache.size=32M',
        ...[
          'suspect_timeout=PT2S',
          'inactive_timeout=PT4S',
          'keepalive_period=PT0.5S',
          'inactive_check_period=PT0.5S',
        ].map((one) => `evs.${one}`),
        'evs.install_timeout=PT4S',
      ];
      nodes.push(
        await startMariadb({
          guard,
          port,
          settings: {
            binlog_format: 'ROW',
            innodb_autoinc_lock_mode: 2,
            innodb_buffer_pool_size: '64M',
            wsrep_on: 'ON',
            wsrep_provider: join(root, 'usr/lib/galera/libgalera_smm.so'),
            wsrep_cluster_name: 'moondesk',
            wsrep_cluster_address: `gcomm://${links.map((one) => `127.0.0.1:${String(one)}`).join(',')}`,
            wsrep_node_name: `n${String(at + 1)}`,
            wsrep_node_address: `127.0.0.1:${String(link)}`,
            wsrep_node_incoming_address: `127.0.0.1:${String(port)}`,
            wsrep_sst_method: 'rsync',
            wsrep_sst_receive_address: `127.0.0.1:${String(sst)}`,
            wsrep_provider_options: provider.join(';'),
            // The accounts come with the data of the first node.
            ...(at === 0 ? { wsrep_new_cluster: true } : { init_file: '' }),
          },
        }),
      );
      for (let tries = 0; (await status(at, 'wsrep_local_state_comment')) !== 'Synced'; tries += 1) {
        if (tries > 600) throw new Error(`Node ${String(at + 1)} does not join.\n${nodes[at]?.log() ?? ''}`);
        await sleep(100);
      }
    }
    return { nodes, status, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
