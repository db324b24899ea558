import { type Part, part } from '../../data/mysql/sql.js';

/** A list of names as sites store it: a JSON array, a JSON string or bare text (one name, or several with commas), or nothing. Never throws. */
export function parseNames(text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Bare text: read below.
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

/** True where a column of names holds this one, in any of the ways above; never an error, never NULL. The same on MySQL and MariaDB. */
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

/** True where a column of names holds exactly these. */
export function isNames(column: string, names: readonly string[]): Part {
  if (names.length === 0) return part(`(${column} IS NULL OR (JSON_VALID(${column}) AND JSON_LENGTH(${column}) = 0))`);
  return part(
    `COALESCE(CASE WHEN JSON_VALID(${column}) THEN JSON_TYPE(${column}) = 'ARRAY' AND JSON_LENGTH(${column}) = ? AND JSON_CONTAINS(${column}, ?) ELSE 0 END, 0)`,
    names.length,
    JSON.stringify(names),
  );
}
