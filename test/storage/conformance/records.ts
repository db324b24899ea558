import type { Favorite, PlayRecord, SkipConfig } from '../../../electron/storage/types.js';

/** A whole second relative to now, in milliseconds: the precision of the tables. */
export const seconds = (offset = 0): number => Math.floor(Date.now() / 1000 + offset) * 1000;

export const days = (count: number): number => count * 86_400;

export function aPlay(changes: Partial<PlayRecord> = {}): PlayRecord {
  return {
    title: '繁花 “第一季” 🌸',
    source_name: '某某资源',
    cover: 'https://img.example/cover.jpg?a=1&b=2',
    year: '2023',
    index: 3,
    total_episodes: 30,
    play_time: 615,
    total_time: 2700,
    save_time: seconds(-60),
    search_title: '繁花',
    remarks: '更新至30集',
    douban_id: 35267209,
    type: 'tv',
    ...changes,
  };
}

export function aFavorite(changes: Partial<Favorite> = {}): Favorite {
  return {
    source_name: '某某资源',
    total_episodes: 12,
    title: 'Ein <b>Titel</b> & mehr',
    year: '1999',
    cover: 'https://img.example/f.jpg',
    save_time: seconds(-120),
    search_title: 'titel',
    origin: 'shortdrama',
    type: 'movie',
    releaseDate: '1999-12-31',
    remarks: '完结',
    ...changes,
  };
}

export function aSkip(source: string, id: string, changes: Partial<SkipConfig> = {}): SkipConfig {
  return {
    source,
    id,
    title: '片名 😀',
    segments: [
      { start: 0, end: 90, type: 'opening', title: '片头', autoSkip: true, autoNextEpisode: false, mode: 'absolute' },
      { start: 0, end: 0, type: 'ending', mode: 'remaining', remainingTime: 120 },
    ],
    updated_time: seconds(-30),
    ...changes,
  };
}
