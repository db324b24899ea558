import { errorNumber } from '../../data/mysql/errors.js';
import type { Parameter, Sql, Transaction } from '../../data/mysql/database.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import type { Site } from '../../data/site.js';
import { millisecondsOf, timestampOf } from '../../data/mysql/column-values.js';
import { claim, claimOn } from '../claims.js';

/** Plays of one content by one user on one UTC day. */
export interface CountedPlay {
  readonly day: string;
  readonly username: string;
  readonly source: string;
  readonly id: string;
  readonly plays: number;
  /** Seconds. */
  readonly watchTime: number;
}

/** What the database already has about a play of the batch. */
interface Known {
  /** The user is already counted for the content. */
  readonly content: boolean;
  /** The user is already counted for the day. */
  readonly day: boolean;
  readonly title: string | null;
  readonly source_name: string | null;
  readonly cover: string | null;
  readonly year: string | null;
}

const chunk = 200;

/**
 * Locks the ledger until the transaction ends, and returns since when it is kept; null if migration 0003 has not run.
 * `together`: shared with other counts, waits only for a rebuild; `alone`: no one else counts, and everything counted
 * is committed.
 */
export async function lockLedger(tx: Transaction, how: 'together' | 'alone'): Promise<string | null> {
  const lock = how === 'alone' ? 'FOR UPDATE' : 'LOCK IN SHARE MODE';
  try {
    const [row] = await tx.attempt(() =>
      tx.rows<{ at: string }>(`SELECT at FROM console_marks WHERE name = 'play_statistics' ${lock}`),
    );
    return row?.at.slice(0, 19) ?? null;
  } catch (error) {
    if (errorNumber(error) === 1146) return null;
    throw error;
  }
}

/**
 * Commits one batch: the ledger, play_stats_daily and content_stats in one transaction; a batch id that was committed
 * before changes nothing. A user is new to a content if neither the ledger nor a play record from before the ledger has
 * it, and new to a day if the ledger has no play of that day. Without migration 0003, sums are as exact, and unique
 * users are counted from play_records: for a day the users whose records were last saved on it, for a content only at
 * the next rebuild. Throws `unavailable`.
 *
 * Two batches wait for each other if both have plays of one user, who can be new to a day or a content only once; if
 * both have plays of one content, from the write of its row on; and during the last statement and the commit, for the
 * row of the day, which all of them update. No call of a site waits for any of this (`PlayBatches`). Without migration
 * 0006 batches run one after the other.
 */
export async function countPlays(site: Site, batch: string, plays: readonly CountedPlay[]): Promise<void> {
  const claims = await site.hasClaims();
  await site.db.transaction(async (tx) => {
    const since = await lockLedger(tx, claims ? 'together' : 'alone');
    if (since === null) {
      await addContents(tx, plays, []);
      await addDays(tx, plays, new Set());
      await estimateDays(tx, plays);
      return;
    }
    const { affectedRows } = await tx.run(
      'INSERT IGNORE INTO console_play_batches (id, at) VALUES (?, UTC_TIMESTAMP(3))',
      [batch],
    );
    if (affectedRows === 0) return;
    if (claims)
      await claim(
        tx,
        plays.map(({ username }) => claimOn('plays', username)),
      );
    const known = await whatIsKnown(tx, plays, since);
    await addToLedger(tx, plays);
    const newOnDay = new Set(
      plays.flatMap((play, at) => (known[at]?.day === true ? [] : [`${play.day}\0${play.username}`])),
    );
    await addContents(tx, plays, known);
    await addDays(tx, plays, newOnDay);
  });
}

/**
 * Deletes records of batches older than a day, which can no longer be resent, at most 1,000. Separate from any count,
 * because a count would wait for another process that deletes the same rows. Throws `unavailable`, `unsupported` (no
 * migration 0003).
 */
