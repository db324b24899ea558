import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startGuard } from '../../build/lib/guard.mjs';
import { mysqlRoot } from '../../build/setup/mysql.mjs';
import { freePort } from './ports.js';
import { startMysql } from './servers.js';
import { become, say, type SqlCluster } from './sql-cluster.js';
import { account, type Settings } from './sql-server.js';
import type { RunningServer, SqlEndpoint } from './types.js';

/** The first value of an answer, as a number. */
async function numberFrom({ endpoint }: RunningServer<SqlEndpoint>, sql: string): Promise<number> {
  const [row] = await say(endpoint, sql);
  return Number(row?.[0]);
}

const members = 'performance_schema.replication_group_members';
const online = async (node: RunningServer<SqlEndpoint>): Promise<boolean> =>
  (await numberFrom(
    node,
    `SELECT COUNT(*) FROM ${members} WHERE MEMBER_ID = @@server_uuid AND MEMBER_STATE = 'ONLINE'`,
  )) === 1;

/** A private MySQL group with a single primary, which is the first node at the start. */
export async function startGroupReplication({ size = 3 } = {}): Promise<SqlCluster> {
  const guard = startGuard();
  const links = await Promise.all(Array.from({ length: size }, () => freePort()));
  const seeds = links.map((link) => `127.0.0.1:${String(link)}`);
  const group = randomUUID();
  const settingsOf = new Map<RunningServer<SqlEndpoint>, Settings>();
  const start = async (at: number): Promise<RunningServer<SqlEndpoint>> => {
    const port = await freePort();
    const settings: Settings = {
      skip_log_bin: false,
      log_bin: 'binlog',
      server_id: at + 1,
      gtid_mode: 'ON',
      enforce_gtid_consistency: 'ON',
      report_host: '127.0.0.1',
      report_port: port,
      innodb_buffer_pool_size: '128M',
      plugin_dir: join(mysqlRoot, 'usr/lib/mysql/plugin'),
      plugin_load_add: 'group_replication.so',
      loose_group_replication_group_name: group,
      loose_group_replication_start_on_boot: 'OFF',
      loose_group_replication_local_address: seeds[at] ?? '',
      loose_group_replication_group_seeds: seeds.join(','),
      loose_group_replication_single_primary_mode: 'ON',
      loose_group_replication_ip_allowlist: '127.0.0.1/8',
      loose_group_replication_member_expel_timeout: 1,
      loose_group_replication_unreachable_majority_timeout: 5,
      loose_group_replication_recovery_get_public_key: 'ON',
      loose_group_replication_message_cache_size: 134_217_728,
    };
    const node = await startMysql({ guard, port, settings });
    settingsOf.set(node, settings);
    return node;
  };
  const joinGroup = (node: RunningServer<SqlEndpoint>): Promise<unknown> =>
    say(node.endpoint, `START GROUP_REPLICATION USER = '${account.user}', PASSWORD = '${account.password}'`);
  const begun = await Promise.allSettled(links.map((_, at) => start(at)));
  const nodes = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await guard.close();
  };
  try {
    for (const one of begun) if (one.status === 'rejected') throw one.reason;
    const [first, ...others] = nodes;
    if (first === undefined) throw new Error('A group has members.');
    // Each has made the account by itself: in a group, that would be a history of its own.
    await Promise.all(nodes.map(({ endpoint }) => say(endpoint, 'RESET BINARY LOGS AND GTIDS')));
    await say(first.endpoint, 'SET GLOBAL group_replication_bootstrap_group = ON');
    await joinGroup(first);
    await say(first.endpoint, 'SET GLOBAL group_replication_bootstrap_group = OFF');
    for (const node of others) {
      await joinGroup(node);
      await become('a member is online', () => online(node));
    }
    return {
      engine: 'mysql',
      nodes,
      serves: async (node) =>
        (await numberFrom(
          node,
          `SELECT @@super_read_only = 0 AND EXISTS (SELECT 1 FROM ${members} WHERE MEMBER_ID = @@server_uuid AND MEMBER_STATE = 'ONLINE' AND MEMBER_ROLE = 'PRIMARY')`,
        )) === 1,
      size: (node) => numberFrom(node, `SELECT COUNT(*) FROM ${members} WHERE MEMBER_STATE = 'ONLINE'`),
      async rejoin(node) {
        // The account is there, and making it would be a history of its own.
        Object.assign(settingsOf.get(node) ?? {}, { init_file: false });
        await node.start();
        // The others may not have left the killed one yet.
        await become('the member has joined again', async () => {
          if (!(await online(node))) await joinGroup(node);
          return online(node);
        });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
