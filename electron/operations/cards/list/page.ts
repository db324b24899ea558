import type { CardSort } from '../../../contract/cards-list.js';
import type { Parsed } from '../../../contract/index.js';
import type { Sql } from '../../../data/mysql/database.js';
import { digits, type Place, type Shapes, stamp } from '../../kit/cursor.js';
import { type Part, part } from '../../../data/mysql/sql.js';
import { cardFilterParts, joinMarks, whole } from '../filter.js';
import { cardColumns, type CardSqlRow, type CardTables } from '../rows.js';

export type CardOrder = Pick<Parsed<'cards.list'>, 'filter' | 'sort' | 'descending'>;

/** Values first, then those that have none (cards that nobody has bound): each phase is one range of one index. */
export type Phase = 'values' | 'nulls';

export const shapes: Shapes<CardSort> = {
  created: (value, tie) => value === null && digits.test(tie),
  expires: (value, tie) => value !== null && stamp.test(value) && digits.test(tie),
  bound: (value, tie) => (value === null || stamp.test(value)) && digits.test(tie),
};

/** Where the list goes on after this row. */
export function placeOf(row: CardSqlRow, sort: CardSort): Place {
  const value = sort === 'created' ? null : sort === 'expires' ? row.expires_at : row.bound_at;
  return { value, tie: String(row.id) };
}

/**
 * `created` is the order in which cards came into the table: by id, which every site has an index for, and which is the order of creation
 * except for imported cards with a past. For the others the server looks at every card and keeps the best few (by expiry it needs only to read the
 * index of repair R001): a fifth of a second for each million.
 */
const values = { created: null, expires: 'c.expires_at', bound: 'c.bound_at' } as const;

/** The phase in which a page begins. */
export function firstPhase(sort: CardSort, place: Place | null): Phase {
  return sort === 'bound' && place !== null && place.value === null ? 'nulls' : 'values';
}

/** Whether a second phase follows the first: not where the filter asks for a time of binding. */
export function hasNulls({ sort, filter }: CardOrder): boolean {
  return sort === 'bound' && filter.boundFrom === undefined && filter.boundTo === undefined;
}

/** One phase of a page, at most `rows` rows: ids in the list's order first, then the details of those alone. */
export async function phaseSql(
  sql: Sql,
  { filter, sort, descending }: CardOrder,
  about: CardTables,
  phase: Phase,
  place: Place | null,
  rows: number,
): Promise<Part> {
  const walked = filter.batch !== undefined || (sort === 'created' && place !== null);
  const found = await cardFilterParts(sql, filter, about, walked);
  const value = phase === 'nulls' ? null : values[sort];
  const way = descending ? 'DESC' : 'ASC';
  const order = (id: string, sorted: string): string =>
    value === null ? `${id} ${way}` : `${sorted} ${way}, ${id} ${way}`;
  const ids = whole(found.from, found.marks, [...found.conditions, ...keyset(sort, descending, phase, place)]);
  return part(
    `SELECT ${cardColumns(about)} FROM (SELECT c.id${value === null ? '' : `, ${value} AS sorted`} ${ids.sql} ORDER BY ${order('c.id', value ?? '')} LIMIT ${String(rows)}) page
     JOIN card_keys c ON c.id = page.id${about.tables ? joinMarks : ''} ORDER BY ${order('c.id', 'page.sorted')}`,
    ...ids.parameters,
  );
}

/** The list's order, over card_keys `c`, for exports; cards without a value come last. */
export function orderSql(sort: CardSort, descending: boolean): string {
  const way = descending ? 'DESC' : 'ASC';
  const value = values[sort];
  if (value === null) return `c.id ${way}`;
  return `${sort === 'bound' ? 'c.bound_at IS NULL, ' : ''}${value} ${way}, c.id ${way}`;
}

/** Conditions that begin a page after `place`, written as one range and a remainder: `a <= x AND (a < x OR id < y)`. */
function keyset(sort: CardSort, descending: boolean, phase: Phase, place: Place | null): readonly Part[] {
  const behind = descending ? '<' : '>';
  const value = values[sort];
  const id = place === null ? null : BigInt(place.tie);
  if (value === null) return id === null ? [] : [part(`c.id ${behind} ?`, id)];
  if (phase === 'nulls')
    return [
      part(`${value} IS NULL`),
      ...(place === null || place.value !== null || id === null ? [] : [part(`c.id ${behind} ?`, id)]),
    ];
  const some = sort === 'bound' ? [part(`${value} IS NOT NULL`)] : [];
  if (place === null || place.value === null || id === null) return some;
  return [
    part(`${value} ${behind}= ?`, place.value),
    part(`(${value} ${behind} ? OR c.id ${behind} ?)`, place.value, id),
  ];
}
