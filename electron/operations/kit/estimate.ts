import type { Sql } from '../../data/mysql/database.js';

/** Up to this size, counting takes no longer than asking for the estimate. */
const small = 50_000;

/** The server's estimate of a large table's rows, for a title line. Null if the table is small enough to be counted. */
export async function estimateOf(sql: Sql, table: string): Promise<number | null> {
  const [row] = await sql.rows<{ estimate: string | number | null }>(
    'SELECT TABLE_ROWS AS estimate FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
    [table],
  );
  const estimate = Number(row?.estimate ?? 0);
  return estimate > small ? estimate : null;
}
