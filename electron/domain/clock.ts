import { type Sql, sqlTime } from '../data/mysql/database.js';

/** The server's clock, UTC to the second: what decides about expiry, and what rows are stamped with. */
export async function databaseNow(sql: Sql): Promise<string> {
  const [row] = await sql.rows<{ now: string }>('SELECT UTC_TIMESTAMP() AS now');
  return row?.now ?? sqlTime(new Date());
}