export async function forgetOldBatches(sql: Sql): Promise<void> {
  await sql.run('DELETE FROM console_play_batches WHERE at < UTC_TIMESTAMP(3) - INTERVAL 1 DAY LIMIT 1000');
}

async function addToLedger(tx: Sql, plays: readonly CountedPlay[]): Promise<void> {
  for (const some of chunked(plays, chunk)) {
    await tx.run(
      `INSERT INTO console_play_days (username, source, content_id, stat_date, plays, watch_time) VALUES ?
        ON DUPLICATE KEY UPDATE plays = plays + VALUES(plays), watch_time = watch_time + VALUES(watch_time)`,
      [some.map((play) => [play.username, play.source, play.id, play.day, play.plays, play.watchTime])],
    );
  }
}

/**
 * One result per play of the batch, in its order. The server compares, so that its collation decides which users and
 * contents are the same.
 */
async function whatIsKnown(tx: Sql, plays: readonly CountedPlay[], since: string): Promise<Known[]> {
  const known: Known[] = [];
  // Each value is next to the column it is compared with: in a table of their own, the values would have one collation,
  // and the site's columns another.
  const same = 'x.username = ? AND x.source = ? AND x.content_id = ?';
  const one = `SELECT ? AS i, x.title, x.source_name, x.cover, x.year, x.created_at < ? AS before_it,
      EXISTS (SELECT 1 FROM console_play_days x WHERE ${same}) AS ledger,
      EXISTS (SELECT 1 FROM console_play_days x WHERE x.stat_date = ? AND x.username = ?) AS daily
    FROM (SELECT 1) e LEFT JOIN play_records x ON ${same}`;
  for (const some of chunked(plays, chunk)) {
    const rows = await tx.rows<Known & { i: string; ledger: unknown; before_it: unknown; daily: unknown }>(
      some.map(() => one).join(' UNION ALL '),
      some.flatMap(({ username, source, id, day }, at): Parameter[] => {
        const which = [username, source, id];
        return [at, since, ...which, day, username, ...which];
      }),
    );
    const byPlace = new Map(rows.map((row) => [Number(row.i), row]));
    for (const at of some.keys()) {
      const row = byPlace.get(at);
      known.push({
        content: isTrue(row?.ledger) || isTrue(row?.before_it),
        day: isTrue(row?.daily),
        title: row?.title ?? null,
        source_name: row?.source_name ?? null,
        cover: row?.cover ?? null,
        year: row?.year ?? null,
      });
    }
  }
  return known;
}

/** The engines return different types for a comparison: INT or BIGINT. */
function isTrue(value: unknown): boolean {
  return Number(value ?? 0) === 1;
}

async function addDays(tx: Sql, plays: readonly CountedPlay[], newOnDay: ReadonlySet<string>): Promise<void> {
  const days = [...new Set(plays.map((play) => play.day))].toSorted();
  for (const day of days) {
    const some = plays.filter((play) => play.day === day);
    const users = [...newOnDay].filter((one) => one.startsWith(`${day}\0`)).length;
    await tx.run(
      `INSERT INTO play_stats_daily (stat_date, total_plays, total_watch_time, unique_users) VALUES (?, ?, ?, ?)
        ON DUPLICATE KEY UPDATE total_plays = COALESCE(total_plays, 0) + VALUES(total_plays),
          total_watch_time = COALESCE(total_watch_time, 0) + VALUES(total_watch_time),
          unique_users = COALESCE(unique_users, 0) + VALUES(unique_users)`,
      [day, sum(some, 'plays'), sum(some, 'watchTime'), users],
    );
  }
}

/**
 * The ids of these contents' rows in content_stats, by the exact spelling of source and id; a content with another
 * spelling is found by its key.
 */
