import type { Parameter } from '../../data/mysql/database.js';
import type { PlayRecord } from '../types.js';
import {
  address,
  clipped,
  type ContentKey,
  millisecondsOf,
  timestampOf,
  whole,
} from '../../data/mysql/column-values.js';

/** A row of play_records, without its user. */
export interface PlayRow {
  readonly source: string;
  readonly content_id: string;
  readonly title: string;
  readonly source_name: string;
  readonly cover: string | null;
  readonly year: string | null;
  readonly episode_index: number;
  readonly total_episodes: number;
  readonly play_time: number;
  readonly total_time: number;
  readonly search_title: string | null;
  readonly remarks: string | null;
  readonly douban_id: string | null;
  readonly content_type: string | null;
  readonly updated_at: string;
}

/** Columns of a PlayRow, as a SELECT lists them. */
export const playColumns =
  'source, content_id, title, source_name, cover, year, episode_index, total_episodes, play_time, total_time, search_title, remarks, douban_id, content_type, updated_at';

/**
 * A record as the table will store it. The cache is filled from this, not from the given record, so that a cached
 * record and one read from the table never differ: `save_time` loses its milliseconds, `original_episodes` has no
 * column and is dropped (sites use `total_episodes` instead).
 */
export function playRowOf(key: ContentKey, record: PlayRecord): PlayRow {
  return {
    source: key.source,
    content_id: key.id,
    title: clipped(record.title, 500) ?? '',
    source_name: clipped(record.source_name, 255) ?? '',
    cover: address(record.cover, 1000),
    year: clipped(record.year, 20),
    episode_index: whole(record.index, 'index'),
    total_episodes: whole(record.total_episodes, 'total_episodes'),
    play_time: whole(record.play_time, 'play_time'),
    total_time: whole(record.total_time, 'total_time'),
    search_title: clipped(record.search_title, 500),
    remarks: clipped(record.remarks, 500),
    douban_id: Number.isSafeInteger(record.douban_id) ? String(record.douban_id) : null,
    content_type: clipped(record.type, 50),
    updated_at: timestampOf(record.save_time),
  };
}

/** A row as the site's record; missing texts are empty where the site's record has no absent value. */
export function playRecordOf(row: PlayRow): PlayRecord {
  return {
    title: row.title,
    source_name: row.source_name,
    cover: row.cover ?? '',
    year: row.year ?? '',
    index: row.episode_index,
    total_episodes: row.total_episodes,
    play_time: row.play_time,
    total_time: row.total_time,
    save_time: millisecondsOf(row.updated_at) ?? 0,
    search_title: row.search_title ?? '',
    ...(row.remarks === null ? {} : { remarks: row.remarks }),
    ...(row.douban_id === null ? {} : { douban_id: Number(row.douban_id) }),
    ...(row.content_type === null ? {} : { type: row.content_type }),
  };
}

/** A row's values in the order of `playColumns`, after the username. */
export function playValues(username: string, row: PlayRow): Parameter[] {
  return [
    username,
    row.source,
    row.content_id,
    row.title,
    row.source_name,
    row.cover,
    row.year,
    row.episode_index,
    row.total_episodes,
    row.play_time,
    row.total_time,
    row.search_title,
    row.remarks,
    row.douban_id,
    row.content_type,
    row.updated_at,
  ];
}
