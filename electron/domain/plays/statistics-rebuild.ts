import { randomBytes } from 'node:crypto';
import { asColumn } from '../../data/mysql/column-collation.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import { lockLedger } from './statistics-count.js';

/** The result of a rebuild. Zero and zero prove that the counters were right. */
export interface Rebuilt {
  /** Contents in the ledger. */
  readonly contents: number;
  /** Contents with corrected counters. */
  readonly contentsMended: number;
  readonly days: number;
  readonly daysMended: number;
}

/** One row per content: what content_stats should contain. */
const contents = (plays: string): string =>
  `SELECT source, content_id, SUM(plays) AS plays, SUM(watch_time) AS watch_time, COUNT(DISTINCT username) AS users,
    CAST(MAX(stat_date) AS DATETIME) AS last_day FROM ${plays} GROUP BY source, content_id`;

/** One row per day: what play_stats_daily should contain. */
const days = (plays: string, from: string): string =>
  `SELECT stat_date, SUM(plays) AS plays, SUM(watch_time) AS watch_time, COUNT(DISTINCT username) AS users
    FROM ${plays} WHERE stat_date >= ${from} GROUP BY stat_date`;

/** Without a ledger, each record is one play, of as many seconds as its position, on the day it was last saved. */
const records = `(SELECT username, source, content_id, DATE(updated_at) AS stat_date, 1 AS plays, play_time AS watch_time FROM play_records) AS records`;

/**
 * A play record's column compared as the ledger compares, so that the ledger's index is used: records of a site with a
 * case-sensitive collation may be one there.
 */
const inLedger = (column: string): string =>
  `x.${column} = CONVERT(p.${column} USING utf8mb4) COLLATE utf8mb4_unicode_ci`;

/**
 * Recounts content_stats and play_stats_daily. Records from before the ledger that were not played since are added to
 * it as one play each; then both tables become the sums of the ledger. Contents and days missing from the ledger stay
 * as they are. `dryRun` reports what would be corrected and changes nothing. One transaction: counting waits for it,
 * viewers do not. Deletes no cache: `stats:*` follow with their next refresh. Throws `unavailable`.
 */
export async function rebuildStatistics(site: Site, { dryRun = false } = {}): Promise<Rebuilt> {
  return site.db.transaction(async (tx) => {
    const since = await lockLedger(tx, 'alone');
    if (since !== null && !dryRun) {
      await tx.run(
        `INSERT INTO console_play_days (username, source, content_id, stat_date, plays, watch_time)
          SELECT p.username, p.source, p.content_id, DATE(p.updated_at), 1, p.play_time FROM play_records p
          LEFT JOIN console_play_days x ON ${inLedger('username')} AND ${inLedger('source')} AND ${inLedger('content_id')}
          WHERE p.created_at < ? AND x.username IS NULL
          ON DUPLICATE KEY UPDATE plays = console_play_days.plays + VALUES(plays), watch_time = console_play_days.watch_time + VALUES(watch_time)`,
        [since],
      );
    }
    const plays = since === null ? records : 'console_play_days';
    // Days before the ledger were counted from data that is gone.
    const from = since === null ? "'1970-01-01'" : `'${since.slice(0, 10)}'`;
    const found: Rebuilt = {
      ...(await countContents(tx, plays)),
      ...(await countDays(tx, plays, from)),
    };
    if (dryRun) return found;
    await tx.run(
      `INSERT INTO content_stats (source, content_id, play_count, total_watch_time, unique_users, last_played_at)
        SELECT t.source, t.content_id, t.plays, t.watch_time, t.users, t.last_day FROM (${contents(plays)}) t
        ON DUPLICATE KEY UPDATE play_count = VALUES(play_count), total_watch_time = VALUES(total_watch_time),
          unique_users = VALUES(unique_users), last_played_at = GREATEST(COALESCE(last_played_at, VALUES(last_played_at)), VALUES(last_played_at))`,
    );
    await tx.run(
      `UPDATE content_stats c JOIN play_records p ON p.id = (SELECT MAX(id) FROM play_records x WHERE x.source = c.source AND x.content_id = c.content_id)
        SET c.title = p.title, c.source_name = p.source_name, c.cover = p.cover, c.year = p.year WHERE c.title IS NULL`,
    );
    await tx.run(
      `INSERT INTO play_stats_daily (stat_date, total_plays, total_watch_time, unique_users)
        SELECT t.stat_date, t.plays, t.watch_time, t.users FROM (${days(plays, from)}) t
        ON DUPLICATE KEY UPDATE total_plays = VALUES(total_plays), total_watch_time = VALUES(total_watch_time), unique_users = VALUES(unique_users)`,
    );
    return found;
  });
}

async function countContents(tx: Sql, plays: string): Promise<Pick<Rebuilt, 'contents' | 'contentsMended'>> {
  const as = await asColumn(tx, 'content_stats', 'source');
  const [row] = await tx.rows<{ counted: string; wrong: string | null }>(
    `SELECT COUNT(*) AS counted, SUM(NOT (COALESCE(c.play_count, -1) = t.plays AND COALESCE(c.total_watch_time, -1) = t.watch_time
        AND COALESCE(c.unique_users, -1) = t.users)) AS wrong
      FROM (${contents(plays)}) t LEFT JOIN content_stats c ON c.source = t.source${as} AND c.content_id = t.content_id${as}`,
  );
  return { contents: Number(row?.counted ?? 0), contentsMended: Number(row?.wrong ?? 0) };
}

async function countDays(tx: Sql, plays: string, from: string): Promise<Pick<Rebuilt, 'days' | 'daysMended'>> {
  const [row] = await tx.rows<{ counted: string; wrong: string | null }>(
    `SELECT COUNT(*) AS counted, SUM(NOT (COALESCE(d.total_plays, -1) = t.plays AND COALESCE(d.total_watch_time, -1) = t.watch_time
        AND COALESCE(d.unique_users, -1) = t.users)) AS wrong
      FROM (${days(plays, from)}) t LEFT JOIN play_stats_daily d ON d.stat_date = t.stat_date`,
  );
  return { days: Number(row?.counted ?? 0), daysMended: Number(row?.wrong ?? 0) };
}

/**
 * Replaces the user's name in the ledger's plays by a meaningless one, in the transaction that deletes the user: sums
 * and unique users stay.
 */
export async function forgetPlays(tx: Sql, usernames: readonly string[]): Promise<void> {
  const [table] = await tx.rows<{ found: string }>(
    "SELECT COUNT(*) AS found FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'console_play_days'",
  );
  if (Number(table?.found ?? 0) === 0) return;
  await tx.run(
    // Found by the ledger's index; the site's collation decides whose they are: if it is case-sensitive, Bob's plays
    // are not bob's.
    `UPDATE console_play_days SET username = CONCAT('#', LEFT(SHA2(CONCAT(username, ?), 256), 32))
      WHERE username IN (?) AND username${await asColumn(tx, 'users', 'username')} IN (?)`,
    [randomBytes(16).toString('hex'), usernames, usernames],
  );
}
