import type { SiteRole, UserRow, UserSort } from '../../contract/users.js';
import { isoOf } from '../../data/mysql/database.js';
import type { Place } from './cursor.js';
import { parseNames } from './tags.js';

/** A user as the page's SQL gives it. */
export interface PageRow {
  /** null: a row of another table whose user is gone. */
  readonly id: string | number | null;
  readonly username: string;
  readonly role: SiteRole;
  readonly banned: number | null;
  readonly tags: string | null;
  readonly created_at: string | null;
  readonly last_login_at: string | null;
  readonly login_count: number | null;
  readonly balance: number | null;
  readonly issued: string | null;
  readonly bound: string | null;
}

/** A site's row without a creation time shows as the beginning of time rather than breaking the page. */
const never = '1970-01-01 00:00:00';

export function userRow(row: PageRow): UserRow {
  return {
    id: String(row.id),
    username: row.username,
    role: row.role,
    banned: row.banned === 1,
    tags: parseNames(row.tags),
    createdAt: isoOf(row.created_at ?? never),
    lastLoginAt: row.last_login_at === null ? null : isoOf(row.last_login_at),
    loginCount: row.login_count ?? 0,
    points: row.balance,
    card: longest(row.issued, row.bound),
  };
}

/** The membership that lasts longest; both as `expiry|type`, which compare as text. */
function longest(issued: string | null, bound: string | null): UserRow['card'] {
  const best = issued !== null && (bound === null || issued >= bound) ? issued : bound;
  if (best === null) return null;
  const at = best.indexOf('|');
  return { type: best.slice(at + 1), expiresAt: isoOf(best.slice(0, at)) };
}

const places: Readonly<Record<UserSort, (row: PageRow) => Place>> = {
  created: (row) => ({ value: row.created_at, tie: String(row.id) }),
  username: (row) => ({ value: row.username, tie: row.username }),
  lastLogin: (row) => ({ value: row.last_login_at, tie: row.username }),
  points: (row) => ({ value: row.balance === null ? null : String(row.balance), tie: row.username }),
};

/** Where the list goes on after this row. */
export function placeOf(row: PageRow, sort: UserSort): Place {
  return places[sort](row);
}
