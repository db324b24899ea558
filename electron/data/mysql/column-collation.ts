import type { Sql } from './database.js';

/**
 * Makes a value from the console's own tables comparable with a column of the site: returns ` COLLATE …`, to write
 * after the value. Our tables have the collation of the design, and MySQL refuses to compare columns of different
 * collations (1267). With this, the site's index can be used, and the site's collation decides what is equal. Empty if
 * the column is not utf8mb4: such text is converted automatically.
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
