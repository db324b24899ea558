import type { CardFilter, CardSort, CardState } from '../../contract/cards-list.js';
import type { Sql } from '../../data/mysql/database.js';
import { join, type Part, part, whereAll } from '../../data/mysql/sql.js';
import { byTime, filterConditions, type FilterParts, type Source, type Wanted } from '../kit/list-sql.js';
import { type AskedOfBatch, mostRanges, ofItsBatch } from './batch-filter.js';
import { type CardTables, staleSql } from './rows.js';

export const joinMarks = ' LEFT JOIN console_card_marks m ON m.card_id = c.id';

const past = 'c.expires_at <= UTC_TIMESTAMP()';

/**
 * The condition for a state. It begins with the column; the clock and the mark decide the rest. If rows are read by
 * their ids anyway (`walked`: a batch, or a later page), the column is wrapped, so that no server uses the index over
 * all cards of that status instead.
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

/**
 * The conditions of a filter on card_keys `c` and, if it uses marks, on the mark `m`. The ranges of batches are read
 * here.
 */
export async function cardSource(
  sql: Sql,
  filter: CardFilter,
  { tables }: CardTables,
  wanted: Wanted<CardSort>,
): Promise<Source> {
  const states = [...new Set(filter.states ?? [])];
  const every = states.length === 0 || states.length === 4;
  const inOrder = wanted.for === 'page' && wanted.sort === 'created';
  const asked = await ofItsBatch(tables ? sql : null, filter, mostRanges[inOrder ? 'page' : 'all']);
  const walked = asked !== null || (inOrder && wanted.deep);
  const parts: FilterParts<Omit<CardFilter, 'user' | AskedOfBatch>> = {
    states: () => part(`(${states.map((state) => `(${stateCondition(state, tables, walked)})`).join(' OR ')})`),
    types: (types) => part('c.key_type IN (?)', types),
    ...byTime('expires', 'c.expires_at'),
    ...byTime('created', 'c.created_at'),
    ...byTime('bound', 'c.bound_at'),
    stale: (whether) => part(`${whether === 'yes' ? '' : 'NOT '}${staleSql}`),
  };
  const from = filter.user === undefined ? part('FROM card_keys c') : ofUser(filter.user);
  const marks = tables && (wanted.for === 'file' || (!every && states.some((state) => state !== 'used')));
  return {
    from: join([from, ...(asked?.joins ?? []), ...(marks ? [part(joinMarks)] : [])], ''),
    conditions: [
      ...(asked?.conditions ?? []),
      ...filterConditions(every ? { ...filter, states: undefined } : filter, parts),
    ],
  };
}

/**
 * Cards of a user, from two indexes whose ids are combined: cards bound to the user, and cards given to the user that
 * are not bound to anybody.
 */
function ofUser(username: string): Part {
  return part(
    `FROM (SELECT id FROM card_keys WHERE bound_to = ?
       UNION SELECT g.id FROM user_card_keys k JOIN card_keys g ON g.key_hash = k.key_hash AND g.bound_to IS NULL WHERE k.username = ?) mine
     JOIN card_keys c ON c.id = mine.id`,
    username,
    username,
  );
}

/**
 * `FROM card_keys c [LEFT JOIN console_card_marks m …] [WHERE …]` of every card that a filter and `more` match. The
 * marks are always joined if their tables exist (`tables`), so that `stateSql` and `cardColumns` can be selected from
 * it.
 */
export async function matchingCards(
  sql: Sql,
  filter: CardFilter,
  about: CardTables,
  more: readonly Part[] = [],
): Promise<Part> {
  const { from, conditions } = await cardSource(sql, filter, about, { for: 'file' });
  return whereAll(from, [...conditions, ...more]);
}
