import type { UserFilter } from '../../contract/users.js';
import { escapeLike, join, type Part, part, whereAll } from '../../data/mysql/sql.js';
import { byTime, filterConditions, type FilterParts } from '../kit/list-sql.js';
import { hasName } from './tags.js';

/**
 * True if a record `k` makes its user a member. A card that was only issued does not yet. If another user has used it
 * (some sites allowed this), that other user is the member.
 */
export const usedRecord = "k.status <> 'unused' AND (k.used_by IS NULL OR k.used_by = k.username)";

// Membership: bound cards. These are scalar subqueries: for EXISTS, MariaDB first makes a table of all cards.
const issued = (more: string): string =>
  `(SELECT 1 FROM user_card_keys k WHERE k.username = u.username AND ${usedRecord}${more} LIMIT 1) IS NOT NULL`;
const bound = (more: string): string =>
  `(SELECT 1 FROM card_keys c WHERE c.bound_to = u.username${more} LIMIT 1) IS NOT NULL`;
const anyCard = `(${issued('')} OR ${bound('')})`;
/** Compares with the clock, not with the status column, because sites do not keep that up to date. */
const activeCard = `(${issued(' AND k.expires_at > UTC_TIMESTAMP()')} OR ${bound(' AND c.expires_at > UTC_TIMESTAMP()')})`;

/** Conditions over users `u`, user_points `p` and user_login_stats `l`. */
const parts: FilterParts<UserFilter> = {
  // Searches anywhere in the name, so it reads the names one by one (in the order of the page's index, until the page
  // is full). Operators who know how a name begins can sort by username instead.
  search: (text) => part("u.username LIKE ? ESCAPE '|'", `%${escapeLike(text)}%`),
  roles: (roles) => part('u.role IN (?)', roles),
  state: (state) => part(state === 'banned' ? 'u.banned = 1' : 'COALESCE(u.banned, 0) = 0'),
  tags(tags) {
    const any = tags.map((tag) => hasName('u.tags', tag));
    return join([part('('), join(any, ' OR '), part(')')], '');
  },
  ...byTime('created', 'u.created_at'),
  ...byTime('lastLogin', 'l.last_login_at'),
  neverSignedIn: (never) => part(`l.last_login_at IS ${never ? '' : 'NOT '}NULL`),
  card: (card) =>
    part({ active: activeCard, expired: `${anyCard} AND NOT ${activeCard}`, none: `NOT ${anyCard}` }[card]),
  ...byTime('memberEnds', '(SELECT MAX(c.expires_at) FROM card_keys c WHERE c.bound_to = u.username)'),
  pointsMin: (least) => part('p.balance >= ?', least),
  pointsMax: (most) => part('p.balance <= ?', most),
};

export const tables = { p: 'user_points p', l: 'user_login_stats l' } as const;

/** How a table with values of users is joined: `inner` if a missing row cannot match, `left` if it can. */
export type Joining = 'none' | 'inner' | 'left';

/** ` [LEFT] JOIN …` of such a table to a table with usernames. */
export function joined(alias: keyof typeof tables, how: Joining, to = 'u'): string {
  if (how === 'none') return '';
  return ` ${how === 'left' ? 'LEFT ' : ''}JOIN ${tables[alias]} ON ${alias}.username = ${to}.username`;
}

/** What a filter needs: its conditions, and how their tables are joined. */
export function filterParts(filter: UserFilter): {
  readonly points: Joining;
  readonly logins: Joining;
  readonly conditions: readonly Part[];
} {
  const { lastLoginFrom, lastLoginTo, neverSignedIn, pointsMin, pointsMax } = filter;
  const signedIn = lastLoginFrom !== undefined || lastLoginTo !== undefined || neverSignedIn === false;
  return {
    points: pointsMin === undefined && pointsMax === undefined ? 'none' : 'inner',
    logins: signedIn ? 'inner' : neverSignedIn === true ? 'left' : 'none',
    conditions: filterConditions(filter, parts),
  };
}

/** `FROM users u … WHERE …` of all users that a filter and `more` match. */
export function fromMatching(filter: UserFilter, more: readonly Part[] = []): Part {
  const { points, logins, conditions } = filterParts(filter);
  return whereAll(part(`FROM users u${joined('p', points)}${joined('l', logins)}`), [...conditions, ...more]);
}
