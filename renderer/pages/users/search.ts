import type { SiteRole, UserFilter, UserSort } from '../../contract';
import { dayOf, endOfDay, oneOf, present, severalOf, startOfDay, textOf, wholeOf } from '../../ui/address';

/** What the address of the users page holds: filter, order, and whose drawer is open. */
export interface UsersSearch {
  readonly q?: string;
  readonly role?: readonly SiteRole[];
  readonly state?: 'active' | 'banned';
  readonly tag?: readonly string[];
  /** Days as the operator sees them, 2026-11-23. */
  readonly createdFrom?: string;
  readonly createdTo?: string;
  readonly loginFrom?: string;
  readonly loginTo?: string;
  readonly never?: true;
  readonly card?: 'active' | 'expired' | 'none';
  readonly pointsMin?: number;
  readonly pointsMax?: number;
  readonly sort?: UserSort;
  readonly asc?: true;
  readonly user?: string;
}

const roles: readonly SiteRole[] = ['owner', 'admin', 'user'];
const sorts: readonly UserSort[] = ['created', 'username', 'lastLogin', 'points'];
const cards = ['active', 'expired', 'none'] as const;
const states = ['active', 'banned'] as const;

/** Reads an address or a saved view; what it does not understand it leaves out. */
export function validateUsersSearch(search: Record<string, unknown>): UsersSearch {
  return present<UsersSearch>({
    q: textOf(search['q'], 50)?.trim(),
    role: severalOf(search['role'], (one) => oneOf(roles, one)),
    state: oneOf(states, search['state']),
    tag: severalOf(search['tag'], (one) => textOf(one, 50)),
    createdFrom: dayOf(search['createdFrom']),
    createdTo: dayOf(search['createdTo']),
    loginFrom: dayOf(search['loginFrom']),
    loginTo: dayOf(search['loginTo']),
    never: search['never'] === true ? true : undefined,
    card: oneOf(cards, search['card']),
    pointsMin: wholeOf(search['pointsMin']),
    pointsMax: wholeOf(search['pointsMax']),
    sort: oneOf(sorts, search['sort']),
    asc: search['asc'] === true ? true : undefined,
    user: textOf(search['user'], 200),
  });
}

/** The filter that an address asks for. */
export function filterOf(search: UsersSearch): UserFilter {
  return present<UserFilter>({
    search: search.q,
    roles: search.role === undefined ? undefined : [...search.role],
    state: search.state,
    tags: search.tag === undefined ? undefined : [...search.tag],
    createdFrom: startOfDay(search.createdFrom),
    createdTo: endOfDay(search.createdTo),
    lastLoginFrom: search.never ? undefined : startOfDay(search.loginFrom),
    lastLoginTo: search.never ? undefined : endOfDay(search.loginTo),
    neverSignedIn: search.never,
    card: search.card,
    pointsMin: search.pointsMin,
    pointsMax: search.pointsMax,
  });
}

/** The part of an address that a saved view keeps: everything but the open drawer. */
export function viewOf(search: UsersSearch): UsersSearch {
  return present<UsersSearch>({ ...search, user: undefined });
}
