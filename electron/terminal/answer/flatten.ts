import type { Language } from '../../contract/text.js';
import { codeWord } from './code-words.js';

type Plain = Readonly<Record<string, unknown>>;

/** The values of an object by dotted names; a list stays one value. */
export function flatten(value: Plain, before = ''): readonly (readonly [name: string, value: unknown])[] {
  return Object.entries(value).flatMap(([name, inside]) =>
    isPlain(inside) ? flatten(inside, `${before}${name}.`) : [[`${before}${name}`, inside] as const],
  );
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects, which are shown as rows. */
export function isRows(value: unknown): value is readonly Plain[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlain);
}

/** The rows of a result: the list itself, the rows of a page, or the result as the only row. */
export function rowsIn(value: unknown): readonly Plain[] {
  if (isRows(value)) return value;
  if (Array.isArray(value)) return value.map((each: unknown) => ({ value: each }));
  if (!isPlain(value)) return [{ value }];
  return Array.isArray(value['rows']) ? rowsIn(value['rows']) : [value];
}

/**
 * All names of columns, in order of appearance. An object that is null in some rows has no column of its own, because
 * its fields have.
 */
export function columnsOf(rows: readonly Plain[]): readonly string[] {
  const cells = rows.flatMap((row) => flatten(row));
  const names = new Set(cells.map(([name]) => name));
  const filled = new Set(cells.flatMap(([name, value]) => (value === null ? [] : [name])));
  return [...names].filter((name) => filled.has(name) || ![...names].some((each) => each.startsWith(`${name}.`)));
}

/** A value for people, in a cell or a line: codes in words. */
export function shownCell(name: string, value: unknown, language: Language): string {
  return typeof value === 'string' ? codeWord(name, value, language) : cellOf(value);
}

/** A value in a cell or a line. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && !value.some((each) => typeof each === 'object' && each !== null))
    return value.map(String).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
