import { type Sql, sqlTime } from '../data/mysql/database.js';

/** Whoever takes longer (milliseconds) may have waited for a lock, and the time that the server told before has passed. */
export const waited = 500;

/**
 * The server's clock, as a statement has told it that was sent at `sent` (of `performance.now()`); asked again where that is so long ago that
 * something may have been waited for.
 */
export async function nowAsTold(sql: Sql, told: string | undefined, sent: number): Promise<string> {
  return told !== undefined && performance.now() - sent < waited ? told : databaseNow(sql);
}

/** The server's clock, UTC to the second: what decides about expiry, and what rows are stamped with. */
export async function databaseNow(sql: Sql): Promise<string> {
  const [row] = await sql.rows<{ now: string }>('SELECT UTC_TIMESTAMP() AS now');
  return row?.now ?? sqlTime(new Date());
}
