import { type Sql, sqlTime } from '../data/mysql/database.js';

/** A statement that takes longer (milliseconds) may have waited for a lock, so the server's time in it is outdated. */
export const waited = 500;

/**
 * The server's clock, as a statement sent at `sent` (of `performance.now()`) returned it; asked again if that is so
 * long ago that the statement may have waited.
 */
export async function nowAsTold(sql: Sql, told: string | undefined, sent: number): Promise<string> {
  return told !== undefined && performance.now() - sent < waited ? told : databaseNow(sql);
}

/** The server's clock, UTC to the second: decides about expiry, and stamps rows. */
export async function databaseNow(sql: Sql): Promise<string> {
  const [row] = await sql.rows<{ now: string }>('SELECT UTC_TIMESTAMP() AS now');
  return row?.now ?? sqlTime(new Date());
}
