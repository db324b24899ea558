import type { ConfigState } from '../../contract/config.js';
import { hasState } from '../../data/config/state.js';
import { isoOf, type Sql } from '../../data/mysql/database.js';
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

/** How the site's config is kept now. Reads one row, the size of another, and counts entries where they are in rows. */
export async function configState({ site, signal }: Pick<SiteContext, 'site' | 'signal'>): Promise<ConfigState> {
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
  const [count] =
    row.mode === 'json'
      ? []
      : await sql.rows<{ entries: string }>('SELECT COUNT(*) AS entries FROM console_config_entries');
  return {
    home: homeOf(row.mode),
    movable: true,
    entries: count === undefined ? null : Number(count.entries),
    bytes,
    movedAt: row.moved_at === null ? null : isoOf(row.moved_at),
    movedBy: row.moved_by,
    foundAgain: Number(row.found_again),
    foundAt: row.found_at === null ? null : isoOf(row.found_at),
  };
}
