import type { Author, Change } from '../../../data/write/change.js';
import { millis, newId } from '../../../domain/values.js';
import { sqlTime } from '../../../data/mysql/database.js';
import { ownEnd, shareOf } from './ends.js';
import type { Held } from './held.js';
import type { Card, CardRecord, HeldUser, Mark } from './rows.js';

// What may happen to cards that are held: in memory, card, records, membership and config entry together. The same rules as storage/hybrid.

/** Binds an unused card, as `bind` of the storage does: the first brings its own end, a further one adds its days and all active cards end together. */
export function bindCard(held: Held, card: Card, user: HeldUser): void {
  const end = held.endWith(card, user.username);
  const active = held.cardsOf(user.username).filter((other) => other.expires_at > held.now);
  const bound = held.cards.edit(card, {
    status: 'used',
    bound_to: user.username,
    bound_at: held.now,
    expires_at: end,
  });
  held.give(card.id, user.username);
  const moved = active.map((other) => held.cards.edit(other, { expires_at: end }));
  if (!held.ownersOf(card).includes(user.username)) {
    const record: CardRecord = {
      id: newId(),
      key_hash: card.key_hash,
      username: user.username,
      key_type: card.key_type,
      status: 'used',
      source: 'manual',
      created_at: held.now,
      expires_at: end,
      used_at: held.now,
      used_by: user.username,
      notes: null,
    };
    held.addRecord(record);
  }
  held.mirror([bound, ...moved]);
  held.syncEntry(user);
}

/**
 * Takes a card from its user (see ends.ts for what becomes of ends). Back to stock it is as it was made, expired where that has passed, and the
 * record that its binding made goes; a record from before stays, unused: the key is the user's again, not yet used. Not to stock, it has expired.
 */
export function unbindCard(held: Held, card: Card, user: HeldUser, toStock: boolean): Card {
  const end = ownEnd(card, held.batchEnd(card.id), held.now);
  const share = shareOf(card, end);
  const back = toStock && end > held.now;
  const free = held.cards.edit(card, {
    status: back ? 'unused' : 'expired',
    expires_at: toStock ? end : earlier(end, held.now),
    bound_to: null,
    bound_at: null,
  });
  held.takeFrom(card.id, user.username);
  const stacked = held
    .cardsOf(user.username)
    .filter((other) => other.expires_at > held.now && other.expires_at === card.expires_at);
  const moved = stacked.map((other) => {
    const rest = sqlTime(new Date(millis(other.expires_at) - share));
    return held.cards.edit(other, { expires_at: rest < held.now ? held.now : rest });
  });
  if (toStock) {
    for (const record of held.recordsOf(card)) {
      if (record.source === 'manual' && record.created_at === card.bound_at) held.records.remove(record);
    }
  }
  held.mirror([free, ...moved]);
  held.syncEntry(user);
  return free;
}

/** Ends an unused card now, so that nobody binds it. */
export function expireCard(held: Held, card: Card): Card {
  const expired = held.cards.edit(card, { status: 'expired', expires_at: earlier(card.expires_at, held.now) });
  held.mirror([expired]);
  return expired;
}

/** Writes down what a card has gone through. */
export function markCard(
  held: Held,
  card: Card,
  change: Pick<Change, 'auditId'>,
  values: Partial<Omit<Mark, 'card_id' | 'key_hash' | 'audit_id'>>,
): void {
  const audit_id = change.auditId;
  const known = held.marks.get(card.id);
  if (known !== undefined) held.marks.edit(known, { ...values, audit_id });
  else {
    const blank = { revoked_at: null, revoked_by: null, reason: null, replaced_by: null, replaces: null };
    held.marks.insert({ card_id: card.id, key_hash: card.key_hash, ...blank, ...values, audit_id });
  }
}

/** Out of use for good: expired, and marked. */
export function revokeCard(
  held: Held,
  card: Card,
  change: Pick<Change, 'auditId'>,
  author: Author,
  reason: string | undefined,
): Card {
  const expired = expireCard(held, card);
  markCard(held, expired, change, { revoked_at: held.now, revoked_by: author.operator, reason: reason ?? null });
  return expired;
}

/** A user's records go over to another card. */
export function moveRecords(held: Held, from: Card, to: Card): void {
  const records = held.recordsOf(from);
  for (const record of records) held.records.edit(record, { key_hash: to.key_hash });
  held.fileRecords(from.key_hash, []);
  held.fileRecords(to.key_hash, records);
  held.mirror([to]);
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
