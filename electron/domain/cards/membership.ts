import type { AdminConfig } from '../../data/write/admin-config.js';
import { sameJson } from '../../data/write/admin-config.js';
import type { Sql } from '../../data/mysql/database.js';
import type { UserCardKeyInfo } from '../../data/types.js';
import { type CardRow, cardColumns } from './rows.js';
import { millis } from '../values.js';

/** A user whose row the transaction holds. */
export interface HeldUser {
  readonly id: string | number;
  readonly username: string;
  readonly role: string;
  readonly banned: number | null;
  readonly tvbox_token: string | null;
  readonly created_at: string | null;
}

/** Holds a user's row by the stored spelling; undefined when there is none. */
export async function holdUser(tx: Sql, username: string): Promise<HeldUser | undefined> {
  const [row] = await tx.rows<HeldUser>(
    'SELECT id, username, role, banned, tvbox_token, created_at FROM users WHERE username = ? FOR UPDATE',
    [username],
  );
  return row;
}

/** The cards that are bound to a user, the one that lasts longest first, of equals the one bound last. */
export function cardsOf(sql: Sql, username: string, hold = false): Promise<CardRow[]> {
  return sql.rows<CardRow>(
    `SELECT ${cardColumns} FROM card_keys WHERE bound_to = ? ORDER BY expires_at DESC, bound_at DESC, id DESC${hold ? ' FOR UPDATE' : ''}`,
    [username],
  );
}

/** A user's membership as the cards tell it: the one that lasts longest, expired or not. Undefined for who never bound a card. */
export async function membershipOf(sql: Sql, username: string): Promise<UserCardKeyInfo | undefined> {
  const [card] = await cardsOf(sql, username);
  return card === undefined ? undefined : infoOf(card);
}

export function infoOf(card: CardRow): UserCardKeyInfo {
  const boundAt = card.bound_at ?? card.created_at;
  return {
    boundKey: card.key_hash,
    expiresAt: millis(card.expires_at),
    boundAt: boundAt === null ? 0 : millis(boundAt),
  };
}

/** Makes the user's entry in the config, which is loaded, say of the membership what the cards say; the config is saved by the caller. */
export async function syncMembership(
  tx: Sql,
  config: AdminConfig,
  user: HeldUser,
): Promise<UserCardKeyInfo | undefined> {
  const info = await membershipOf(tx, user.username);
  const entry = config.entry(user.username);
  // Where the entry follows the cards by itself it may say so already.
  config.note(user.username);
  if (entry === null ? info !== undefined : !sameJson(entry['cardKey'], info)) {
    config.edit({ username: user.username, role: user.role, createdAt: user.created_at }, { cardKey: info }, true);
  }
  return info;
}
