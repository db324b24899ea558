import type { Cache, CacheKey } from '../../data/cache/cache.js';
import type { Parameter, Sql } from '../../data/mysql/database.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import type { Site } from '../../data/site.js';
import type { IStorage, PlayRecord } from '../types.js';
import { type ContentKey, neededKey, splitKey } from '../../data/mysql/column-values.js';
import { lockUser, owned, ownerOf, storedName } from './owner-names.js';
import { dropOldPlayKeys } from './old-play-keys.js';
import { playColumns, playRecordOf, playRowOf, type PlayRow, playValues } from './play-rows.js';

/** A play with its key, for the list of recent plays. */
export interface RecentPlay {
  /** `source+id`. */
  readonly key: string;
  readonly record: PlayRecord;
}

/** Length of the list of recent plays. */
export const mostRecent = 20;

const chunk = 200;

/*
 * Existing rows are given with their id. Found by the other unique key, a row is locked together with the gap before
 * it, where another user's first play may belong; found by the primary key, only the row is locked.
 */
const upsert = `INSERT INTO play_records (id, username, ${playColumns}) VALUES ?
  ON DUPLICATE KEY UPDATE ${playColumns
    .split(', ')
    .map((column) => `${column} = VALUES(${column})`)
    .join(', ')}`;

/**
 * The plays of a user. The table play_records is the truth. `user:{u}:play_records` is a hash with fields `source+id`,
 * written through field by field; `user:{u}:recent_plays` holds the newest twenty and is deleted by every write.
 *
 * The seed's table of keys says hash, its code uses one string per record and a list `…:all`. The hash was chosen: one
 * command reads all, one field is written without reading the others, one deletion removes a user's plays, and no SCAN
 * is needed. The strings of a site that still runs the seed's code are never read (they outlive deletions by up to an
 * hour); each write deletes them.
 *
 * Keys are exact here, while the table's collation treats `A` and `a` as equal: of two keys that differ only in case,
 * the last written stays.
 */
export function playMethods(site: Site, cache: Cache) {
  const load = async (username: string): Promise<Record<string, PlayRecord>> => {
    const rows = await site.db.rows<PlayRow>(
      `SELECT ${playColumns} FROM play_records WHERE ${owned} ORDER BY updated_at DESC, id DESC`,
      ownerOf(username),
    );
    return Object.fromEntries(rows.map((row) => [`${row.source}+${row.content_id}`, playRecordOf(row)]));
  };

  const write = async (userName: string, records: readonly (readonly [string, PlayRecord])[]): Promise<void> => {
    if (records.length === 0) return;
    const rows = records.map(([key, record]) => playRowOf(neededKey(key), record));
    const username = await cache.write([], async (tx, touch) => {
      const name = await lockUser(tx, userName);
      const fields: Record<string, PlayRecord | null> = {};
      const there = await sameByCollation(tx, name, rows);
      for (const found of there.keys()) fields[found] = null;
      for (const some of chunked(rows.toSorted(byKey), chunk)) {
        await tx.run(upsert, [
          some.map((row) => [there.get(`${row.source}+${row.content_id}`) ?? null, ...playValues(name, row)]),
        ]);
      }
      for (const row of rows) fields[`${row.source}+${row.content_id}`] = playRecordOf(row);
      if (rows.length > 1) {
        const stored = await sameByCollation(tx, name, rows);
        for (const key of Object.keys(fields)) if (!stored.has(key)) fields[key] = null;
      }
      for (const one of touchesOf(name, fields)) touch(one);
      return name;
    });
    dropOldPlayKeys(
      site,
      username,
      records.map(([key]) => key),
    );
  };

  return {
    async getPlayRecord(userName: string, key: string): Promise<PlayRecord | null> {
      const username = await storedName(site, userName);
      if (username === null || splitKey(key) === null) return null;
      return cache.field('playRecords', username, key, () => load(username));
    },

    setPlayRecord: (userName: string, key: string, record: PlayRecord): Promise<void> =>
      write(userName, [[key, record]]),

    setPlayRecordsBatch: (userName: string, records: Record<string, PlayRecord>): Promise<void> =>
      write(userName, Object.entries(records)),

    async getAllPlayRecords(userName: string): Promise<Record<string, PlayRecord>> {
      const username = await storedName(site, userName);
      return username === null ? {} : cache.all('playRecords', username, () => load(username));
    },

    async deletePlayRecord(userName: string, key: string): Promise<void> {
      const username = await storedName(site, userName);
      const parts = splitKey(key);
      if (username === null || parts === null) return;
      await cache.write(touchesOf(username, { [key]: null }), (tx) =>
        tx.run(`DELETE FROM play_records WHERE username = ? AND ${exactKey}`, [username, ...exactly(parts)]),
      );
      dropOldPlayKeys(site, username, [key]);
    },

    /**
     * The newest plays of a user, newest first, at most 20; empty for an unknown user. Reads `recent_plays`. Throws
     * `unavailable`.
     */
    async getRecentPlays(userName: string, limit = mostRecent): Promise<RecentPlay[]> {
      const username = await storedName(site, userName);
      if (username === null) return [];
      const plays = await cache.get<RecentPlay[]>('recentPlays', username, async () => {
        const rows = await site.db.rows<PlayRow>(
          `SELECT ${playColumns} FROM play_records WHERE ${owned} ORDER BY updated_at DESC, id DESC LIMIT ${String(mostRecent)}`,
          ownerOf(username),
        );
        return rows.map((row) => ({ key: `${row.source}+${row.content_id}`, record: playRecordOf(row) }));
      });
      return (plays ?? []).slice(0, Math.max(0, limit));
    },
  } satisfies Partial<IStorage> & Record<string, unknown>;
}

/** The cache keys that a change of a user's plays invalidates; null is a deleted play. */
export function touchesOf(username: string, fields: Readonly<Record<string, unknown>>): CacheKey[] {
  return [
    { family: 'playRecords', part: username, fields },
    { family: 'recentPlays', part: username },
  ];
}

/** Matches one content by its exact spelling; the first comparisons use the index. For `exactly`. */
export const exactKey =
  'source = ? AND content_id = ? AND CAST(source AS BINARY) = CAST(? AS BINARY) AND CAST(content_id AS BINARY) = CAST(? AS BINARY)';

/** The parameters of `exactKey`. */
export function exactly({ source, id }: ContentKey): string[] {
  return [source, id, source, id];
}

/** The keys stored under the unique key of these rows, in any spelling, with the ids of their rows. */
async function sameByCollation(
  tx: Sql,
  username: string,
  rows: readonly PlayRow[],
): Promise<ReadonlyMap<string, Parameter>> {
  const found = new Map<string, Parameter>();
  for (const some of chunked(rows, chunk)) {
    const pairs = some.map((row) => [row.source, row.content_id]);
    const same = await tx.rows<{ id: string; source: string; content_id: string }>(
      'SELECT id, source, content_id FROM play_records WHERE username = ? AND (source, content_id) IN (?)',
      [username, pairs],
    );
    for (const row of same) found.set(`${row.source}+${row.content_id}`, keyParameter(row.id));
  }
  return found;
}

/** Rows are always locked in this order, so that two batches of one user cannot deadlock. */
function byKey(a: PlayRow, b: PlayRow): number {
  return compare(a.source, b.source) || compare(a.content_id, b.content_id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
