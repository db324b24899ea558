import type { Connection, RowDataPacket } from 'mysql2/promise';

/** The site's tables, in the order they are loaded. */
export const TABLES = [
  'users',
  'card_keys',
  'user_card_keys',
  'user_points',
  'points_records',
  'invitations',
  'ip_reward_records',
  'user_login_stats',
  'play_records',
  'favorites',
  'episode_skip_configs',
  'content_stats',
  'play_stats_daily',
  'admin_configs',
  'invitation_configs',
] as const;

/** The console's tables of batches, if migration 0004 has run. */
export const BOOK = ['console_card_batches', 'console_card_ranges', 'console_card_marks'] as const;

export type Table = (typeof TABLES)[number];

export function noRows(): Record<Table, number> {
  return {
    users: 0,
    card_keys: 0,
    user_card_keys: 0,
    user_points: 0,
    points_records: 0,
    invitations: 0,
    ip_reward_records: 0,
    user_login_stats: 0,
    play_records: 0,
    favorites: 0,
    episode_skip_configs: 0,
    content_stats: 0,
    play_stats_daily: 0,
    admin_configs: 0,
    invitation_configs: 0,
  };
}

/** A fresh schema has one row in each of these. */
const ROWS_FROM_BIRTH: readonly string[] = ['admin_configs', 'invitation_configs'] satisfies readonly Table[];

/**
 * Refuses a database without the site's schema, or one with real data. Returns whether the console's tables of cards
 * exist.
 */
export async function clearGround(connection: Connection, replace: boolean): Promise<boolean> {
  const [present] = await connection.query<RowDataPacket[]>(
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
  );
  const names = new Set(present.map((row) => String(row['name'])));
  const missing = TABLES.filter((table) => !names.has(table));
  if (missing.length > 0)
    throw new Error(`The database lacks the site's tables: ${missing.join(', ')}. Run the migrations first.`);

  const book = BOOK.every((table) => names.has(table));
  const all = book ? [...TABLES, ...BOOK] : TABLES;
  if (replace) {
    // DELETE would check every foreign key.
    await connection.query('SET foreign_key_checks = 0');
    for (const table of all) await connection.query(`TRUNCATE TABLE ${table}`);
    return book;
  }
  for (const table of all) {
    if (ROWS_FROM_BIRTH.includes(table)) continue;
    const [rows] = await connection.query<RowDataPacket[]>(`SELECT 1 FROM ${table} LIMIT 1`);
    if (rows.length > 0)
      throw new Error(
        `Table ${table} is not empty; nothing was changed. --replace deletes the site's data and loads the demo.`,
      );
  }
  return book;
}
