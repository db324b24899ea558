import { Refusal } from '../../contract/errors.js';
import { type Part, part } from '../../data/mysql/sql.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { SiteContext } from '../context.js';

/**
 * A list of names as sites store it: a JSON array, a JSON string or plain text (one name, or several with commas), or
 * nothing. Never throws.
 */
export function parseNames(text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Plain text is read below.
  }
  if (Array.isArray(value)) return value.filter((name): name is string => typeof name === 'string' && name !== '');
  return typeof value === 'string' ? splitNames(value) : [];
}

function splitNames(text: string): readonly string[] {
  if (/^\s*[[{]/.test(text)) return [];
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Tags with more bytes than this are not read in a list: MySQL sorts whole rows, by default in a buffer of 256 KB, and
 * fails if one row does not fit.
 */
const mostTags = 16_384;
/** Stands for tags that are too long. Tags with exactly this text are read again, too. */
const tooLong = '!';

/** The tags of `u` in a list. A subquery, so that the server does not sort the column itself. */
export const shortTags = `(SELECT IF(LENGTH(t.tags) > ${String(mostTags)}, '${tooLong}', t.tags) FROM users t WHERE t.id = u.id)`;

/** The tags that were too long for the list, by the user's id. */
export async function longTags(
  sql: Sql,
  rows: readonly { readonly id: string | number | null; readonly tags: string | null }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = rows.flatMap(({ id, tags }) => (tags === tooLong && id !== null ? [keyParameter(id)] : []));
  if (ids.length === 0) return new Map();
  const found = await sql.rows<{ id: string | number; tags: string }>('SELECT id, tags FROM users WHERE id IN (?)', [
    ids,
  ]);
  return new Map(found.map(({ id, tags }) => [String(id), tags]));
}

/**
 * True if a column of names contains this name, in any of these forms. Never an error and never NULL. Works the same on
 * MySQL and MariaDB.
 */
export function hasName(column: string, name: string): Part {
  const listed = `FIND_IN_SET(?, TRIM(REGEXP_REPLACE(%, ' *, *', ','))) > 0`;
  return part(
    `COALESCE(CASE WHEN JSON_VALID(${column}) THEN CASE JSON_TYPE(${column})
      WHEN 'ARRAY' THEN JSON_CONTAINS(${column}, ?) WHEN 'STRING' THEN ${listed.replace('%', `JSON_UNQUOTE(${column})`)} ELSE 0 END
      ELSE ${listed.replace('%', column)} END, 0)`,
    JSON.stringify(name),
    name,
    name,
  );
}

/** True if a column of names contains exactly these. */
export function isNames(column: string, names: readonly string[]): Part {
  if (names.length === 0) return part(`(${column} IS NULL OR (JSON_VALID(${column}) AND JSON_LENGTH(${column}) = 0))`);
  return part(
    `COALESCE(CASE WHEN JSON_VALID(${column}) THEN JSON_TYPE(${column}) = 'ARRAY' AND JSON_LENGTH(${column}) = ? AND JSON_CONTAINS(${column}, ?) ELSE 0 END, 0)`,
    names.length,
    JSON.stringify(names),
  );
}

/** Tags that the site defines in its config; none if the config cannot be read. */
export async function listTags({
  site,
}: SiteContext): Promise<readonly { readonly tag: string; readonly enabledApis: readonly string[] }[]> {
  const config = await AdminConfig.read(site.db).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'unsupported') return null;
    throw error;
  });
  return (config?.tags ?? []).flatMap((entry) => {
    if (typeof entry === 'string') return [{ tag: entry, enabledApis: [] }];
    if (typeof entry !== 'object' || entry === null) return [];
    const { name, enabledApis } = entry as { readonly name?: unknown; readonly enabledApis?: unknown };
    if (typeof name !== 'string') return [];
    return [
      {
        tag: name,
        enabledApis: Array.isArray(enabledApis)
          ? enabledApis.filter((api): api is string => typeof api === 'string')
          : [],
      },
    ];
  });
}
