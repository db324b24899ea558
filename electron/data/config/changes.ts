import type { Sql } from '../mysql/database.js';
import { errorNumber } from '../mysql/errors.js';
import { chunked } from '../write/row-writer.js';

/*
 * The log of changed entries. Every line belongs to its writer, so no writer waits for another. A number is assigned
 * when its line is written and becomes visible at the commit, so a lower one may appear after a higher one;
 * changes-reader.ts reads the log.
 */

/** How long lines are kept, in seconds. */
export const keptSeconds = 900;
/** At most so many lines per pruning. */
const atOnce = 5_000;

/** Records which entries this transaction changes; call it late in the transaction. */
export async function noteChanges(tx: Sql, names: readonly string[]): Promise<void> {
  for (const batch of chunked(names, 1_000)) {
    const rows = batch.map((): string => '(?, UTC_TIMESTAMP(3))').join(', ');
    await tx.run(`INSERT INTO console_config_changes (username, at) VALUES ${rows}`, batch);
  }
}

/**
 * The names whose entries have changed since the config's row was last written, as far back as the log goes. The row's
 * time has only seconds, so changes within its second are missing. Empty if the site's table has no such time.
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

/**
 * Deletes lines that are no longer needed, in a statement of its own, which locks only lines older than any reader asks
 * for.
 */
export async function pruneChanges(sql: Sql, olderThan = keptSeconds): Promise<number> {
  const { affectedRows } = await sql.run(
    `DELETE FROM console_config_changes WHERE at < UTC_TIMESTAMP(3) - INTERVAL ? SECOND ORDER BY at LIMIT ${String(atOnce)}`,
    [olderThan],
  );
  return affectedRows;
}
