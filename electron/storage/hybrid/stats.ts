import { Refusal } from '../../contract/errors.js';
import type { Cache } from '../../data/cache/cache.js';
import type { Database, Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import type { ContentStat, IStorage, PlayRecord, PlayStats, UserPlayStat } from '../types.js';
import { millisecondsOf, neededKey, timestampOf, whole } from '../../data/mysql/column-values.js';
import { lockUser, neededName, storedName } from './owner-names.js';
import type { RecentPlay } from './plays.js';
import type { Replicas } from './replica.js';
import type { PlayBatches } from './stats-batch.js';

/** Length of `stats:content_hot`; longer lists are read from MySQL. */
export const mostHot = 100;

/** The second source of the statistics besides MySQL: the same storage's plays. */
export interface PlaySource {
  getAllPlayRecords(userName: string): Promise<Record<string, PlayRecord>>;
  getRecentPlays(userName: string, limit?: number): Promise<RecentPlay[]>;
}

interface ContentRow {
  readonly source: string;
  readonly content_id: string;
  readonly title: string | null;
  readonly source_name: string | null;
  readonly cover: string | null;
  readonly year: string | null;
  readonly play_count: number;
  readonly total_watch_time: string;
  readonly unique_users: number;
  readonly last_played_at: string | null;
}

interface LoginRow {
  readonly login_count: number;
  readonly first_login_at: string | null;
  readonly last_login_at: string | null;
  readonly last_login_date: string | null;
}

type StatsMethods = Pick<
  IStorage,
  'getPlayStats' | 'getUserPlayStat' | 'getContentStats' | 'updatePlayStatistics' | 'updateUserLoginStats'
>;

/**
 * Statistics. `PlayBatches` counts the plays. `stats:play_summary` and `stats:content_hot` are read through the cache
 * and refreshed in time by one of all processes, so they are never older than their designed time (30 minutes, an
 * hour). There is no limit on the number of users.
 */
export function statsMethods(
  site: Site,
  cache: Cache,
  batches: PlayBatches,
  plays: PlaySource,
  replicas: Replicas,
): StatsMethods {
  return {
    getPlayStats: () => cache.refreshed('playSummary', '', () => playStats(site.db)),

    async getUserPlayStat(userName) {
      const username = await storedName(site, userName);
      if (username === null) return userStat(userName, [], [], null);
      const [records, recent, logins] = await Promise.all([
        plays.getAllPlayRecords(username),
        plays.getRecentPlays(username, 10),
        replicas
          .for(username)
          .rows<LoginRow>(
            'SELECT login_count, first_login_at, last_login_at, last_login_date FROM user_login_stats WHERE username = ?',
            [username],
          ),
      ]);
      return userStat(username, Object.values(records), recent, logins[0] ?? null);
    },

    async getContentStats(limit = 10) {
      if (limit <= 0) return [];
      if (limit > mostHot) return contentStats(replicas.any(), Math.min(Math.trunc(limit), 10_000));
      return (await cache.refreshed('contentHot', '', () => contentStats(site.db, mostHot))).slice(0, limit);
    },

    async updatePlayStatistics(userName, source, id, watchTime) {
      neededKey(`${source}+${id}`);
      if (source.includes('+') || source === '') {
        throw new Refusal('invalid_input', {
          zh: '来源不能为空，也不能含有「+」',
          en: 'A source is not empty and has no +',
        });
      }
      const seconds = whole(watchTime, 'watchTime');
      batches.add(await neededName(site, userName), source, id, seconds);
    },

    async updateUserLoginStats(userName, loginTime) {
      const at = timestampOf(loginTime);
      const username = await cache.write([], async (tx) => {
        const name = await lockUser(tx, userName);
        // UPDATE first: an INSERT that finds a row by this key also locks the gap before it, where another user's row
        // may belong.
        const { affectedRows } = await tx.run(
          `UPDATE user_login_stats SET login_count = login_count + 1, first_login_at = COALESCE(first_login_at, ?),
              last_login_date = IF(last_login_at IS NULL OR last_login_at <= ?, ?, last_login_date),
              last_login_at = GREATEST(COALESCE(last_login_at, ?), ?)
            WHERE username = ?`,
          [at, at, at.slice(0, 10), at, at, name],
        );
        if (affectedRows > 0) return name;
        await tx.run(
          `INSERT INTO user_login_stats (username, login_count, first_login_at, last_login_at, last_login_date) VALUES (?, 1, ?, ?, ?)
            ON DUPLICATE KEY UPDATE login_count = login_count + 1,
              first_login_at = COALESCE(first_login_at, VALUES(first_login_at)),
              last_login_date = IF(last_login_at IS NULL OR last_login_at <= VALUES(last_login_at), VALUES(last_login_date), last_login_date),
              last_login_at = GREATEST(COALESCE(last_login_at, VALUES(last_login_at)), VALUES(last_login_at))`,
          [name, at, at, at.slice(0, 10)],
        );
        return name;
      });
      replicas.wrote(username);
    },
  };
}

async function playStats(db: Database): Promise<PlayStats> {
  const [users] = await db.prepared<{ total: string }>('SELECT COUNT(*) AS total FROM users');
  const [sums] = await db.prepared<{ plays: string | null; watch: string | null }>(
    'SELECT SUM(total_plays) AS plays, SUM(total_watch_time) AS watch FROM play_stats_daily',
  );
  const daily = await db.prepared<{ stat_date: string; plays: string; watch: string; users: string }>(
    `SELECT stat_date, COALESCE(total_plays, 0) AS plays, COALESCE(total_watch_time, 0) AS watch, COALESCE(unique_users, 0) AS users
      FROM play_stats_daily WHERE total_plays > 0 ORDER BY stat_date DESC LIMIT 30`,
  );
  return {
    totalUsers: Number(users?.total ?? 0),
    totalPlays: Number(sums?.plays ?? 0),
    totalWatchTime: Number(sums?.watch ?? 0),
    daily: daily.toReversed().map((row) => ({
      date: row.stat_date,
      plays: Number(row.plays),
      watchTime: Number(row.watch),
      uniqueUsers: Number(row.users),
    })),
  };
}

async function contentStats(db: Sql, limit: number): Promise<ContentStat[]> {
  const rows = await db.rows<ContentRow>(
    `SELECT source, content_id, title, source_name, cover, year, play_count, total_watch_time, unique_users, last_played_at
      FROM content_stats ORDER BY play_count DESC, id LIMIT ?`,
    [limit],
  );
  return rows.map((row) => ({
    source: row.source,
    id: row.content_id,
    title: row.title ?? '',
    source_name: row.source_name ?? '',
    cover: row.cover ?? '',
    year: row.year ?? '',
    playCount: row.play_count,
    totalWatchTime: Number(row.total_watch_time),
    uniqueUsers: row.unique_users,
    lastPlayed: millisecondsOf(row.last_played_at) ?? 0,
  }));
}

function userStat(
  username: string,
  records: readonly PlayRecord[],
  recent: readonly RecentPlay[],
  login: LoginRow | null,
): UserPlayStat {
  const sources = new Map<string, number>();
  for (const { source_name: name } of records) sources.set(name, (sources.get(name) ?? 0) + 1);
  const [most] = [...sources].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return {
    username,
    totalPlays: records.length,
    totalWatchTime: records.reduce((sum, record) => sum + record.play_time, 0),
    lastPlayTime: records.reduce((last, record) => Math.max(last, record.save_time), 0),
    recentRecords: recent.map(({ record }) => record),
    mostWatchedSource: most?.[0] ?? '',
    loginCount: login?.login_count ?? 0,
    firstLoginTime: millisecondsOf(login?.first_login_at ?? null),
    lastLoginTime: millisecondsOf(login?.last_login_at ?? null),
    lastLoginDate:
      login === null || login.last_login_date === null ? null : millisecondsOf(`${login.last_login_date} 00:00:00`),
  };
}
