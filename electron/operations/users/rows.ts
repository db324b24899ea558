import type { SiteRole, UserRow } from '../../contract/users.js';
import { isoOf, type Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { usedRecord } from './filter.js';
import { parseNames } from './tags.js';

/**
 * Bytes of tags up to which they are read along: MySQL sorts rows whole, in a buffer of 256 KB unless told otherwise,
 * and answers nothing at all where one does not fit in.
 */
const mostTags = 16_384;
/** Stands where tags are longer; who has just this text for tags is looked up as well. */
const apart = '!';

/** What a row of the list is made of; the cards that last longest as `expiry|type`. */
export const userColumns = `u.id, u.username, u.role, u.banned,
  (SELECT IF(LENGTH(t.tags) > ${String(mostTags)}, '${apart}', t.tags) FROM users t WHERE t.id = u.id) AS tags,
  u.created_at, l.last_login_at, l.login_count, p.balance,
  (SELECT MAX(CONCAT(k.expires_at, '|', k.key_type)) FROM user_card_keys k WHERE k.username = u.username AND ${usedRecord}) AS issued,
  (SELECT MAX(CONCAT(c.expires_at, '|', c.key_type)) FROM card_keys c WHERE c.bound_to = u.username) AS bound`;

/** A user as these columns give it. */
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

/** Tags that are too long to be read along, by the user's id. */
export async function longTags(sql: Sql, rows: readonly PageRow[]): Promise<ReadonlyMap<string, string>> {
  const ids = rows.flatMap(({ id, tags }) => (tags === apart && id !== null ? [keyParameter(id)] : []));
  if (ids.length === 0) return new Map();
  const found = await sql.rows<{ id: string | number; tags: string }>('SELECT id, tags FROM users WHERE id IN (?)', [
    ids,
  ]);
  return new Map(found.map(({ id, tags }) => [String(id), tags]));
}

/** A site's row without a creation time shows as the beginning of time rather than breaking the page. */
const never = '1970-01-01 00:00:00';

/** A user as the list shows it. */
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
    card: lasting(row.issued, row.bound),
  };
}

/** The membership that lasts longest; both as `expiry|type`, which compare as text. */
function lasting(issued: string | null, bound: string | null): UserRow['card'] {
  const best = issued !== null && (bound === null || issued >= bound) ? issued : bound;
  if (best === null) return null;
  const at = best.indexOf('|');
  return { type: best.slice(at + 1), expiresAt: isoOf(best.slice(0, at)) };
}
