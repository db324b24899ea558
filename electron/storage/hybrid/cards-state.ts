import type { AdminConfig } from '../../data/write/admin-config.js';
import type { Touch } from '../../data/cache/cache.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { CardKey } from '../types.js';
import { givenToAnother, mayBind, ownersOf } from '../../domain/cards/owners.js';
import { databaseNow, isFree, mirror, notBindable } from '../../domain/cards/bind.js';
import { holdUser, syncMembership } from '../../domain/cards/membership.js';
import { type CardRow, hashOf, holdCard } from '../../domain/cards/rows.js';
import { noSuchUser } from './names.js';
import { conflict, invalid, isError, timestamp } from '../../domain/values.js';

/** What of a card may change. */
interface State {
  readonly type: CardRow['key_type'];
  readonly status: CardRow['status'];
  readonly expiresAt: string;
  readonly boundTo: string | null;
  readonly boundAt: string | null;
}

/**
 * Changes a card that is held (the config before it), its record and its user's membership together. Used means bound to somebody who stays:
 * a bound card past its expiry stays `used` whatever status it is given,
 * and is expired by the clock; it never becomes unused again. A card is bound only while it is unused and not past its expiry.
 * Throws `invalid_input`, `not_found` (user), `conflict` (used by another, given to another, expired, revoked by an operator).
 */
export async function changeCard(
  tx: Transaction,
  touch: (more: Touch) => void,
  config: AdminConfig,
  card: CardRow,
  updates: Partial<CardKey>,
): Promise<void> {
  if (updates.keyHash !== undefined && updates.keyHash.toLowerCase() !== card.key_hash)
    throw invalid('keyHash', '卡密不能换成另一张', 'A card does not become another');
  if (updates.key !== undefined && updates.key !== card.plain_key && hashOf(updates.key) !== card.key_hash)
    throw invalid('key', '明文与哈希不符', 'The hash is not of this key');
  const next = await nextState(tx, card, updates);
  if (card.status === 'expired' && next.status !== 'expired' && (await isRevoked(tx, card)))
    throw conflict('卡密已作废', 'The card has been revoked');
  await tx.run(
    'UPDATE card_keys SET plain_key = ?, key_type = ?, status = ?, expires_at = ?, bound_to = ?, bound_at = ? WHERE id = ?',
    [updates.key ?? card.plain_key, next.type, next.status, next.expiresAt, next.boundTo, next.boundAt, card.id],
  );
  await mirror(tx, [card.key_hash]);
  touch({ family: 'cardKey', part: card.key_hash });
  for (const name of new Set([card.bound_to, next.boundTo])) {
    if (name === null) continue;
    const user = await holdUser(tx, name);
    if (user === undefined) throw noSuchUser();
    await config.load([user.username]);
    await syncMembership(tx, config, user);
    touch({ family: 'userInfo', part: user.username });
  }
}

/**
 * Holds a card and, before it, those who have it or are to have it: everybody takes users before cards, so that two changes of one user wait for
 * each other instead of meeting. Undefined where there is no such card.
 */
export async function holdCardOf(
  tx: Sql,
  keyHash: string,
  names: readonly (string | undefined)[],
): Promise<CardRow | undefined> {
  const [seen] = await tx.rows<{ bound_to: string | null }>('SELECT bound_to FROM card_keys WHERE key_hash = ?', [
    keyHash,
  ]);
  const users = [seen?.bound_to, ...names].filter((name): name is string => typeof name === 'string');
  if (users.length > 0) await tx.rows('SELECT id FROM users WHERE username IN (?) ORDER BY id FOR UPDATE', [users]);
  return holdCard(tx, keyHash);
}

/** What an operator has put out of use stays so, also with a longer life. A site without the console's tables has no such cards. */
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

async function nextState(tx: Sql, card: CardRow, updates: Partial<CardKey>): Promise<State> {
  const now = await databaseNow(tx);
  const type = updates.keyType ?? card.key_type;
  const expiresAt = updates.expiresAt === undefined ? card.expires_at : timestamp(updates.expiresAt, 'expiresAt');
  const unbound = { type, expiresAt, boundTo: null, boundAt: null };
  const wanted = updates.status ?? (updates.boundTo === undefined ? card.status : 'used');
  if (card.status === 'used') {
    if (wanted === 'unused') throw notBindable(card);
    const boundTo = updates.boundTo === undefined ? card.bound_to : (await needUser(tx, updates.boundTo)).username;
    const holder = card.bound_to === null ? null : (await needUser(tx, card.bound_to)).username;
    if (updates.boundTo !== undefined && boundTo !== holder) throw notBindable(card);
    const boundAt = updates.boundAt === undefined ? (card.bound_at ?? now) : timestamp(updates.boundAt, 'boundAt');
    return { type, status: 'used', expiresAt, boundTo, boundAt };
  }
  if (wanted === 'used') {
    if (updates.boundTo === undefined) throw invalid('boundTo', '已使用的卡密须写明用户', 'A used card says by whom');
    // What was bindable before this change: an expiry that is moved in the same breath does not revive a card.
    if (!isFree(card, now)) throw notBindable(card);
    const { username } = await needUser(tx, updates.boundTo);
    if (!mayBind(await ownersOf(tx, card.key_hash), username)) throw givenToAnother();
    const boundAt = updates.boundAt === undefined ? now : timestamp(updates.boundAt, 'boundAt');
    return { type, status: 'used', expiresAt, boundTo: username, boundAt };
  }
  if (wanted === 'expired' && expiresAt > now) {
    if (updates.status === 'expired') throw conflict('卡密尚未到期', 'The card has not expired yet');
    return { ...unbound, status: 'unused' };
  }
  return { ...unbound, status: wanted };
}

async function needUser(tx: Sql, name: string): Promise<{ readonly username: string }> {
  const user = await holdUser(tx, name);
  if (user === undefined) throw noSuchUser();
  return user;
}
