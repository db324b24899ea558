import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { connect } from '../../../electron/data/mysql/connect.js';
import type { DatabaseConfig } from '../../../electron/data/mysql/database.js';
import { galeraWarning } from '../../../electron/data/mysql/galera.js';
import { imported, reported } from '../../operations/fixtures/card-files.js';
import { migrate, openSite } from '../../operations/helpers.js';
import { startGalera } from '../../sandbox/galera.js';
import { startRedis } from '../../sandbox/servers.js';
import { say, type SqlCluster } from '../../sandbox/sql-cluster.js';
import { must } from './must.js';

async function connectedTo<T>(mysql: DatabaseConfig, ask: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(mysql);
  try {
    return await ask(connection);
  } finally {
    connection.destroy();
  }
}

/** The size of the cluster as its second node sees it, once it is stable. */
async function settledSize({ nodes: [, second], size }: SqlCluster): Promise<number> {
  if (second === undefined) throw new Error('no second node');
  let found = 0;
  for (let same = 0; same < 15;) {
    const now = await size(second).catch(() => 0);
    same = now === found ? same + 1 : 0;
    found = now;
    await sleep(200);
  }
  return found;
}

/**
 * Card imports with duplicates, on a Galera cluster of three nodes without binary log: the cluster must stay whole and
 * every node must have the same rows. A node that replicates the rows of a failed statement is expelled by the others,
 * and its acknowledged writes are lost; plain SQL shows at the end that this server does so.
 */
export async function importsWithDuplicates(): Promise<Record<string, unknown>> {
  const [galera, redis] = await Promise.all([startGalera({ binaryLog: false }), startRedis()]);
  try {
    const database = 'soak_import';
    const [first] = galera.nodes;
    if (first === undefined) throw new Error('no node');
    await say(first.endpoint, `CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
    const mysql = { ...first.endpoint, database };
    await migrate(mysql);
    const desk = await openSite({ mysql, redis: { ...redis.endpoint, prefix: `t${randomUUID().slice(0, 8)}:` } });
    try {
      for (let round = 1; round <= 5; round += 1) {
        const keys = Array.from(
          { length: 2_000 },
          (_, at) => `R${String(round)}-${String(at).padStart(5, '0')}-ABCDEF`,
        );
        const report = await reported(desk, `keys${String(round)}.txt`, keys.join('\n'));
        // Some of the keys are created between the report and the import.
        await desk.site.db.run(
          'INSERT INTO card_keys (key_hash, plain_key, key_type, expires_at) SELECT key_hash, plain_key, key_type, expires_at FROM console_card_import_rows WHERE import_id = ? AND seq >= 1500',
          [report.importId],
        );
        const job = await imported(desk, report);
        must(`import ${String(round)}`, [job.state, job.done, job.skipped], ['done', 1_500, 500]);
      }
      must('warned without binary log', (await connectedTo(mysql, galeraWarning)) !== null, true);
      const size = await settledSize(galera);
      must('cluster size', size, 3);
      const cards = await Promise.all(
        galera.nodes.map(
          async ({ endpoint }) => (await say(endpoint, `SELECT COUNT(*) FROM ${database}.card_keys`))[0],
        ),
      );
      must('cards by node', cards.flat().map(Number), [10_000, 10_000, 10_000]);
      const bare = await connectedTo(mysql, withoutSavepoint);
      return { size, cards: cards.flat().map(Number), bare, bareSize: await settledSize(galera) };
    } finally {
      await desk.close();
    }
  } finally {
    await Promise.all([galera.stop(), redis.kill()]);
  }
}

/** What became of a commit after a failed statement that was caught without a savepoint. */
async function withoutSavepoint(connection: Connection): Promise<string> {
  for (const sql of [
    'CREATE TABLE bare (id INT AUTO_INCREMENT PRIMARY KEY, hash CHAR(8) NOT NULL UNIQUE)',
    "INSERT INTO bare VALUES (5000, '1000')",
    'CREATE TABLE numbers (id INT PRIMARY KEY)',
    `INSERT INTO numbers VALUES ${Array.from({ length: 1_000 }, (_, at) => `(${String(at + 1)})`).join(', ')}`,
    'START TRANSACTION',
  ])
    await connection.query<RowDataPacket[]>(sql);
  await connection.query('INSERT INTO bare SELECT id, id FROM numbers ORDER BY id').catch(() => undefined);
  await connection.query('INSERT INTO bare SELECT id, id FROM numbers WHERE id <> 1000 ORDER BY id');
  return connection.query('COMMIT').then(
    () => 'acknowledged',
    (error: unknown) => String(error),
  );
}
