import { legacy, legacyPatterns, looksLikeRecord } from '../../data/legacy/keys.js';
import type { ContentStat, PlayRecord, PlayStats, UserPlayStat } from '../types.js';
import type { LegacyRecords } from '../../data/legacy/records.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { atomically } from '../../data/legacy/optimistic-transaction.js';

const dayMs = 86_400_000;

interface LoginStats {
  loginCount?: number;
  firstLoginTime?: number | null;
  lastLoginTime?: number | null;
  lastLoginDate?: number | null;
}

interface Play {
  readonly user: string;
  readonly key: string;
  readonly record: PlayRecord;
}

/**
 * Statistics. This layout does not store them: every call computes them from the play records, counting one play per
 * record.
 */
export class LegacyStats {
  readonly #store: LegacyStore;
  readonly #plays: LegacyRecords<PlayRecord>;

  constructor(store: LegacyStore, plays: LegacyRecords<PlayRecord>) {
    this.#store = store;
    this.#plays = plays;
  }

  /** The site's totals; `daily` by the UTC day of each record's last save. */
  async summary(totalUsers: number): Promise<PlayStats> {
    const plays = await this.#all();
    const daily = new Map<string, { plays: number; watchTime: number; users: Set<string> }>();
    for (const { user, record } of plays) {
      if (!(record.save_time > Date.now() - 30 * dayMs)) continue;
      const date = new Date(record.save_time).toISOString().slice(0, 10);
      const day = daily.get(date) ?? { plays: 0, watchTime: 0, users: new Set() };
      daily.set(date, day);
      day.plays += 1;
      day.watchTime += seconds(record);
      day.users.add(user);
    }
    return {
      totalUsers,
      totalPlays: plays.length,
      totalWatchTime: plays.reduce((sum, { record }) => sum + seconds(record), 0),
      daily: [...daily]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([date, day]) => ({ date, plays: day.plays, watchTime: day.watchTime, uniqueUsers: day.users.size })),
    };
  }

  /** For one user, with the ten records saved last. Zeros and nulls for an unknown user. */
  async ofUser(username: string): Promise<UserPlayStat> {
    const records = Object.entries(await this.#plays.all(username)).sort(([, a], [, b]) => b.save_time - a.save_time);
    const logins = await this.#store.json<LoginStats>(legacy.loginStats(username));
    const sources = new Map<string, number>();
    for (const [, { source_name: name }] of records) sources.set(name, (sources.get(name) ?? 0) + 1);
    const [most] = [...sources].sort(([, a], [, b]) => b - a);
    return {
      username,
      totalPlays: records.length,
      totalWatchTime: records.reduce((sum, [, record]) => sum + seconds(record), 0),
      lastPlayTime: records[0]?.[1].save_time ?? 0,
      recentRecords: records.slice(0, 10).map(([, record]) => record),
      mostWatchedSource: most?.[0] ?? '',
      loginCount: logins?.loginCount ?? 0,
      firstLoginTime: logins?.firstLoginTime ?? null,
      lastLoginTime: logins?.lastLoginTime ?? null,
      lastLoginDate: logins?.lastLoginDate ?? null,
    };
  }

  /** Most played first, at most `limit`. */
  async hottest(limit: number): Promise<ContentStat[]> {
    const stats = new Map<string, ContentStat & { readonly users: Set<string> }>();
    for (const { user, key, record } of await this.#all()) {
      const source = sourceOf(key);
      const stat = stats.get(key) ?? {
        source,
        id: key.slice(source.length + 1),
        title: '',
        source_name: '',
        cover: '',
        year: '',
        playCount: 0,
        totalWatchTime: 0,
        uniqueUsers: 0,
        lastPlayed: -1,
        users: new Set<string>(),
      };
      stats.set(key, stat);
      stat.playCount += 1;
      stat.totalWatchTime += seconds(record);
      stat.users.add(user);
      if (record.save_time <= stat.lastPlayed) continue;
      const { title, source_name, cover, year } = record;
      Object.assign(stat, { title, source_name, cover, year, lastPlayed: record.save_time });
    }
    return [...stats.values()]
      .sort((a, b) => b.playCount - a.playCount || b.lastPlayed - a.lastPlayed)
      .slice(0, limit)
      .map(({ users, ...stat }) => ({ ...stat, uniqueUsers: users.size }));
  }

  /** Counts one more login; `at` in milliseconds. Fields that newer sites store here survive. */
  async login(user: string, at: number, isFirst: boolean): Promise<void> {
    await atomically(this.#store, async (unit) => {
      const key = legacy.loginStats(user);
      const before = (await unit.json<LoginStats>(key)) ?? {};
      unit.set(key, {
        ...before,
        loginCount: (before.loginCount ?? 0) + 1,
        firstLoginTime: isFirst ? at : (before.firstLoginTime ?? at),
        lastLoginTime: at,
        lastLoginDate: at,
      } satisfies LoginStats);
    });
  }

  /**
   * Every record of every user, in both layouts; the name ends before the first family word, a record's key begins
   * after it.
   */
  async #all(): Promise<Play[]> {
    const found = await this.#store.scanJson<PlayRecord>(legacyPatterns.everyRecord('pr'));
    const plays = found.flatMap(({ key, value }): Play[] => {
      const [, user, record] = /^u:(.+?):pr:(.*)$/s.exec(key) ?? [];
      return user === undefined || record === undefined || !looksLikeRecord(key)
        ? []
        : [{ user, key: record, record: value }];
    });
    for (const key of await this.#store.scan(legacyPatterns.everyHash('pr'))) {
      const fields = await this.#store.ask((redis) => redis.hgetall(key));
      for (const [field, text] of Object.entries(fields)) {
        const record = parse<PlayRecord>(text);
        if (record !== null) plays.push({ user: key.slice(2, -3), key: field, record });
      }
    }
    return plays;
  }
}

const sourceOf = (key: string): string => (key.includes('+') ? key.slice(0, key.indexOf('+')) : key);

const seconds = (record: PlayRecord): number => (Number.isFinite(record.play_time) ? record.play_time : 0);
