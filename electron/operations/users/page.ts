import type { Parsed } from '../../contract/index.js';
import type { UserFilter, UserSort } from '../../contract/users.js';
import type { Parameter } from '../../data/mysql/database.js';
import { type Place, readCursor } from './cursor.js';
import { filterParts, joins, usedRecord } from './filter.js';
import { join, type Part, part } from '../../data/mysql/sql.js';

export type ListInput = Parsed<'users.list'>;

/** Values first, then those that have none: each phase is one range of one index, so a page seldom needs both. */
export type Phase = 'values' | 'nulls';

const columns = {
  created: { value: 'u.created_at', tie: 'u.id' },
  username: { value: 'u.username', tie: 'u.username' },
  lastLogin: { value: 'l.last_login_at', tie: 'u.username' },
  points: { value: 'p.balance', tie: 'u.username' },
} as const satisfies Record<UserSort, { readonly value: string; readonly tie: string }>;

/** What a row of the list is made of; the cards that last longest as `expiry|type`. */
const shown = `u.id, u.username, u.role, u.banned, u.tags, u.created_at, l.last_login_at, l.login_count, p.balance,
  (SELECT MAX(CONCAT(k.expires_at, '|', k.key_type)) FROM user_card_keys k WHERE k.username = u.username AND ${usedRecord}) AS issued,
  (SELECT MAX(CONCAT(c.expires_at, '|', c.key_type)) FROM card_keys c WHERE c.bound_to = u.username) AS bound`;

/** The phase in which a page begins. */
export function firstPhase(input: ListInput, place: Place | null): Phase {
  if (place !== null) return place.value === null ? 'nulls' : 'values';
  return input.sort === 'lastLogin' && input.filter.neverSignedIn === true ? 'nulls' : 'values';
}

/**
 * The SQL of one page: ids first, in the order of an index, then the details of those rows only. One row more than asked for tells whether there is a next page.
 * `created` runs on idx_created_at, `username` on its UNIQUE; `lastLogin` and `points` on the indexes of repair R001 (without them MySQL sorts all rows).
 */
export function usersPageSql(input: ListInput): { readonly sql: string; readonly parameters: readonly Parameter[] } {
  const place = input.after === undefined ? null : readCursor(input.after, input.sort, input.descending);
  return phaseSql(input, firstPhase(input, place), place, input.limit + 1);
}

/** One phase of a page, at most `rows` rows. */
export function phaseSql(input: ListInput, phase: Phase, place: Place | null, rows: number): Part {
  const { sort, descending } = input;
  const way = descending ? 'DESC' : 'ASC';
  const filter = filterParts(input.filter);
  const after = keyset(sort, descending, phase, place);
  const where = join([...filter.conditions, ...after], ' AND ');
  const { value, tie } = drivingColumns(sort, phase);
  const order = phase === 'nulls' || sort === 'username' ? `${tie} ${way}` : `${value} ${way}, ${tie} ${way}`;
  if (phase === 'values' && (sort === 'points' || sort === 'lastLogin') && onlyAbout(sort, input.filter)) {
    const table = sort === 'points' ? 'user_points p' : 'user_login_stats l';
    return part(
      `SELECT ${shown.replace('u.username', 'COALESCE(u.username, page.username) AS username')}
       FROM (SELECT ${tie}, ${value} AS sorted FROM ${table} WHERE ${where.sql} ORDER BY ${order} LIMIT ${String(rows)}) page
       LEFT JOIN users u ON u.username = page.username
       LEFT JOIN user_points p ON p.username = page.username LEFT JOIN user_login_stats l ON l.username = page.username ORDER BY page.sorted ${way}, page.username ${way}`,
      ...where.parameters,
    );
  }
  const ids = `SELECT u.id${sort === 'username' ? '' : `, ${value} AS sorted`} ${tables(input, phase)}${where.sql === '' ? '' : ` WHERE ${where.sql}`} ORDER BY ${order} LIMIT ${String(rows)}`;
  const outer =
    phase === 'nulls' || sort === 'username'
      ? `${columns[sort].tie} ${way}`
      : `page.sorted ${way}, ${columns[sort].tie} ${way}`;
  return part(
    `SELECT ${shown} FROM (${ids}) page JOIN users u ON u.id = page.id${joins.points.left}${joins.logins.left} ORDER BY ${outer}`,
    ...where.parameters,
  );
}

