import type { SiteRole, UserRow } from '../../contract/users.js';
import { isoOrNull } from '../../data/mysql/database.js';
import { usedRecord } from './filter.js';
import { parseNames, shortTags } from './tags.js';

/** The columns of a row in the list. The cards that last longest are `expiry|type`. */
export const userColumns = `u.id, u.username, u.role, u.banned, ${shortTags} AS tags, u.created_at, l.last_login_at, l.login_count, p.balance,
  (SELECT MAX(CONCAT(k.expires_at, '|', k.key_type)) FROM user_card_keys k WHERE k.username = u.username AND ${usedRecord}) AS issued,
  (SELECT MAX(CONCAT(c.expires_at, '|', c.key_type)) FROM card_keys c WHERE c.bound_to = u.username) AS bound`;

/** A user as these columns return it. */
export interface PageRow {
  /** null: a row of another table whose user does not exist. */
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

/** A user as the list shows it. */
export function userRow(row: PageRow): UserRow {
  return {
    id: String(row.id),
    username: row.username,
    role: row.role,
    banned: row.banned === 1,
    tags: parseNames(row.tags),
    createdAt: isoOrNull(row.created_at),
    lastLoginAt: isoOrNull(row.last_login_at),
    loginCount: row.login_count ?? 0,
    points: row.balance,
    card: lasting(row.issued, row.bound),
  };
}

/** The membership that lasts longest. Both are `expiry|type`, which can be compared as text. */
function lasting(issued: string | null, bound: string | null): UserRow['card'] {
  const best = issued !== null && (bound === null || issued >= bound) ? issued : bound;
  if (best === null) return null;
  const at = best.indexOf('|');
  return { type: best.slice(at + 1), expiresAt: isoOrNull(best.slice(0, at)) };
}
