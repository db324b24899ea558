import type { Cache } from '../../data/cache/cache.js';
import type { Parameter } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import type { Favorite, IStorage } from '../types.js';
import {
  address,
  clipped,
  millisecondsOf,
  neededKey,
  splitKey,
  timestampOf,
  whole,
} from '../../data/mysql/column-values.js';
import { lockUser, owned, ownerOf, storedName } from './owner-names.js';
import { exactKey, exactly } from './plays.js';

interface FavoriteRow {
  readonly source: string;
  readonly content_id: string;
  readonly title: string;
  readonly source_name: string;
  readonly cover: string | null;
  readonly year: string | null;
  readonly total_episodes: number | null;
  readonly search_title: string | null;
  readonly origin: 'vod' | 'live' | 'shortdrama' | null;
  readonly content_type: string | null;
  readonly release_date: string | null;
  readonly remarks: string | null;
  readonly created_at: string;
}

const columns = [
  'source',
  'content_id',
  'title',
  'source_name',
  'cover',
  'year',
  'total_episodes',
  'search_title',
  'origin',
  'content_type',
  'release_date',
  'remarks',
  'created_at',
] as const satisfies readonly (keyof FavoriteRow)[];

const origins = new Set<unknown>(['vod', 'live', 'shortdrama']);

type FavoriteMethods = Pick<IStorage, 'getFavorite' | 'setFavorite' | 'getAllFavorites' | 'deleteFavorite'>;

/**
 * The favourites of a user. The table favorites is the truth; `user:{u}:favorites` is a hash with fields `source+id`,
 * filled by reads and deleted by writes (cache-aside). `save_time` is stored in created_at, to the second. Live
 * channels are ordinary contents: `live_{key}+live_{channelId}` with origin `live`.
 */
export function favoriteMethods(site: Site, cache: Cache): FavoriteMethods {
  const load = async (username: string): Promise<Record<string, Favorite>> => {
    const rows = await site.db.rows<FavoriteRow>(
      `SELECT ${columns.join(', ')} FROM favorites WHERE ${owned} ORDER BY created_at DESC, id DESC`,
      ownerOf(username),
    );
    return Object.fromEntries(rows.map((row) => [`${row.source}+${row.content_id}`, favoriteOf(row)]));
  };

  return {
    async getFavorite(userName, key) {
      const username = await storedName(site, userName);
      if (username === null || splitKey(key) === null) return null;
      return cache.field('favorites', username, key, () => load(username));
    },

    async setFavorite(userName, key, favorite) {
      const row = rowOf(key, favorite);
      await cache.write([], async (tx, touch) => {
        const name = await lockUser(tx, userName);
        touch({ family: 'favorites', part: name });
        const values = columns.map((column): Parameter => row[column]);
        // UPDATE first: an INSERT that finds a row by this key also locks the gap before it, where another user's row
        // may belong.
        const { affectedRows } = await tx.run(
          `UPDATE favorites SET ${columns.map((column) => `${column} = ?`).join(', ')}
            WHERE username = ? AND source = ? AND content_id = ?`,
          [...values, name, row.source, row.content_id],
        );
        if (affectedRows > 0) return;
        await tx.run(
          `INSERT INTO favorites (username, ${columns.join(', ')}) VALUES ?
            ON DUPLICATE KEY UPDATE ${columns.map((column) => `${column} = VALUES(${column})`).join(', ')}`,
          [[[name, ...values]]],
        );
      });
    },

    async getAllFavorites(userName) {
      const username = await storedName(site, userName);
      return username === null ? {} : cache.all('favorites', username, () => load(username));
    },

    async deleteFavorite(userName, key) {
      const username = await storedName(site, userName);
      const parts = splitKey(key);
      if (username === null || parts === null) return;
      await cache.write([{ family: 'favorites', part: username }], (tx) =>
        tx.run(`DELETE FROM favorites WHERE username = ? AND ${exactKey}`, [username, ...exactly(parts)]),
      );
    },
  };
}

function rowOf(key: string, favorite: Favorite): FavoriteRow {
  const { source, id } = neededKey(key);
  return {
    source,
    content_id: id,
    title: clipped(favorite.title, 500) ?? '',
    source_name: clipped(favorite.source_name, 255) ?? '',
    cover: address(favorite.cover, 1000),
    year: clipped(favorite.year, 20),
    total_episodes: whole(favorite.total_episodes, 'total_episodes'),
    search_title: clipped(favorite.search_title, 500),
    origin: origins.has(favorite.origin) ? (favorite.origin ?? null) : null,
    content_type: clipped(favorite.type, 50),
    release_date: dayOf(favorite.releaseDate),
    remarks: clipped(favorite.remarks, 500),
    created_at: timestampOf(favorite.save_time),
  };
}

function favoriteOf(row: FavoriteRow): Favorite {
  return {
    source_name: row.source_name,
    total_episodes: row.total_episodes ?? 0,
    title: row.title,
    year: row.year ?? '',
    cover: row.cover ?? '',
    save_time: millisecondsOf(row.created_at) ?? 0,
    search_title: row.search_title ?? '',
    ...(row.origin === null ? {} : { origin: row.origin }),
    ...(row.content_type === null ? {} : { type: row.content_type }),
    ...(row.release_date === null ? {} : { releaseDate: row.release_date }),
    ...(row.remarks === null ? {} : { remarks: row.remarks }),
  };
}

/** A day that DATE can store, or null: sites store whatever text a source gives as the release date. */
function dayOf(text: string | undefined): string | null {
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text ?? '')?.[0];
  if (day === undefined || day < '1000') return null;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? null : day;
}