/** Everything that a filter and `more` match in the list's order, without paging, for the export. */
export function usersAllSql(
  input: Pick<ListInput, 'filter' | 'sort' | 'descending'>,
  more: readonly Part[] = [],
): Part {
  const filter = filterParts(input.filter);
  const where = join([...filter.conditions, ...more], ' AND ');
  const { value, tie } = columns[input.sort];
  const way = input.descending ? 'DESC' : 'ASC';
  const last = input.sort === 'lastLogin' || input.sort === 'points' ? `${value} IS NULL, ` : '';
  return part(
    `SELECT ${shown} FROM users u${joins.points.left}${joins.logins.left}${where.sql === '' ? '' : ` WHERE ${where.sql}`} ORDER BY ${last}${value} ${way}${input.sort === 'username' ? '' : `, ${tie} ${way}`}`,
    ...where.parameters,
  );
}

const own = {
  points: new Set(['pointsMin', 'pointsMax']),
  lastLogin: new Set(['lastLoginFrom', 'lastLoginTo', 'neverSignedIn']),
} as const;

/**
 * True where the sort's own table can tell the page by itself: without an index the server then keeps the best rows only, instead of
 * sorting a million and joining them. A row there without its user (a site without foreign keys) comes with id null.
 */
function onlyAbout(sort: 'points' | 'lastLogin', filter: UserFilter): boolean {
  return Object.entries(filter).every(([name, value]) => value === undefined || own[sort].has(name));
}

/** With values, the table that has them drives and the tie-breaker is its own column, so that its index gives the order. */
function drivingColumns(sort: UserSort, phase: Phase): { readonly value: string; readonly tie: string } {
  if (phase === 'values' && sort === 'lastLogin') return { value: 'l.last_login_at', tie: 'l.username' };
  if (phase === 'values' && sort === 'points') return { value: 'p.balance', tie: 'p.username' };
  return columns[sort];
}

function tables({ sort, filter }: ListInput, phase: Phase): string {
  const { points, logins } = filterParts(filter);
  if (phase === 'values' && sort === 'lastLogin')
    return `FROM user_login_stats l STRAIGHT_JOIN users u ON u.username = l.username${joins.points[points]}`;
  if (phase === 'values' && sort === 'points')
    return `FROM user_points p STRAIGHT_JOIN users u ON u.username = p.username${joins.logins[logins]}`;
  const needsPoints = sort === 'points' && points === 'none' ? 'left' : points;
  const needsLogins = sort === 'lastLogin' && logins === 'none' ? 'left' : logins;
  return `FROM users u${joins.points[needsPoints]}${joins.logins[needsLogins]}`;
}

/** Conditions that begin a page after `place`, written as one range and a remainder: `a <= x AND (a < x OR tie < y)`. */
function keyset(sort: UserSort, descending: boolean, phase: Phase, place: Place | null): readonly Part[] {
  const { value, tie } = drivingColumns(sort, phase);
  const past = descending ? '<' : '>';
  const tieValue = place === null ? null : sort === 'created' ? BigInt(place.tie) : place.tie;
  if (sort === 'username') return tieValue === null ? [] : [part(`u.username ${past} ?`, tieValue)];
  if (phase === 'nulls')
    return [
      part(`${value} IS NULL`),
      ...(place === null || place.value !== null || tieValue === null ? [] : [part(`${tie} ${past} ?`, tieValue)]),
    ];
  if (place === null || place.value === null || tieValue === null) return [part(`${value} IS NOT NULL`)];
  const at = sort === 'points' ? Number(place.value) : place.value;
  return [part(`${value} ${past}= ?`, at), part(`(${value} ${past} ? OR ${tie} ${past} ?)`, at, tieValue)];
}
