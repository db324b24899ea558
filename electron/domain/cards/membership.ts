import type { RowColumns } from '../../data/config/entry-fields.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { AdminConfig } from '../../data/write/admin-config.js';
import type { UserCardKeyInfo } from '../../data/types.js';
import { type CardRow, cardColumns } from './rows.js';
import { millis } from '../values.js';

/** A user whose row the transaction holds. */
export interface LockedHolder extends RowColumns {
  readonly id: string | number;
  readonly created_at: string | null;
}

export const heldColumns =
  'id, username, role, banned, tags, enabled_apis, tvbox_token, show_adult_content, created_at';

/** Holds a user's row by the stored spelling; undefined when there is none. */
export async function lockHolder(tx: Sql, username: string): Promise<LockedHolder | undefined> {
  const [row] = await tx.rows<LockedHolder>(`SELECT ${heldColumns} FROM users WHERE username = ? FOR UPDATE`, [
    username,
  ]);
  return row;
}

const heldColumnsOfUsers = heldColumns
  .split(', ')
  .map((column) => `u.${column}`)
  .join(', ');

/** A user who is to bind a card, and what the card said before anybody was waited for; null for none. */
export interface Binder extends LockedHolder {
  readonly card_status: CardRow['status'] | null;
  readonly card_ends: string | null;
  readonly looked_at: string;
}

const binderColumns = `${heldColumnsOfUsers}, UTC_TIMESTAMP() AS looked_at,
  (SELECT c.status FROM card_keys c WHERE c.key_hash = ?) AS card_status,
  (SELECT c.expires_at FROM card_keys c WHERE c.key_hash = ?) AS card_ends`;

/**
 * Holds a user, by a name in any spelling, and their entry in the config by one statement, where entries are in rows; and looks at the card that they
 * are to bind, which is not held: most of many who come for one at once need not wait for it, and two who try each other's do not meet. Throws NotInRows.
 */
export function holdBinder(
  tx: Transaction,
  config: AdminConfig,
  username: string,
  keyHash: string,
): Promise<Binder | undefined> {
  return config.holdUser<Binder>(tx, username, binderColumns, [keyHash, keyHash]);
}

/** The order in which cards make a membership: the one that lasts longest first, of equals the one bound last. Stands here as SQL and as a comparison. */
export const longestFirst = 'expires_at DESC, bound_at DESC, id DESC';

export function byLongest(a: CardRow, b: CardRow): number {
  return (
    compare(b.expires_at, a.expires_at) ||
    compare(b.bound_at ?? '', a.bound_at ?? '') ||
    Number(BigInt(b.id) - BigInt(a.id))
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The cards that are bound to a user, in that order. */
export function cardsOf(sql: Sql, username: string): Promise<CardRow[]> {
  return sql.rows<CardRow>(`SELECT ${cardColumns} FROM card_keys WHERE bound_to = ? ORDER BY ${longestFirst}`, [
    username,
  ]);
}

/** A user's membership as the cards tell it: the one that lasts longest, expired or not. Undefined for who never bound a card. */
export async function membershipOf(sql: Sql, username: string): Promise<UserCardKeyInfo | undefined> {
  const [card] = await cardsOf(sql, username);
  return card === undefined ? undefined : infoOf(card);
}

export function infoOf(card: Pick<CardRow, 'key_hash' | 'created_at' | 'expires_at' | 'bound_at'>): UserCardKeyInfo {
  const boundAt = card.bound_at ?? card.created_at;
  return {
    boundKey: card.key_hash,
    expiresAt: millis(card.expires_at),
    boundAt: boundAt === null ? 0 : millis(boundAt),
  };
}
