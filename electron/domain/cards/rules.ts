import type { Refusal } from '../../contract/errors.js';
import { millisecondsOf } from '../../data/mysql/column-values.js';
import { conflict, millis, newId, outOfRange } from '../values.js';
import { contribution, earlier, originalExpiry, shortenedEnd, whyNotFree } from './expiry.js';
import { givenToAnother, mayBind } from './owners.js';
import { recordState } from './records.js';
import type { Card, Mark } from './rows.js';
import type { CardHolder, CardUnitOfWork } from './unit-of-work.js';

/*
 * What may happen to locked cards, for the console and for the site's storage: card, records, membership and config
 * entry change together, in memory. The caller locks the rows (each side with its own statements) and writes them
 * afterwards: unit-of-work.ts.
 */

/** Why a card cannot be bound to a user; the console's reasons to skip one. */
export type BindObstacle = 'card_used' | 'card_revoked' | 'card_expired' | 'card_assigned' | 'past_2038';

/**
 * Why the card itself cannot be bound to a user; null if it can. Whether the user may have cards at all is checked
 * elsewhere. A mark counts if marks are loaded; a revoked card is expired as well.
 */
export function whyNotBindable(cards: CardUnitOfWork, card: Card, username: string): BindObstacle | null {
  const obstacle = whyNotFree(card.status, card.expires_at, cards.now);
  if (obstacle === 'card_used') return obstacle;
  if ((cards.marks.get(card.id)?.revoked_at ?? null) !== null) return 'card_revoked';
  if (obstacle !== null) return obstacle;
  if (!mayBind(cards.ownersOf(card), username)) return 'card_assigned';
  return cards.fits(card, username) ? null : 'past_2038';
}

/** The same as a refusal, for a request for one card. */
export function notBindable(why: BindObstacle): Refusal {
  if (why === 'card_assigned') return givenToAnother();
  if (why === 'past_2038') return outOfRange('expiresAt');
  if (why === 'card_revoked') return conflict('卡密已作废', 'The card has been revoked');
  return why === 'card_used'
    ? conflict('卡密已被使用', 'The card has been used')
    : conflict('卡密已过期', 'The card has expired');
}

/**
 * Binds an unused card. The first card brings its own expiry. Each further one adds its days to the remaining time (or
 * to now), and the membership then has one expiry: every active card of the user, new and old, gets the same new end,
 * as do the records and `cardKey.expiresAt` in the config. So a card and its record never disagree, and the remaining
 * time can be read from any of them. Returns the changed cards, this one first. Throws `invalid_input` for an end that
 * the database cannot store.
 */
export function bindCard(cards: CardUnitOfWork, card: Card, user: CardHolder): readonly Card[] {
  const end = cards.endWith(card, user.username);
  const active = cards.cardsOf(user.username).filter((other) => other.expires_at > cards.now);
  const bound = cards.cards.edit(card, {
    status: 'used',
    bound_to: user.username,
    bound_at: cards.now,
    expires_at: end,
  });
  cards.assign(card.id, user.username);
  const moved = active.map((other) => cards.cards.edit(other, { expires_at: end }));
  if (!cards.ownersOf(card).includes(user.username)) {
    cards.addRecord({
      id: newId(),
      key_hash: card.key_hash,
      username: user.username,
      source: 'manual',
      created_at: cards.now,
      notes: null,
      ...recordState(bound, null),
    });
  }
  const changed = [bound, ...moved];
  cards.mirror(changed);
  cards.syncEntry(user);
  return changed;
}

/**
 * Takes a card from its user (for the other cards' ends see expiry.ts). Back to stock, it gets its original expiry,
 * even if that has passed, and the record created by the bind is deleted; an older record stays, unused: the key still
 * belongs to the user. Not back to stock, it expires.
 */
export function unbindCard(cards: CardUnitOfWork, card: Card, user: CardHolder, toStock: boolean): Card {
  const end = originalExpiry(card, cards.batchEnd(card.id), cards.now);
  const lost = contribution(millisecondsOf(card.created_at), millis(end));
  const back = toStock && end > cards.now;
  const free = cards.cards.edit(card, {
    status: back ? 'unused' : 'expired',
    expires_at: toStock ? end : earlier(end, cards.now),
    bound_to: null,
    bound_at: null,
  });
  cards.release(card.id, user.username);
  const stacked = cards
    .cardsOf(user.username)
    .filter((other) => other.expires_at > cards.now && other.expires_at === card.expires_at);
  const moved = stacked.map((other) =>
    cards.cards.edit(other, { expires_at: shortenedEnd(other.expires_at, lost, cards.now) }),
  );
  if (toStock) {
    for (const record of cards.recordsOf(card)) {
      if (record.source === 'manual' && record.created_at === card.bound_at) cards.records.remove(record);
    }
  }
  cards.mirror([free, ...moved]);
  cards.syncEntry(user);
  return free;
}

/** Expires an unused card now, so that it cannot be bound. */
export function expireCard(cards: CardUnitOfWork, card: Card): Card {
  const expired = cards.cards.edit(card, { status: 'expired', expires_at: earlier(card.expires_at, cards.now) });
  cards.mirror([expired]);
  return expired;
}

/** Who revokes a card, why, and in which audit entry. */
export interface Revocation {
  readonly by: string;
  readonly reason: string | null;
  readonly auditId: string;
}

/** Revokes a card for good: it expires and gets a mark. */
export function revokeCard(cards: CardUnitOfWork, card: Card, { by, reason, auditId }: Revocation): Card {
  const expired = expireCard(cards, card);
  markCard(cards, expired, auditId, { revoked_at: cards.now, revoked_by: by, reason });
  return expired;
}

/** Records an event of a card in its mark. */
export function markCard(
  cards: CardUnitOfWork,
  card: Card,
  auditId: string,
  values: Partial<Omit<Mark, 'card_id' | 'key_hash' | 'audit_id'>>,
): void {
  const known = cards.marks.get(card.id);
  if (known !== undefined) cards.marks.edit(known, { ...values, audit_id: auditId });
  else {
    const blank = { revoked_at: null, revoked_by: null, reason: null, replaced_by: null, replaces: null };
    cards.marks.insert({ card_id: card.id, key_hash: card.key_hash, ...blank, ...values, audit_id: auditId });
  }
}

/** Moves a user's records to another card. */
export function moveRecords(cards: CardUnitOfWork, from: Card, to: Card): void {
  const records = cards.recordsOf(from);
  for (const record of records) cards.records.edit(record, { key_hash: to.key_hash });
  cards.fileRecords(from.key_hash, []);
  cards.fileRecords(to.key_hash, records);
  cards.mirror([to]);
}