async function contentIds(tx: Sql, plays: readonly CountedPlay[]): Promise<ReadonlyMap<string, Parameter>> {
  const ids = new Map<string, Parameter>();
  for (const some of chunked(plays, chunk)) {
    // One range per source: MariaDB cannot use a range for lists of pairs.
    const bySource = new Map<string, string[]>();
    for (const { source, id } of some) {
      const known = bySource.get(source);
      if (known === undefined) bySource.set(source, [id]);
      else known.push(id);
    }
    const rows = await tx.rows<{ id: string; source: string; content_id: string }>(
      `SELECT id, source, content_id FROM content_stats
        WHERE ${[...bySource].map(() => '(source = ? AND content_id IN (?))').join(' OR ')}`,
      [...bySource].flat(),
    );
    for (const row of rows) ids.set(`${row.source}\0${row.content_id}`, keyParameter(row.id));
  }
  return ids;
}

/** The counts of a batch for one content. */
interface CountedContent {
  readonly plays: CountedPlay[];
  /** Users who are new to it. */
  readonly users: Set<string>;
  /** The play that its texts come from. */
  about: Known | undefined;
}

async function addContents(tx: Sql, plays: readonly CountedPlay[], known: readonly Known[]): Promise<void> {
  const contents = new Map<string, CountedContent>();
  for (const [at, play] of plays.entries()) {
    const key = `${play.source}\0${play.id}`.toLowerCase();
    const content = contents.get(key) ?? {
      plays: [],
      users: new Set<string>(),
      about: undefined,
    };
    contents.set(key, content);
    content.plays.push(play);
    if (known[at]?.content === false) content.users.add(play.username);
    if (typeof known[at]?.title === 'string') content.about = known[at];
  }
  const ids = await contentIds(tx, plays);
  const rows = [...contents]
    // Always in this order, so that concurrent writers of these rows cannot deadlock.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { plays: some, users, about }]): Parameter[][] => {
      const [first] = some;
      if (first === undefined) return [];
      const words = [about?.title ?? null, about?.source_name ?? null, about?.cover ?? null, about?.year ?? null];
      const counts = [sum(some, 'plays'), sum(some, 'watchTime'), users.size, timestampOf(Date.now())];
      return [[ids.get(`${first.source}\0${first.id}`) ?? null, first.source, first.id, ...words, ...counts]];
    });
  for (const some of chunked(rows, chunk)) {
    // An existing row is given with its id: found by the other key, it would be locked together with the gap before it,
    // where another content may belong.
    await tx.run(
      `INSERT INTO content_stats (id, source, content_id, title, source_name, cover, year, play_count, total_watch_time, unique_users, last_played_at)
        VALUES ? ON DUPLICATE KEY UPDATE title = COALESCE(VALUES(title), title), source_name = COALESCE(VALUES(source_name), source_name),
          cover = COALESCE(VALUES(cover), cover), year = COALESCE(VALUES(year), year), play_count = play_count + VALUES(play_count),
          total_watch_time = total_watch_time + VALUES(total_watch_time), unique_users = unique_users + VALUES(unique_users),
          last_played_at = GREATEST(COALESCE(last_played_at, VALUES(last_played_at)), VALUES(last_played_at))`,
      [some],
    );
  }
}

/** Without a ledger: the users whose records were last saved on the day; never fewer than before. */
async function estimateDays(tx: Sql, plays: readonly CountedPlay[]): Promise<void> {
  for (const day of [...new Set(plays.map((play) => play.day))].toSorted()) {
    const start = millisecondsOf(`${day} 00:00:00`) ?? 0;
    await tx.run(
      `UPDATE play_stats_daily SET unique_users = GREATEST(COALESCE(unique_users, 0),
          (SELECT COUNT(DISTINCT username) FROM play_records WHERE updated_at >= ? AND updated_at < ?)) WHERE stat_date = ?`,
      [timestampOf(start), timestampOf(start + 86_400_000), day],
    );
  }
}

function sum(plays: readonly CountedPlay[], what: 'plays' | 'watchTime'): number {
  return plays.reduce((total, play) => total + play[what], 0);
}
