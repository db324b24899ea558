import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { LocalizedText } from '../../contract/text.js';

/** Asks the server for its settings and returns `warningOf` them. Throws the driver's own errors. */
export async function galeraWarning(connection: Connection): Promise<LocalizedText | null> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('wsrep_on', 'log_bin')",
  );
  return warningOf(rows);
}

/**
 * A warning about a Galera node without binary log, or null. It is read from the settings wsrep_on (missing if the
 * server has no Galera) and log_bin. Such a node sends the rows of a failed statement to the other nodes. They throw
 * the node out, and its acknowledged writes are lost. The console uses savepoints for its own statements; the site's
 * code may not.
 */
export function warningOf(rows: readonly Readonly<Record<string, unknown>>[]): LocalizedText | null {
  const is = (name: string, value: string): boolean =>
    rows.some((row) => row['Variable_name'] === name && row['Value'] === value);
  if (!is('wsrep_on', 'ON') || !is('log_bin', 'OFF')) return null;
  return {
    zh: '这个 Galera 节点没有二进制日志：站点事务里一条失败的语句可能让节点被踢出集群，已确认的数据会丢失。请在每个节点开启 log_bin 与 log_slave_updates。',
    en: 'This Galera node has no binary log: a failed statement in one of the site’s transactions may throw the node out of the cluster and lose what it has acknowledged. Switch log_bin and log_slave_updates on, on every node.',
  };
}
