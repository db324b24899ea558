import type { SiteRole } from '../../contract';
import { textOf } from '../../ui/search-params';
import { listAddress } from '../../ui/list/address';
import { anyOf, days, daysOrNever, oneOf, range, tags } from '../../ui/list/filters';

const roles: readonly SiteRole[] = ['owner', 'admin', 'user'];

/** The list of users: its filters and orders, and how the address stores them. */
export const usersList = listAddress({
  domain: 'users',
  path: '/users',
  drawer: 'user',
  opens: (value) => textOf(value, 200),
  find: { part: 'q', as: 'search', most: 50, trimmed: true },
  filters: [
    oneOf('state', ['active', 'banned']),
    anyOf('role', roles, 'roles'),
    tags('tag', 'tags'),
    oneOf('card', ['active', 'expired', 'none'], 'cardState'),
    days('memberEnds', 'memberEndsFrom', 'memberEndsTo', { ahead: true }),
    range('points'),
    days('created', 'createdFrom', 'createdTo'),
    daysOrNever('login', 'loginFrom', 'loginTo', 'never', {
      from: 'lastLoginFrom',
      to: 'lastLoginTo',
      never: 'neverSignedIn',
    }),
  ],
  sorts: ['created', 'username', 'lastLogin', 'points'],
});
export type UsersSearch = ReturnType<typeof usersList.read>;
