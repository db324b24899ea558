import type { Cache } from '../../data/cache/cache.js';
import { Refusal } from '../../contract/errors.js';
import type { Site } from '../../data/site.js';
import type { IStorage, SkipConfig, SkipSegment } from '../types.js';
import { clipped, millisecondsOf, timestampOf } from '../../data/mysql/column-values.js';
import { lockUser, storedName } from './owner-names.js';
import { exactKey, exactly } from './plays.js';
import type { Replicas } from './replica.js';

type Family = 'skip' | 'episode';

interface SkipRow {
  readonly source: string;
  readonly content_id: string;
  readonly title: string | null;
  readonly segments: string;
  readonly updated_at: string;
}

/**
 * Skips: what to skip in a content, for a user. The site has two families of the same form; the seed has one table with
 * one row per user and content. Both share it by the spelling of `source`: episode skips are stored unchanged, as every
 * reader of this table expects; the older family is stored under `skip:{source}`. An episode skip whose own source
 * begins with `skip:` or `episode:` is stored under `episode:{source}`, so that the families cannot be confused.
 * `segments` stays the plain array; no column or table is added. A program that knows only episode skips sees a few
 * rows with a source that it never asks for. `updated_time` is kept to the second.
 *
 * They have no key family: they are read rarely, once per film, directly from MySQL (a replica within the lag bound,
 * the primary after one's own write).
 */
export function skipMethods(site: Site, cache: Cache, replicas: Replicas) {
  const get = async (family: Family, userName: string, source: string, id: string): Promise<SkipConfig | null> => {
    const username = await storedName(site, userName);
    if (username === null) return null;
    const [row] = await replicas
      .for(username)
      .rows<SkipRow>(
        `SELECT source, content_id, title, segments, updated_at FROM episode_skip_configs WHERE username = ? AND ${exactKey}`,
        [username, ...exactly({ source: storedSource(family, source), id })],
      );
    return row === undefined ? null : configOf(source, row);
  };

  const set = async (
    family: Family,
    userName: string,
    source: string,
    id: string,
    config: SkipConfig,
  ): Promise<void> => {
    const stored = storedSource(family, source);
    if (source === '' || stored.length > 100 || id.length > 255) throw tooLong(source, id);
    const at = timestampOf(config.updated_time);
    const username = await cache.write([], async (tx) => {
      const name = await lockUser(tx, userName);
      const values = [stored, id, clipped(config.title, 500), JSON.stringify(config.segments), at];
      // UPDATE first: an INSERT that finds a row by this key also locks the gap before it, where another user's row may
      // belong.
      const { affectedRows } = await tx.run(
        `UPDATE episode_skip_configs SET source = ?, content_id = ?, title = ?, segments = ?, updated_at = ?
          WHERE username = ? AND source = ? AND content_id = ?`,
        [...values, name, stored, id],
      );
      if (affectedRows > 0) return name;
      await tx.run(
        `INSERT INTO episode_skip_configs (username, source, content_id, title, segments, updated_at) VALUES (?, ?, ?, ?, ?, ?)
          ON DUPLICATE KEY UPDATE source = VALUES(source), content_id = VALUES(content_id), title = VALUES(title),
            segments = VALUES(segments), updated_at = VALUES(updated_at)`,
        [name, ...values],
      );
      return name;
    });
    replicas.wrote(username);
  };

  const remove = async (family: Family, userName: string, source: string, id: string): Promise<void> => {
    const username = await storedName(site, userName);
    if (username === null) return;
    await cache.write([], (tx) =>
      tx.run(`DELETE FROM episode_skip_configs WHERE username = ? AND ${exactKey}`, [
        username,
        ...exactly({ source: storedSource(family, source), id }),
      ]),
    );
    replicas.wrote(username);
  };

  const all = async (family: Family, userName: string): Promise<Record<string, SkipConfig>> => {
    const username = await storedName(site, userName);
    if (username === null) return {};
    const rows = await replicas
      .for(username)
      .rows<SkipRow>(
        'SELECT source, content_id, title, segments, updated_at FROM episode_skip_configs WHERE username = ? ORDER BY id',
        [username],
      );
    return Object.fromEntries(
      rows.flatMap((row) => {
        const known = familyOf(row.source);
        return known.family === family ? [[`${known.source}+${row.content_id}`, configOf(known.source, row)]] : [];
      }),
    );
  };

  return {
    getSkipConfig: (userName, source, id) => get('skip', userName, source, id),
    setSkipConfig: (userName, source, id, config) => set('skip', userName, source, id, config),
    deleteSkipConfig: (userName, source, id) => remove('skip', userName, source, id),
    getAllSkipConfigs: (userName) => all('skip', userName),
    getEpisodeSkipConfig: (userName, source, id) => get('episode', userName, source, id),
    setEpisodeSkipConfig: (userName, source, id, config) => set('episode', userName, source, id, config),
    deleteEpisodeSkipConfig: (userName, source, id) => remove('episode', userName, source, id),
    getAllEpisodeSkipConfigs: (userName) => all('episode', userName),
  } satisfies Partial<IStorage>;
}

/** The value of the column `source`. */
export function storedSource(family: Family, source: string): string {
  if (family === 'skip') return `skip:${source}`;
  return /^(skip|episode):/.test(source) ? `episode:${source}` : source;
}

/** The inverse of `storedSource`. */
export function familyOf(stored: string): { readonly family: Family; readonly source: string } {
  if (stored.startsWith('skip:')) return { family: 'skip', source: stored.slice('skip:'.length) };
  return { family: 'episode', source: stored.startsWith('episode:') ? stored.slice('episode:'.length) : stored };
}

function configOf(source: string, row: SkipRow): SkipConfig {
  const segments: unknown = JSON.parse(row.segments);
  return {
    source,
    id: row.content_id,
    title: row.title ?? '',
    segments: Array.isArray(segments) ? (segments as SkipSegment[]) : [],
    updated_time: millisecondsOf(row.updated_at) ?? 0,
  };
}

function tooLong(source: string, id: string): Refusal {
  return new Refusal('invalid_input', {
    zh: `来源应为 1–95 字，编号不超过 255 字：${`${source}+${id}`.slice(0, 80)}`,
    en: `A skip's source has 1 to 95 characters and its id up to 255: ${`${source}+${id}`.slice(0, 80)}`,
  });
}
