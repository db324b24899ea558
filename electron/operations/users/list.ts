import { Refusal } from '../../contract/errors.js';
import type { UserFilter, UserSort } from '../../contract/users.js';
import { part } from '../../data/mysql/sql.js';
import { listQuery } from '../kit/list-query.js';
import type { Phase, Source, Wanted } from '../kit/list-sql.js';
import { filterParts, joined, type Joining, tables } from './filter.js';
import { longTags, type PageRow, userColumns, userRow } from './rows.js';
import { chooseUsers } from './selection.js';

/** Which users a filter leaves, where it looks at the table of the sort. */
const phases: Readonly<Record<Joining, readonly Phase[]>> = {
  none: ['values', 'nulls'],
  inner: ['values'],
  left: ['nulls'],
};

/**
 * Sorts whose own table drives the page where users have the value, and what of a filter that table answers by itself.
 */
const driving = {
  points: { alias: 'p', own: new Set(['pointsMin', 'pointsMax']) },
  lastLogin: { alias: 'l', own: new Set(['lastLoginFrom', 'lastLoginTo', 'neverSignedIn']) },
} as const;

/**
 * Users, their page's ids in the order of an index: `created` runs on idx_created_at, `username` on its UNIQUE,
 * `lastLogin` and `points` on the indexes of repair R001 (without them MySQL sorts all rows).
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
      if (who === undefined) return null;
      const chosen = await chooseUsers(sql, who);
      if (chosen.ids?.length === 0) throw nobody();
      return chosen;
    },
  },
});

function source(filter: UserFilter, wanted: Wanted<UserSort>): Source {
  const { points, logins, conditions } = filterParts(filter);
  const all = wanted.for === 'file';
  const sort = wanted.for === 'page' ? wanted.sort : null;
  if (wanted.for === 'page' && wanted.phase === 'values' && (sort === 'points' || sort === 'lastLogin')) {
    const { alias, own } = driving[sort];
    const tie = `${alias}.username`;
    // The sort's table tells the page by itself: without an index the server then keeps the best rows only, instead of
    // sorting a million and joining them. A row there without its user (a site without foreign keys) comes with id
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

function nobody(): Refusal {
  return new Refusal(
    'not_found',
    { zh: '选中的用户都不存在，没有可导出的内容', en: 'None of the chosen users exists: there is nothing to export' },
    { hint: { zh: '检查用户名。', en: 'Check the names.' } },
  );
}
