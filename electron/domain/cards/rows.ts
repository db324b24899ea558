import { createHash } from 'node:crypto';
import type { Sql } from '../../data/mysql/database.js';
import type { CardKey, CardKeyStatus, CardKeyType, UserCardKey } from '../../data/types.js';
import { millis, optionalMillis } from '../values.js';
import { effective } from './expiry.js';

/** A row of card_keys as the driver returns it. */
export type CardRow = {
  readonly id: string | number;
  readonly key_hash: string;
  readonly plain_key: string;
  readonly key_type: CardKeyType;
  readonly status: CardKeyStatus;
  readonly created_at: string | null;
  readonly expires_at: string;
  readonly bound_to: string | null;
  readonly bound_at: string | null;
};

/** The same, with the id as text, for a unit of work. */
export type Card = Omit<CardRow, 'id'> & { readonly id: string };

/** A row of user_card_keys, with any further columns that a site has. */
export type RecordRow = {
  readonly id: string;
  readonly key_hash: string;
  readonly username: string;
  readonly key_type: CardKeyType;
  readonly status: CardKeyStatus;
  readonly source: UserCardKey['source'];
  readonly created_at: string | null;
  readonly expires_at: string;
  readonly used_at: string | null;
  readonly used_by: string | null;
  readonly notes: string | null;
};

/** A row of console_card_marks. */
export type Mark = {
  readonly card_id: string;
  readonly key_hash: string;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
  readonly reason: string | null;
  readonly replaced_by: string | null;
  readonly replaces: string | null;
  readonly audit_id: string;
};

export const cardColumns = 'id, key_hash, plain_key, key_type, status, created_at, expires_at, bound_to, bound_at';
export const recordColumns =
  'id, key_hash, username, key_type, status, source, created_at, expires_at, used_at, used_by, notes';

/** How many days a card of each type lasts. */
export { cardDays as daysOf } from '../../contract/cards-list.js';

/** SHA-256 in hex of exactly the typed key. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** With the status as stored: the cache keeps this one, because a cached card can expire. */
export function cardOf(row: CardRow): CardKey {
  return {
    key: row.plain_key,
    keyHash: row.key_hash,
    keyType: row.key_type,
    status: row.status,
    createdAt: millis(row.created_at),
    expiresAt: millis(row.expires_at),
    ...(row.bound_to === null ? {} : { boundTo: row.bound_to }),
    ...optionalMillis('boundAt', row.bound_at),
  };
}

/** A card with its current status. */
export function current<C extends { readonly status: CardKeyStatus; readonly expiresAt: number }>(card: C): C {
  return { ...card, status: effective(card.status, card.expiresAt) };
}

export function userCardOf(row: RecordRow): UserCardKey {
  return {
    id: row.id,
    keyHash: row.key_hash,
    username: row.username,
    type: row.key_type,
    status: effective(row.status, millis(row.expires_at)),
    source: row.source,
    createdAt: millis(row.created_at),
    expiresAt: millis(row.expires_at),
    ...optionalMillis('usedAt', row.used_at),
    ...(row.used_by === null ? {} : { usedBy: row.used_by }),
    ...(row.notes === null ? {} : { notes: row.notes }),
  };
}

/** Locks a card until the transaction ends. */
export async function holdCard(tx: Sql, keyHash: string): Promise<CardRow | undefined> {
  const [row] = await tx.rows<CardRow>(`SELECT ${cardColumns} FROM card_keys WHERE key_hash = ? FOR UPDATE`, [keyHash]);
  return row;
}
