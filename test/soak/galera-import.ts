/**
 * Card imports, issues and new accounts with duplicates, on a Galera cluster of three nodes without binary log: the
 * cluster must stay whole and every node must have the same rows. A node that replicates the rows of a failed statement
 * is expelled by the others, and its acknowledged writes are lost; plain SQL shows at the end that this server does so.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { connect } from '../../electron/data/mysql/connect.js';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import { galeraWarning } from '../../electron/data/mysql/galera.js';
import { startRedis } from '../sandbox/servers.js';
import type { SqlEndpoint } from '../sandbox/types.js';
import { imported, reported } from '../operations/fixtures/card-files.js';
import { migrate, openSite } from '../operations/helpers.js';
import { startGalera, type Galera } from './galera.js';

async function on<T>(endpoint: SqlEndpoint, database: string, sql: readonly string[]): Promise<T[]> {
  const { host, port, user, password } = endpoint;
  const connection = await createConnection({ host, port, user, password, ...(database === '' ? {} : { database }) });
  try {
    let rows: RowDataPacket[] = [];
    for (const one of sql) [rows] = await connection.query<RowDataPacket[]>(one);
    return rows as T[];
  } finally {
    connection.destroy();
  }
}

async function connectedTo<T>(mysql: DatabaseConfig, ask: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(mysql);
  try {
    return await ask(connection);
  } finally {
    connection.destroy();
  }
}

const endpointOf = ({ nodes }: Galera, at: number): SqlEndpoint => {
  const node = nodes[at];
  if (node === undefined) throw new Error('no such node');
  return node.endpoint;
};

/** The size of the cluster as its second node sees it, once it is stable. */
async function settledSize(galera: Galera): Promise<number> {
  let size = '';
  for (let same = 0; same < 15;) {
    const now = await galera.status(1, 'wsrep_cluster_size');
    same = now === size ? same + 1 : 0;
    size = now;
    await sleep(200);
  }
  return Number(size);
}

async function cards(galera: Galera, database: string): Promise<number[]> {
  const counts: number[] = [];
  for (const at of galera.nodes.keys()) {
    const [row] = await on<{ n: number }>(endpointOf(galera, at), database, [
      'SET wsrep_sync_wait = 1',
      'SELECT COUNT(*) AS n FROM card_keys',
    ]);
    counts.push(Number(row?.n));
  }
  return counts;
}

function must(what: string, found: unknown, wanted: unknown): void {
  const [said, right] = [JSON.stringify(found), JSON.stringify(wanted)];
  process.stdout.write(`soak galera-import ${what}=${said}\n`);
  if (said !== right) throw new Error(`${what}: ${said}, not ${right}`);
}

export async function run(): Promise<void> {
  const [galera, redis] = await Promise.all([startGalera(), startRedis()]);
  try {
    const database = 'soak_import';
    await on(endpointOf(galera, 0), '', [
      `CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    ]);
    const mysql = { ...endpointOf(galera, 0), database };
    await migrate(mysql);
    const desk = await openSite({ mysql, redis: { ...redis.endpoint, prefix: `t${randomUUID().slice(0, 8)}:` } });
    try {
      for (let round = 1; round <= 5; round += 1) {
        const keys = Array.from(
          { length: 2_000 },
          (_, at) => `R${String(round)}-${String(at).padStart(5, '0')}-ABCDEF`,
        );
        const report = await reported(desk, `keys${String(round)}.txt`, keys.join('\n'));
        await desk.site.db.run(
          'INSERT INTO card_keys (key_hash, plain_key, key_type, expires_at) SELECT key_hash, plain_key, key_type, expires_at FROM console_card_import_rows WHERE import_id = ? AND seq >= 1500',
          [report.importId],
        );
        const job = await imported(desk, report);
        must(`round_${String(round)}`, [job.state, job.done, job.skipped], ['done', 1_500, 500]);
      }
      const warned = (await connectedTo(mysql, galeraWarning)) !== null;
      must('warned_without_binary_log', warned, true);
      must('cluster_size', await settledSize(galera), 3);
      must('cards_by_node', await cards(galera, database), [10_000, 10_000, 10_000]);
    } finally {
      await desk.close();
    }
    await on(endpointOf(galera, 0), database, [
      'CREATE TABLE bare (id INT AUTO_INCREMENT PRIMARY KEY, hash CHAR(8) NOT NULL UNIQUE)',
      "INSERT INTO bare VALUES (5000, '1000')",
      'CREATE TABLE numbers (id INT PRIMARY KEY)',
      `INSERT INTO numbers VALUES ${Array.from({ length: 1_000 }, (_, at) => `(${String(at + 1)})`).join(', ')}`,
    ]);
    const { host, port, user, password } = mysql;
    const connection = await createConnection({ host, port, user, password, database });
    await connection.query('START TRANSACTION');
    await connection.query('INSERT INTO bare SELECT id, id FROM numbers ORDER BY id').catch(() => undefined);
    await connection.query('INSERT INTO bare SELECT id, id FROM numbers WHERE id <> 1000 ORDER BY id');
    const committed = await connection.query('COMMIT').then(
      () => 'acknowledged',
      (error: unknown) => String(error),
    );
    connection.destroy();
    process.stdout.write(
      `soak galera-import without_savepoint=${committed} cluster_size=${String(await settledSize(galera))}\n`,
    );
  } finally {
    await Promise.all([galera.stop(), redis.kill()]);
  }
}
