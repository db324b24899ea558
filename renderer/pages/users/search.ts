import type { SiteRole, UserFilter, UserSort } from '../../contract';

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

function text(value: unknown, most = 50): string | undefined {
  const written = typeof value === 'number' ? String(value) : value;
  return typeof written === 'string' && written.trim() !== '' && written.length <= most ? written : undefined;
}

function day(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((one) => one === value);
}

function several<T>(value: unknown, read: (one: unknown) => T | undefined): readonly T[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).flatMap((one: unknown) => read(one) ?? []);
  return list.length === 0 ? undefined : [...new Set(list)].slice(0, 20);
}

/** Leaves out what is not there, so that the address stays short. */
function present<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Reads an address or a saved view; what it does not understand it leaves out. */
export function validateUsersSearch(search: Record<string, unknown>): UsersSearch {
  return present<UsersSearch>({
    q: text(search['q'])?.trim(),
    role: several(search['role'], (one) => oneOf(roles, one)),
    state: oneOf(states, search['state']),
    tag: several(search['tag'], (one) => text(one)),
    createdFrom: day(search['createdFrom']),
    createdTo: day(search['createdTo']),
    loginFrom: day(search['loginFrom']),
    loginTo: day(search['loginTo']),
    never: search['never'] === true ? true : undefined,
    card: oneOf(cards, search['card']),
    pointsMin: whole(search['pointsMin']),
    pointsMax: whole(search['pointsMax']),
    sort: oneOf(sorts, search['sort']),
    asc: search['asc'] === true ? true : undefined,
    user: text(search['user'], 200),
  });
}

/** The first moment of a day in this machine's zone. */
function start(written: string | undefined): string | undefined {
  return written === undefined ? undefined : new Date(`${written}T00:00:00`).toISOString();
}

/** The last moment of a day in this machine's zone. */
function end(written: string | undefined): string | undefined {
  return written === undefined ? undefined : new Date(`${written}T23:59:59.999`).toISOString();
}

/** The filter that an address asks for. */
export function filterOf(search: UsersSearch): UserFilter {
  return present<UserFilter>({
    search: search.q,
    roles: search.role === undefined ? undefined : [...search.role],
    state: search.state,
    tags: search.tag === undefined ? undefined : [...search.tag],
    createdFrom: start(search.createdFrom),
    createdTo: end(search.createdTo),
    lastLoginFrom: search.never ? undefined : start(search.loginFrom),
    lastLoginTo: search.never ? undefined : end(search.loginTo),
    neverSignedIn: search.never,
    card: search.card,
    pointsMin: search.pointsMin,
    pointsMax: search.pointsMax,
  });
}

/** The part of an address that a saved view keeps: everything but the open drawer. */
export function viewOf({ user: _, ...rest }: UsersSearch): UsersSearch {
  return rest;
}
