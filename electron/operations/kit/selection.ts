import type { OtherName, SkippedGroup, SkipReason } from '../../contract/common.js';
import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../../data/mysql/database.js';
import { type Part, part } from '../../data/mysql/sql.js';
import { chunked, tableKeyParameter } from '../../data/write/row-writer.js';
import type { Scope } from './selection-survey.js';

/** The column of the ids, and the table that says what they are (`data/tables.ts`: numbers or texts). */
export interface IdColumn {
  readonly table: string;
  readonly name: string;
}

/** What a selection contains: rows of a list by their ids, or all rows that a filter matches except some ids. */
export interface Chosen<Filter> {
  readonly column: IdColumn;
  /** Each id once; null if the filter decides. */
  readonly ids: readonly string[] | null;
  /** Matches everything if ids were chosen. */
  readonly filter: Filter;
  /** Ids removed from what the filter matches. */
  readonly except: readonly string[];
  /** Names that were not found, with samples. */
  readonly unresolved: readonly SkippedGroup[];
  /** Typed names whose user has another stored name. */
  readonly others?: readonly OtherName[];
}

/** Rows that were chosen one by one: a name for each id that was found, and the names that were not found. */
export interface Found {
  readonly found: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
  readonly duplicates: readonly string[];
  readonly others?: readonly OtherName[];
}

/** Rows that were chosen one by one, without the ids in `except`. */
export function chosenOnes(
  column: IdColumn,
  { found, unknown, duplicates, others = [] }: Found,
  except: { has(id: string): boolean },
): Omit<Chosen<never>, 'filter'> & { readonly filter: Record<string, never> } {
  const [ids, taken]: [string[], string[]] = [[], []];
  for (const [id, name] of found) {
    if (except.has(id)) taken.push(name);
    else ids.push(id);
  }
  const unresolved = [
    ...skippedGroup('unknown', unknown),
    ...skippedGroup('duplicate', duplicates),
    ...skippedGroup('taken_out', taken),
  ];
  return { column, ids, filter: {}, except: [], unresolved, others };
}

/** The refusal of an empty export: no file is made. */
export function nothingToExport(): Refusal {
  return new Refusal(
    'not_found',
    {
      zh: '没有找到所选或符合条件的记录，没有可导出的内容',
      en: 'Nothing was found that was chosen or matches: there is nothing to export',
    },
    { hint: { zh: '检查所选内容，或放宽筛选条件。', en: 'Check what was chosen, or widen the filter.' } },
  );
}

/** Ids in one IN list of a scope. */
const most = 2_000;

/** Conditions besides the filter. They make one query, so that the list's order holds over everything chosen. */
export function conditionsOf({ column, ids, except }: Omit<Chosen<unknown>, 'unresolved'>): readonly Part[] {
  if (ids !== null) return [among(column, 'IN', ids)];
  return except.length === 0 ? [] : [among(column, 'NOT IN', except)];
}

/**
 * The chosen things as pieces `FROM … WHERE …`; each thing is in exactly one piece. `matching` makes a piece from a
 * filter and further conditions. `name` is the column with the names of removed things.
 */
export async function scopeOf<Filter>(
  sql: Sql,
  chosen: Chosen<Filter>,
  name: string,
  matching: (filter: Filter, more: readonly Part[]) => Part | Promise<Part>,
): Promise<Scope> {
  const { column, ids, filter, except, unresolved, others = [] } = chosen;
  const pieces =
    ids === null ? [conditionsOf(chosen)] : [...chunked(ids, most)].map((some) => [among(column, 'IN', some)]);
  const parts: Part[] = [];
  for (const more of pieces) parts.push(await matching(filter, more));
  if (except.length === 0) return { parts, unresolved, others };
  const out = await matching(filter, [among(column, 'IN', except)]);
  const taken = await sql.rows<{ name: string | number }>(`SELECT ${name} AS name ${out.sql}`, out.parameters);
  const names = taken.map((row) => String(row.name));
  return { parts, unresolved: [...unresolved, ...skippedGroup('taken_out', names)], others };
}

/** Names that are skipped for one reason, with a sample; no group if there are none. */
export function skippedGroup(why: SkipReason, names: readonly string[]): readonly SkippedGroup[] {
  return names.length === 0 ? [] : [{ why, count: names.length, sample: names.slice(0, 20) }];
}

function among({ table, name }: IdColumn, how: 'IN' | 'NOT IN', ids: readonly string[]): Part {
  return part(
    `${name} ${how} (?)`,
    ids.map((id) => tableKeyParameter(table, id)),
  );
}
