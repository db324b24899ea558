import type { Sql } from './database.js';

/**
 * How the site compares what stands in one of its columns: ` COLLATE …`, to stand behind a value of the console's own
 * tables that meets it. Our tables keep the collation of the design, and two columns of different ones are not compared
 * at all (1267); with this, the site's index serves, and what is the same is decided as the site decides it. Empty
 * where the site's letters are not utf8mb4: those are converted without asking.
 */
export async function asColumn(sql: Sql, table: string, column: string): Promise<string> {
  const [row] = await sql.rows<{ name: string | null }>(
    `SELECT COLLATION_NAME AS name FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?`,
    [table, column],
  );
  const name = row?.name ?? '';
  return /^utf8mb4_\w+$/.test(name) ? ` COLLATE ${name}` : '';
}
