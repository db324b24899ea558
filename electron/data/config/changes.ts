import type { Sql } from '../mysql/database.js';
import { errorNumber } from '../mysql/errors.js';
import { chunked } from '../write/row-writer.js';

/*
 * The log of whose entry has changed. Every line is its writer's own: nobody waits for anybody. Numbers are given when a line is written and seen
 * when it is committed, so a lower one may come to sight after a higher one; see changes-reader.ts for who reads it.
 */

/** How long lines are kept, in seconds. */
export const keptSeconds = 900;
/** Lines that one pruning takes at most. */
const atOnce = 5_000;

/** Writes down whose entries change with this transaction; to be done late in it. */
export async function noteChanges(tx: Sql, names: readonly string[]): Promise<void> {
  for (const batch of chunked(names, 1_000)) {
    const rows = batch.map((): string => '(?, UTC_TIMESTAMP(3))').join(', ');
    await tx.run(`INSERT INTO console_config_changes (username, at) VALUES ${rows}`, batch);
  }
}

/**
 * Whose entries have changed since somebody last wrote the config's row, as far back as the log goes. The row's time has seconds, so what changed
 * within its second is not among them. A site whose table has no such time answers nobody.
 */
export async function changedSinceConfig(sql: Sql): Promise<ReadonlySet<string>> {
  try {
    const rows = await sql.rows<{ username: string }>(
      `SELECT DISTINCT CONVERT(username USING utf8mb4) AS username FROM console_config_changes
       WHERE at >= (SELECT updated_at + INTERVAL 1 SECOND FROM admin_configs WHERE config_key = 'main_config')`,
    );
    return new Set(rows.map(({ username }) => username));
  } catch (error) {
    if (errorNumber(error) !== unknownColumn) throw error;
    return new Set();
  }
}

const unknownColumn = 1054;

/** Takes lines away that nobody needs any more: by a statement of its own, that holds only lines older than any reader asks for. */
export async function pruneChanges(sql: Sql, olderThan = keptSeconds): Promise<number> {
  const { affectedRows } = await sql.run(
    `DELETE FROM console_config_changes WHERE at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND ORDER BY at LIMIT ${String(atOnce)}`,
    [olderThan],
  );
  return affectedRows;
}
