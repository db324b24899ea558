import type { UserFilter, UserSort } from '../../contract/users.js';
import { part } from '../../data/mysql/sql.js';
import { listQuery } from '../kit/list-query.js';
import type { Phase, Source, Wanted } from '../kit/list-sql.js';
import { filterParts, joined, type Joining, tables } from './filter.js';
import { type PageRow, userColumns, userRow } from './rows.js';
import { chooseUsers } from './selection.js';
import { longTags } from './tags.js';

/** The phases that a filter on the sort's table leaves. */
const phases: Readonly<Record<Joining, readonly Phase[]>> = {
  none: ['values', 'nulls'],
  inner: ['values'],
  left: ['nulls'],
};

/**
 * Sorts whose own table drives the page for users with a value, and the filter fields that this table can answer alone.
 */
const driving = {
  points: { alias: 'p', own: new Set(['pointsMin', 'pointsMax']) },
  lastLogin: { alias: 'l', own: new Set(['lastLoginFrom', 'lastLoginTo', 'neverSignedIn']) },
} as const;

/**
 * Users. The ids of a page come in the order of an index: `created` uses idx_created_at, `username` its UNIQUE index,
 * `lastLogin` and `points` the indexes of repair R001 (without them MySQL sorts all rows).
 */
export const usersQuery = listQuery('users', {
  table: 'users',
  sorts: {
    created: { value: 'u.created_at', nullable: true, tie: 'u.id' },
    username: { tie: 'u.username' },
    lastLogin: {
      value: 'l.last_login_at',
      nullable: true,
      phases: (filter) => phases[filterParts(filter).logins],
      tie: 'u.username',
    },
    points: {
      value: 'p.balance',
      nullable: true,
      phases: (filter) => phases[filterParts(filter).points],
      tie: 'u.username',
    },
  },
  source,
  columns: () => userColumns,
  details: () => ({
    key: 'u.id',
    joins: `JOIN users u ON u.id = page.id${joined('p', 'left')}${joined('l', 'left')}`,
  }),
  beside: (raws: readonly PageRow[], { sql }) => longTags(sql, raws),
  row: (raw, _, long) => userRow({ ...raw, tags: long.get(String(raw.id)) ?? raw.tags }),
  csv: {
    cells: {
      id: ({ id }) => id,
      username: ({ username }) => username,
      role: ({ role }) => role,
      banned: ({ banned }) => (banned ? 1 : 0),
      tags: ({ tags }) => tags.join(' '),
      created_at: ({ createdAt }) => createdAt,
      last_login_at: ({ lastLoginAt }) => lastLoginAt,
      login_count: ({ loginCount }) => loginCount,
      points: ({ points }) => points,
      card_type: ({ card }) => card?.type ?? null,
      card_expires_at: ({ card }) => card?.expiresAt ?? null,
    },
    async choose(sql, { who }) {
      return who === undefined ? null : chooseUsers(sql, who);
    },
  },
});

/**
 * Banned users and operators are few: they are found by their own index and sorted. In the order of another table the
 * server would walk through nearly everybody to find a page of them.
 */
function matchesFew({ state, roles }: UserFilter): boolean {
  return state === 'banned' || (roles !== undefined && !roles.includes('user'));
}

function source(filter: UserFilter, wanted: Wanted<UserSort>): Source {
  const { points, logins, conditions } = filterParts(filter);
  const all = wanted.for === 'file';
  const sort = wanted.for === 'page' ? wanted.sort : null;
  const drives = sort === 'points' || sort === 'lastLogin';
  if (wanted.for === 'page' && wanted.phase === 'values' && drives && !matchesFew(filter)) {
    const { alias, own } = driving[sort];
    const tie = `${alias}.username`;
    // The sort's table alone decides the page. Without an index, the server then keeps only the first rows, instead of
    // joining a million rows and sorting them. A row of it without a user (on a site without foreign keys) gets the id
    // null.
    if (Object.entries(filter).every(([name, value]) => value === undefined || own.has(name)))
      return {
        from: part(`FROM ${tables[alias]}`),
        conditions,
        tie,
        details: {
          key: tie,
          columns: userColumns.replace('u.username', 'COALESCE(u.username, page.username) AS username'),
          joins: `LEFT JOIN users u ON u.username = page.username${joined('p', 'left', 'page')}${joined('l', 'left', 'page')}`,
          tie: 'page.username',
        },
      };
    const others = sort === 'points' ? joined('l', logins) : joined('p', points);
    return {
      from: part(`FROM ${tables[alias]} STRAIGHT_JOIN users u ON u.username = ${tie}${others}`),
      conditions,
      tie,
    };
  }
  const atLeast = (needed: boolean, how: Joining): Joining => (needed && how === 'none' ? 'left' : how);
  const joins = all
    ? joined('p', 'left') + joined('l', 'left')
    : joined('p', atLeast(sort === 'points', points)) + joined('l', atLeast(sort === 'lastLogin', logins));
  return { from: part(`FROM users u${joins}`), conditions };
}
