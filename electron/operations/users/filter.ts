import type { UserFilter } from '../../contract/users.js';
import { sqlTime } from '../../data/mysql/database.js';
import { escapeLike, join, type Part, part } from '../../data/mysql/sql.js';
import { hasName } from './tags.js';

/** What a filter needs: conditions over users `u`, user_points `p` and user_login_stats `l`. `inner` where a missing row cannot match. */
export interface FilterParts {
  readonly points: 'none' | 'inner';
  readonly logins: 'none' | 'inner' | 'left';
  readonly conditions: readonly Part[];
}

/**
 * True of a record `k` that makes its user a member: a card that was only issued is none yet, and one that somebody else has used (as sites
 * allowed it) makes that other a member.
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

const cardConditions = {
  active: activeCard,
  expired: `${anyCard} AND NOT ${activeCard}`,
  none: `NOT ${anyCard}`,
} as const;

/**
 * Conditions of a filter. `search` is a part of the name anywhere in it, so it reads names one after another (in the order of the page's index,
 * until the page is full); a site whose operators know how names begin is served by sorting by username.
 */
export function filterParts(filter: UserFilter): FilterParts {
  const conditions: Part[] = [];
  const add = (condition: Part | null): void => void (condition === null || conditions.push(condition));
  const given = <T>(value: T | undefined, make: (value: T) => Part): Part | null =>
    value === undefined ? null : make(value);

  add(given(filter.search, (text) => part("u.username LIKE ? ESCAPE '|'", `%${escapeLike(text)}%`)));
  add(given(filter.roles, (roles) => part('u.role IN (?)', roles)));
  if (filter.state === 'banned') add(part('u.banned = 1'));
  if (filter.state === 'active') add(part('(u.banned = 0 OR u.banned IS NULL)'));
  add(
    given(filter.tags, (tags) => {
      const any = join(
        tags.map((tag) => hasName('u.tags', tag)),
        ' OR ',
      );
      return part(`(${any.sql})`, ...any.parameters);
    }),
  );
  add(given(filter.createdFrom, (from) => part('u.created_at >= ?', sqlTime(from))));
  add(given(filter.createdTo, (to) => part('u.created_at <= ?', sqlTime(to))));
  add(given(filter.lastLoginFrom, (from) => part('l.last_login_at >= ?', sqlTime(from))));
  add(given(filter.lastLoginTo, (to) => part('l.last_login_at <= ?', sqlTime(to))));
  if (filter.neverSignedIn === true) add(part('l.last_login_at IS NULL'));
  if (filter.neverSignedIn === false) add(part('l.last_login_at IS NOT NULL'));
  if (filter.card !== undefined) add(part(cardConditions[filter.card]));
  add(given(filter.pointsMin, (least) => part('p.balance >= ?', least)));
  add(given(filter.pointsMax, (most) => part('p.balance <= ?', most)));

  const signedIn =
    filter.lastLoginFrom !== undefined || filter.lastLoginTo !== undefined || filter.neverSignedIn === false;
  return {
    points: filter.pointsMin !== undefined || filter.pointsMax !== undefined ? 'inner' : 'none',
    logins: signedIn ? 'inner' : filter.neverSignedIn === true ? 'left' : 'none',
    conditions,
  };
}

export const joins = {
  points: {
    none: '',
    inner: ' JOIN user_points p ON p.username = u.username',
    left: ' LEFT JOIN user_points p ON p.username = u.username',
  },
  logins: {
    none: '',
    inner: ' JOIN user_login_stats l ON l.username = u.username',
    left: ' LEFT JOIN user_login_stats l ON l.username = u.username',
  },
} as const;

/** `FROM users u … WHERE …` of everybody whom a filter matches, and `more` of them. */
export function fromMatching(filter: UserFilter, more: readonly Part[] = []): Part {
  const { points, logins, conditions } = filterParts(filter);
  const where = join([...conditions, ...more], ' AND ');
  return part(
    `FROM users u${joins.points[points]}${joins.logins[logins]}${where.sql === '' ? '' : ` WHERE ${where.sql}`}`,
    ...where.parameters,
  );
}
