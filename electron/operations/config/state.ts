import type { ConfigState } from '../../contract/config.js';
import { hasState } from '../../data/config/state.js';
import { isoOrNull, type Sql } from '../../data/mysql/database.js';
import { abortable } from '../kit/abortable.js';
import type { SiteContext } from '../context.js';
import { homeOf } from './home.js';

interface StateRow {
  readonly mode: 'json' | 'leaving' | 'rows';
  readonly found_again: string | number;
  readonly found_at: string | null;
  readonly moved_at: string | null;
  readonly moved_by: string | null;
}

/** Entries are counted up to this number. Beyond it, the server's estimate is used. */
const mostCounted = 50_000;

/**
 * Where and how the site's config is stored now. Reads one row, the size of another and, if entries are in rows, at
 * most `most` of them, so the cost does not grow with the site. `most` is for tests.
 */
export async function configState(
  { site, signal }: Pick<SiteContext, 'site' | 'signal'>,
  most = mostCounted,
): Promise<ConfigState> {
  const sql: Sql = abortable(site.db, signal);
  const [size] = await sql.rows<{ bytes: string | null }>(
    "SELECT LENGTH(CAST(config_value AS CHAR)) AS bytes FROM admin_configs WHERE config_key = 'main_config'",
  );
  const bytes = Number(size?.bytes ?? 0);
  const nothing = { entries: null, bytes, movedAt: null, movedBy: null, foundAgain: 0, foundAt: null };
  if (!(await hasState(sql))) return { home: 'document', movable: false, ...nothing };
  const [row] = await sql.rows<StateRow>(
    'SELECT mode, found_again, found_at, moved_at, moved_by FROM console_config_state WHERE id = 1',
  );
  if (row === undefined) return { home: 'document', movable: true, ...nothing };
  return {
    home: homeOf(row.mode),
    movable: true,
    entries: row.mode === 'json' ? null : await countEntries(sql, most),
    bytes,
    movedAt: isoOrNull(row.moved_at),
    movedBy: row.moved_by,
    foundAgain: Number(row.found_again),
    foundAt: isoOrNull(row.found_at),
  };
}

async function countEntries(sql: Sql, most: number): Promise<ConfigState['entries']> {
  const [counted] = await sql.rows<{ entries: string | number }>(
    'SELECT COUNT(*) AS entries FROM (SELECT id FROM console_config_entries LIMIT ?) e',
    [most + 1],
  );
  const count = Number(counted?.entries ?? 0);
  if (count <= most) return { count, exact: true };
  const [guess] = await sql.rows<{ entries: string | number | null }>(
    "SELECT TABLE_ROWS AS entries FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'console_config_entries'",
  );
  // At least this many exist, even if the server's statistics are from before the move.
  return { count: Math.max(count, Number(guess?.entries ?? 0)), exact: false };
}
