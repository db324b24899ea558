import type { Connection } from 'mysql2/promise';
import { rowsOf } from './session.js';

/**
 * empty: no tables, except perhaps the console's. site: has a site's users. site_with_console: a site that a console
 * has used. foreign: has tables, but no site's users.
 */
export type DatabaseKind = 'empty' | 'site' | 'site_with_console' | 'foreign';

/**
 * Recognises what the chosen database is, from information_schema only. Changes nothing; throws only the driver's own
 * errors.
 */
export async function recogniseDatabase(connection: Connection): Promise<DatabaseKind> {
  const tables = await rowsOf(
    connection,
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
  );
  const names = tables.map((row) => String(row['name']).toLowerCase());
  const consoles = names.filter((name) => name.startsWith('console_'));
  if (consoles.length === names.length) return 'empty';
  const columns = await rowsOf(
    connection,
    "SELECT COLUMN_NAME AS name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND LOWER(TABLE_NAME) = 'users'",
  );
  const found = new Set(columns.map((row) => String(row['name']).toLowerCase()));
  // Other applications also have users with a name and a hash; only a site also has one of these tables.
  const isSite =
    found.has('username') &&
    found.has('password_hash') &&
    sitesOwn.some((name) => found.has(name) || names.includes(name));
  if (!isSite) return 'foreign';
  return consoles.length > 0 ? 'site_with_console' : 'site';
}

const sitesOwn = ['enabled_apis', 'tvbox_token', 'show_adult_content', 'play_records', 'card_keys', 'user_points'];
