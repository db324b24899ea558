import { type Bounds, boundsOf } from '../../contract/kit.js';
import { sqlTime } from '../../data/mysql/database.js';
import { join, type Part, part, whereAll } from '../../data/mysql/sql.js';
import { tableKeyParameter } from '../../data/write/row-writer.js';
import type { Place } from './cursor.js';

/**
 * Rows with the sort's value, then rows without it. Each phase is one range of one index, and a page rarely needs both.
 */
export type Phase = 'values' | 'nulls';

/** One order of a list. Columns are written `<alias>.<name>`; a row has each under its name. */
export interface SortColumns<Filter> {
  /** The column to sort by. Without it, the list is sorted by the tie-breaker alone. */
  readonly value?: string;
  /** Rows may have no value: they come last. */
  readonly nullable?: boolean;
  /** Phases that can have rows under a filter. Default: both. */
  readonly phases?: (filter: Filter) => readonly Phase[];
  /** A unique column: the table's key if it is called `id`, otherwise a text. */
  readonly tie: string;
}

/** What the rows are for: a count, a file, or one phase of a page (`deep`: not the first page). */
export type Wanted<Sort> =
  | { readonly for: 'count' | 'file' }
  | { readonly for: 'page'; readonly sort: Sort; readonly phase: Phase; readonly deep: boolean };

/** How the keys of a page get their details: `SELECT <columns> FROM (SELECT <key> …) page <joins> ORDER BY …`. */
export interface Details {
  readonly key: string;
  readonly columns: string;
  readonly joins: string;
  /** The tie-breaker of the outer query, if it is not the sort's. */
  readonly tie?: string;
}

/** Where rows come from, and the conditions of a filter. */
export interface Source {
  readonly from: Part;
  readonly conditions: readonly Part[];
  /** If another table than the list's drives the page: its own column, so that its index gives the order. */
  readonly tie?: string;
  /** If these rows get their details in another way than the list's rows. */
  readonly details?: Details;
}

type Way = 'ASC' | 'DESC';

/** The page that is read: of which table, in which direction, where it begins. */
interface At {
  readonly table: string;
  readonly way: Way;
  readonly phase: Phase;
  readonly place: Place | null;
}

/** The condition for each field of a filter. */
export type FilterParts<Filter> = {
  readonly [Field in keyof Filter]-?: (value: Exclude<Filter[Field], undefined>) => Part;
};

/** The conditions of the fields that a filter has, in the order of `parts`. */
export function filterConditions<Filter extends object>(filter: Filter, parts: FilterParts<Filter>): readonly Part[] {
  return (Object.keys(parts) as (keyof Filter)[]).flatMap((field) => {
    const value = filter[field];
    return value === undefined ? [] : [parts[field](value as Exclude<Filter[keyof Filter], undefined>)];
  });
}

type TimePart = (instant: string) => Part;

/** The conditions of a time's bounds (`between()` in the contract): `...byTime('created', 'u.created_at')`. */
export function byTime<N extends string>(name: N, column: string): Readonly<Record<Bounds<N>, TimePart>> {
  const [from, to] = boundsOf(name);
  const compared =
    (how: '>=' | '<='): TimePart =>
    (instant) =>
      part(`${column} ${how} ?`, sqlTime(instant));
  return { [from]: compared('>='), [to]: compared('<=') } as Record<Bounds<N>, TimePart>;
}

/** All rows of a source in the list's order, without paging. */
export function allSql(columns: string, from: Part, sort: SortColumns<never>, way: Way): Part {
  // In descending order, the server puts rows without a value last anyway.
  const last = sort.nullable === true && way === 'ASC' ? `${sort.value ?? ''} IS NULL, ` : '';
  return join([part(`SELECT ${columns} `), from, part(` ORDER BY ${last}${orderBy(sort.value, sort.tie, way)}`)], '');
}

/**
 * One phase of a page, at most `rows` rows. With `details`, it first finds the keys in the order of an index, and then
 * reads the details of those rows only. Otherwise it reads the columns at once.
 */
export function phaseSql(
  { from, conditions, tie: driving, details: own }: Source,
  details: Details | string,
  sort: SortColumns<never>,
  at: At & { readonly rows: number },
): Part {
  const { way, phase } = at;
  const tie = driving ?? sort.tie;
  const value = phase === 'nulls' ? undefined : sort.value;
  const where = whereAll(from, [...conditions, ...keyset({ ...sort, tie }, at)]);
  const end = part(` ORDER BY ${orderBy(value, tie, way)} LIMIT ${String(at.rows)}`);
  const about = own ?? details;
  if (typeof about === 'string') return join([part(`SELECT ${about} `), where, end], '');
  const keys = `${about.key}${value === undefined ? '' : `, ${value} AS sorted`}`;
  const order = orderBy(value === undefined ? undefined : 'page.sorted', about.tie ?? sort.tie, way);
  const outside = [`SELECT ${about.columns} FROM (SELECT ${keys} `, `) page ${about.joins} ORDER BY ${order}`] as const;
  return join([part(outside[0]), where, end, part(outside[1])], '');
}

/** Where the list continues after a row. */
export function placeOf(row: object, { value, tie }: SortColumns<never>): Place {
  const cell = (column: string): unknown => (row as Readonly<Record<string, unknown>>)[column.replace(/^.*\./, '')];
  const at = value === undefined ? null : (cell(value) as Place['value']);
  return { value: at, tie: String(cell(tie)) };
}

function orderBy(value: string | undefined, tie: string, way: Way): string {
  return value === undefined ? `${tie} ${way}` : `${value} ${way}, ${tie} ${way}`;
}

/**
 * Conditions to begin a page after its place, written as one range and a remainder: `a <= x AND (a < x OR tie < y)`.
 */
function keyset({ value, nullable, tie }: SortColumns<never>, { table, way, phase, place }: At): readonly Part[] {
  const past = way === 'DESC' ? '<' : '>';
  const last = place === null ? null : tie.endsWith('.id') ? tableKeyParameter(table, place.tie) : place.tie;
  const behind = last === null ? [] : [part(`${tie} ${past} ?`, last)];
  if (value === undefined) return behind;
  if (phase === 'nulls') return [part(`${value} IS NULL`), ...(place?.value === null ? behind : [])];
  if (place === null || place.value === null) return nullable === true ? [part(`${value} IS NOT NULL`)] : [];
  return [
    part(`${value} ${past}= ?`, place.value),
    part(`(${value} ${past} ? OR ${tie} ${past} ?)`, place.value, last),
  ];
}
