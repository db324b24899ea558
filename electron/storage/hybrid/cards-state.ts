import type { AdminConfig } from '../../data/write/admin-config.js';
import type { CacheKey } from '../../data/cache/cache.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { CardKey } from '../types.js';
import { databaseNow } from '../../domain/clock.js';
import { whyNotFree } from '../../domain/cards/expiry.js';
import { cardsOf, type LockedHolder } from '../../domain/cards/membership.js';
import { givenToAnother, mayBind } from '../../domain/cards/owners.js';
import { holdRecords, ownersOf } from '../../domain/cards/records.js';
import { type Card, type CardRow, hashOf, type RecordRow } from '../../domain/cards/rows.js';
import { notBindable } from '../../domain/cards/rules.js';
import { CardUnitOfWork } from '../../domain/cards/unit-of-work.js';
import type { HeldCard, UserOf } from './cards-held.js';
import { noSuchUser } from './username-resolver.js';
import { conflict, invalid, isError, timestamp } from '../../domain/values.js';

/** The fields of a card that may change. */
interface State {
  readonly type: CardRow['key_type'];
  readonly status: CardRow['status'];
  readonly expiresAt: string;
  readonly boundTo: string | null;
  readonly boundAt: string | null;
}

/**
 * Changes a locked card (the config is locked before it), its record and its user's membership together. Used means
 * bound to a user for good: a bound card past its expiry stays `used`, whatever status it is given, and counts as
 * expired by the clock; it never becomes unused again. A card can be bound only while it is unused and not past its
 * expiry. `also` makes further changes before everything is written at once. Returns the resulting card. Throws
 * `invalid_input`, `not_found` (user), `conflict` (used by another, given to another, expired, revoked by an operator).
 */
export async function changeCard(
  tx: Transaction,
  touch: (more: CacheKey) => void,
  config: AdminConfig,
  { card, userOf }: HeldCard,
  updates: Partial<CardKey>,
  also?: (cards: CardUnitOfWork) => void,
): Promise<Card> {
  if (updates.keyHash !== undefined && updates.keyHash.toLowerCase() !== card.key_hash)
    throw invalid('keyHash', '卡密不能换成另一张', 'A card does not become another');
  if (updates.key !== undefined && updates.key !== card.plain_key && hashOf(updates.key) !== card.key_hash)
    throw invalid('key', '明文与哈希不符', 'The hash is not of this key');
  const { records, now: asked } = await holdRecords(tx, [card.key_hash]);
  const now = asked ?? (await databaseNow(tx));
  const next = await nextState(tx, card, userOf, records, now, updates);
  if (card.status === 'expired' && next.status !== 'expired' && (await isRevoked(tx, card)))
    throw conflict('卡密已作废', 'The card has been revoked');
  const users = await usersOf([card.bound_to, next.boundTo], userOf);

  const cards = new CardUnitOfWork(now, config);
  const held = cards.addCard(card);
  for (const record of records) cards.addHeldRecord(record, undefined);
  for (const { username } of users) for (const other of await cardsOf(tx, username)) cards.addCard(other, username);
  const changed = cards.cards.edit(held, {
    plain_key: updates.key ?? card.plain_key,
    key_type: next.type,
    status: next.status,
    expires_at: next.expiresAt,
    bound_to: next.boundTo,
    bound_at: next.boundAt,
  });
  if (next.boundTo !== null) cards.assign(changed.id, next.boundTo);
  cards.mirror([changed]);
  await config.load(users.map((user) => user.username));
  for (const user of users) {
    cards.syncEntry(user);
    touch({ family: 'userInfo', part: user.username });
  }
  also?.(cards);
  await cards.writeRows(tx);
  touch({ family: 'cardKey', part: card.key_hash });
  return changed;
}

/** The users with these names, each once. Throws `not_found`. */
async function usersOf(names: readonly (string | null)[], userOf: UserOf): Promise<readonly LockedHolder[]> {
  const users = new Map<string, LockedHolder>();
  for (const name of names) {
    if (name === null) continue;
    const user = await needUser(userOf, name);
    users.set(user.username, user);
  }
  return [...users.values()];
}

/**
 * A card revoked by an operator stays revoked, even with a later expiry. A site without the console's tables has no
 * revoked cards.
 */
async function isRevoked(tx: Transaction, card: CardRow): Promise<boolean> {
  try {
    const rows = await tx.attempt(() =>
      tx.rows('SELECT card_id FROM console_card_marks WHERE card_id = ? AND revoked_at IS NOT NULL', [card.id]),
    );
    return rows.length > 0;
  } catch (error) {
    if (isError(error, 1146)) return false;
    throw error;
  }
}

async function nextState(
  tx: Sql,
  card: CardRow,
  userOf: UserOf,
  records: readonly RecordRow[],
  now: string,
  updates: Partial<CardKey>,
): Promise<State> {
  const type = updates.keyType ?? card.key_type;
  const expiresAt = updates.expiresAt === undefined ? card.expires_at : timestamp(updates.expiresAt, 'expiresAt');
  const unbound = { type, expiresAt, boundTo: null, boundAt: null };
  const wanted = updates.status ?? (updates.boundTo === undefined ? card.status : 'used');
  if (card.status === 'used') {
    if (wanted === 'unused') throw notBindable('card_used');
    const boundTo = updates.boundTo === undefined ? card.bound_to : (await needUser(userOf, updates.boundTo)).username;
    const holder = card.bound_to === null ? null : (await needUser(userOf, card.bound_to)).username;
    if (updates.boundTo !== undefined && boundTo !== holder) throw notBindable('card_used');
    const boundAt = updates.boundAt === undefined ? (card.bound_at ?? now) : timestamp(updates.boundAt, 'boundAt');
    return { type, status: 'used', expiresAt, boundTo, boundAt };
  }
  if (wanted === 'used') {
    if (updates.boundTo === undefined) throw invalid('boundTo', '已使用的卡密须写明用户', 'A used card says by whom');
    // Checks the state before this change: a new expiry in the same change does not revive a card.
    const why = whyNotFree(card.status, card.expires_at, now);
    if (why !== null) throw notBindable(why);
    const { username } = await needUser(userOf, updates.boundTo);
    const owners = await ownersOf(tx, records, [username]);
    if (!mayBind([...owners.values()], username)) throw givenToAnother();
    const boundAt = updates.boundAt === undefined ? now : timestamp(updates.boundAt, 'boundAt');
    return { type, status: 'used', expiresAt, boundTo: username, boundAt };
  }
  if (wanted === 'expired' && expiresAt > now) {
    if (updates.status === 'expired') throw conflict('卡密尚未到期', 'The card has not expired yet');
    return { ...unbound, status: 'unused' };
  }
  return { ...unbound, status: wanted };
}

async function needUser(userOf: UserOf, name: string): Promise<LockedHolder> {
  const user = await userOf(name);
  if (user === undefined) throw noSuchUser();
  return user;
}
