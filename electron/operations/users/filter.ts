import type { UserFilter } from '../../contract/users.js';
import { escapeLike, join, type Part, part, whereAll } from '../../data/mysql/sql.js';
import { byTime, filterConditions, type FilterParts } from '../kit/list-sql.js';
import { hasName } from './tags.js';

/**
 * True of a record `k` that makes its user a member: a card that was only issued is none yet, and one that somebody
 * else has used (as sites allowed it) makes that other a member.
 */
export const usedRecord = "k.status <> 'unused' AND (k.used_by IS NULL OR k.used_by = k.username)";

// Membership: cards that were bound. Asked as scalars: of an EXISTS, MariaDB makes a table of every card first.
const issued = (more: string): string =>
  `(SELECT 1 FROM user_card_keys k WHERE k.username = u.username AND ${usedRecord}${more} LIMIT 1) IS NOT NULL`;
const bound = (more: string): string =>
  `(SELECT 1 FROM card_keys c WHERE c.bound_to = u.username${more} LIMIT 1) IS NOT NULL`;
const anyCard = `(${issued('')} OR ${bound('')})`;
/** By the clock, never by the status column: sites do not keep it. */
const activeCard = `(${issued(' AND k.expires_at > UTC_TIMESTAMP()')} OR ${bound(' AND c.expires_at > UTC_TIMESTAMP()')})`;

/** Over users `u`, user_points `p` and user_login_stats `l`. */
const parts: FilterParts<UserFilter> = {
  // Anywhere in the name, so it reads names one after another (in the order of the page's index, until the page is
  // full); a site whose operators know how names begin is served by sorting by username.
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
  pointsMin: (least) => part('p.balance >= ?', least),
  pointsMax: (most) => part('p.balance <= ?', most),
};

export const tables = { p: 'user_points p', l: 'user_login_stats l' } as const;

/** How a table of users' values is joined: `inner` where a row that is missing cannot match, `left` where it can. */
export type Joining = 'none' | 'inner' | 'left';

/** ` [LEFT] JOIN …` of such a table to whatever has a username. */
export function joined(alias: keyof typeof tables, how: Joining, to = 'u'): string {
  if (how === 'none') return '';
  return ` ${how === 'left' ? 'LEFT ' : ''}JOIN ${tables[alias]} ON ${alias}.username = ${to}.username`;
}

/** What a filter needs: its conditions, and how the tables that these look at are joined. */
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

/** `FROM users u … WHERE …` of everybody whom a filter matches, and `more` of them. */
export function fromMatching(filter: UserFilter, more: readonly Part[] = []): Part {
  const { points, logins, conditions } = filterParts(filter);
  return whereAll(part(`FROM users u${joined('p', points)}${joined('l', logins)}`), [...conditions, ...more]);
}
