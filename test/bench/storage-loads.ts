import { millisecondsOf } from '../../electron/data/mysql/column-values.js';
import { playColumns, playRecordOf, type PlayRow } from '../../electron/storage/hybrid/play-rows.js';
import type { PlayRecord } from '../../electron/storage/types.js';

/**
 * Something that runs SQL: the storage's own pool, or only the driver. `prepared` for small, frequent statements, as
 * the storage runs them.
 */
export interface Asked {
  rows<Row>(sql: string, parameters?: readonly string[]): Promise<Row[]>;
  prepared<Row>(sql: string, parameters?: readonly string[]): Promise<Row[]>;
}

type Row = Record<string, unknown>;

/** The query for a user's page. */
export async function loadUser(db: Asked, name: string): Promise<Row | null> {
  const [row] = await db.prepared<Row>(
    `SELECT u.username, u.role, u.banned, u.tags, u.enabled_apis, u.oidc_sub, u.tvbox_token, u.show_adult_content, u.created_at,
       c.key_hash, c.expires_at FROM users u LEFT JOIN card_keys c ON c.bound_to = u.username WHERE u.username = ? LIMIT 1`,
    [name],
  );
  return row ?? null;
}

/**
 * The query for a user's list of plays, as on a site: the storage's own statement and mapping, which every side has to
 * do.
 */
export async function loadPlays(db: Asked, name: string): Promise<Record<string, PlayRecord>> {
  const rows = await db.rows<PlayRow>(
    `SELECT ${playColumns} FROM play_records WHERE username = ? ORDER BY updated_at DESC, id DESC`,
    [name],
  );
  return Object.fromEntries(rows.map((row) => [`${row.source}+${row.content_id}`, playRecordOf(row)]));
}

/** The query for the page of hot contents. */
export async function loadHot(db: Asked): Promise<Row[]> {
  const rows = await db.rows<Record<string, string | number | null>>(
    `SELECT source, content_id, title, source_name, cover, year, play_count, total_watch_time, unique_users, last_played_at
       FROM content_stats ORDER BY play_count DESC, id LIMIT 100`,
  );
  return rows.map((row) => ({
    source: row['source'],
    id: row['content_id'],
    title: row['title'] ?? '',
    source_name: row['source_name'] ?? '',
    cover: row['cover'] ?? '',
    year: row['year'] ?? '',
    playCount: row['play_count'],
    totalWatchTime: Number(row['total_watch_time']),
    uniqueUsers: row['unique_users'],
    lastPlayed: millisecondsOf(row['last_played_at'] === null ? null : String(row['last_played_at'])) ?? 0,
  }));
}

/** The query for the summary of plays. */
export async function loadSummary(db: Asked): Promise<Row> {
  const [users] = await db.prepared('SELECT COUNT(*) AS total FROM users');
  const [sums] = await db.prepared(
    'SELECT SUM(total_plays) AS plays, SUM(total_watch_time) AS watch FROM play_stats_daily',
  );
  const daily = await db.prepared(
    'SELECT stat_date, total_plays, total_watch_time, unique_users FROM play_stats_daily WHERE total_plays > 0 ORDER BY stat_date DESC LIMIT 30',
  );
  return { users, sums, daily };
}
