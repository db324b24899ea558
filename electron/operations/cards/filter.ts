import type { CardFilter, CardState } from '../../contract/cards-list.js';
import { sqlTime, type Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { join, type Part, part } from '../../data/mysql/sql.js';
import { rangesOf } from './batch-store.js';
import type { CardTables } from './rows.js';

/** What a filter needs: tables to read, and conditions over card_keys `c` and, where `marks`, its mark `m`. */
export interface CardFilterParts {
  readonly from: Part;
  readonly marks: boolean;
  readonly conditions: readonly Part[];
}

export const joinMarks = ' LEFT JOIN console_card_marks m ON m.card_id = c.id';

const past = 'c.expires_at <= UTC_TIMESTAMP()';

/**
 * The condition of a state, beginning with the column; the clock and the mark judge what is left. Where the rows are walked by their ids anyway
 * (`walked`: a batch, a page further on) the column is wrapped, so that no server begins with an index over every card of that status instead.
 */
function stateCondition(state: CardState, marks: boolean, walked: boolean): string {
  const status = walked ? "COALESCE(c.status, '')" : 'c.status';
  const unmarked = marks ? ' AND m.revoked_at IS NULL' : '';
  return {
    used: `${status} = 'used'`,
    unused: `${status} = 'unused' AND c.expires_at > UTC_TIMESTAMP()${unmarked}`,
    expired: `${status} IN ('expired', 'unused') AND (c.status = 'expired' OR ${past})${unmarked}`,
    revoked: marks ? `m.revoked_at IS NOT NULL AND ${status} IN ('expired', 'unused')` : '1 = 0',
  }[state];
}

/** The pieces of a filter. A batch's ranges are read here: a batch that does not exist has no cards. */
export async function cardFilterParts(
  sql: Sql,
  filter: CardFilter,
  { tables }: CardTables,
  walked = filter.batch !== undefined,
): Promise<CardFilterParts> {
  const conditions: Part[] = [];
  const wanted = [...new Set(filter.states ?? [])];
  const every = wanted.length === 0 || wanted.length === 4;
  if (!every)
    conditions.push(part(`(${wanted.map((state) => `(${stateCondition(state, tables, walked)})`).join(' OR ')})`));
  if (filter.types !== undefined) conditions.push(part('c.key_type IN (?)', filter.types));
  if (filter.batch !== undefined) conditions.push(tables ? await ofBatch(sql, filter.batch) : part('1 = 0'));
  for (const [column, from, to] of [
    ['c.expires_at', filter.expiresFrom, filter.expiresTo],
    ['c.created_at', filter.createdFrom, filter.createdTo],
    ['c.bound_at', filter.boundFrom, filter.boundTo],
  ] as const) {
    if (from !== undefined) conditions.push(part(`${column} >= ?`, sqlTime(from)));
    if (to !== undefined) conditions.push(part(`${column} <= ?`, sqlTime(to)));
  }
  return {
    from: filter.user === undefined ? part('FROM card_keys c') : ofUser(filter.user),
    marks: tables && !every && wanted.some((state) => state !== 'used'),
    conditions,
  };
}

/** Cards of a user, by two indexes whose ids are put together: bound to them, or given to them and not bound to anybody. */
function ofUser(username: string): Part {
  return part(
    `FROM (SELECT id FROM card_keys WHERE bound_to = ?
       UNION SELECT g.id FROM user_card_keys k JOIN card_keys g ON g.key_hash = k.key_hash AND g.bound_to IS NULL WHERE k.username = ?) mine
     JOIN card_keys c ON c.id = mine.id`,
    username,
    username,
  );
}

/** The ids of a batch: its committed ranges. */
async function ofBatch(sql: Sql, batch: string): Promise<Part> {
  const ranges = await rangesOf(sql, batch);
  if (ranges.length === 0) return part('1 = 0');
  const any = join(
    ranges.map(({ first, last }) => part('c.id BETWEEN ? AND ?', keyParameter(first), keyParameter(last))),
    ' OR ',
  );
  return part(`(${any.sql})`, ...any.parameters);
}

/**
 * `FROM card_keys c [LEFT JOIN console_card_marks m …] [WHERE …]` of every card that a filter matches, and `more` of it. The marks are joined
 * wherever they are (`tables`), so that `stateSql` and `cardColumns` can be selected from it.
 */
export async function matchingCards(
  sql: Sql,
  filter: CardFilter,
  about: CardTables,
  more: readonly Part[] = [],
): Promise<Part> {
  const { from, conditions } = await cardFilterParts(sql, filter, about);
  return whole(from, about.tables, [...conditions, ...more]);
}

/** The pieces put together. */
export function whole(from: Part, marks: boolean, conditions: readonly Part[]): Part {
  const where = join(conditions, ' AND ');
  return part(
    `${from.sql}${marks ? joinMarks : ''}${where.sql === '' ? '' : ` WHERE ${where.sql}`}`,
    ...from.parameters,
    ...where.parameters,
  );
}
