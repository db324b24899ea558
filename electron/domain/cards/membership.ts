import type { RowColumns } from '../../data/config/entry-fields.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { AdminConfig } from '../../data/write/admin-config.js';
import type { UserCardKeyInfo } from '../../data/types.js';
import { type CardRow, cardColumns } from './rows.js';
import { millis } from '../values.js';

/** A user whose row the transaction has locked. */
export interface LockedHolder extends RowColumns {
  readonly id: string | number;
  readonly created_at: string | null;
}

export const heldColumns =
  'id, username, role, banned, tags, enabled_apis, tvbox_token, show_adult_content, created_at';

/** Locks a user's row by the stored spelling; undefined if there is none. */
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

/** A user about to bind a card, and the card's state before any lock; null if there is none. */
export interface Binder extends LockedHolder {
  readonly card_status: CardRow['status'] | null;
  readonly card_ends: string | null;
  readonly looked_at: string;
}

const binderColumns = `${heldColumnsOfUsers}, UTC_TIMESTAMP() AS looked_at,
  (SELECT c.status FROM card_keys c WHERE c.key_hash = ?) AS card_status,
  (SELECT c.expires_at FROM card_keys c WHERE c.key_hash = ?) AS card_ends`;

/**
 * If entries are in rows: locks a user, by a name in any spelling, and their entry in the config in one statement, and
 * reads the card to bind without a lock. So most of many concurrent binds of one card need not wait for it, and two
 * users who try each other's cards do not deadlock. Throws NotInRows.
 */
export function holdBinder(
  tx: Transaction,
  config: AdminConfig,
  username: string,
  keyHash: string,
): Promise<Binder | undefined> {
  return config.holdUser<Binder>(tx, username, binderColumns, [keyHash, keyHash]);
}

/**
 * The order of cards in a membership: the one that lasts longest first, among equals the one bound last. Defined here
 * as SQL and as a comparison.
 */
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

/** The cards bound to a user, in that order. */
export function cardsOf(sql: Sql, username: string): Promise<CardRow[]> {
  return sql.rows<CardRow>(`SELECT ${cardColumns} FROM card_keys WHERE bound_to = ? ORDER BY ${longestFirst}`, [
    username,
  ]);
}

/**
 * A user's membership by their cards: the one that lasts longest, expired or not. Undefined if the user never bound a
 * card.
 */
export async function membershipOf(sql: Sql, username: string): Promise<UserCardKeyInfo | undefined> {
  const [card] = await cardsOf(sql, username);
  return card === undefined ? undefined : infoOf(card);
}

export function infoOf(card: Pick<CardRow, 'key_hash' | 'created_at' | 'expires_at' | 'bound_at'>): UserCardKeyInfo {
  const boundAt = card.bound_at ?? card.created_at;
  return {
    boundKey: card.key_hash,
    expiresAt: millis(card.expires_at),
    boundAt: millis(boundAt),
  };
}
