import { cardDays, type CardType, type Expiry } from '../../contract/cards-list.js';
import { sqlTime } from '../../data/mysql/database.js';
import type { CardKeyStatus } from '../../data/types.js';
import { invalid, millis, timestamp } from '../values.js';
import { endMillis } from './end.js';

/*
 * When cards and memberships end: once for the console, the site's storage and the legacy layout. The last keeps milliseconds, the tables UTC text to
 * the second; both compare the same way: at its end a card is over.
 *
 * Binding overwrites a card's expiry with the end of the whole membership: renewals stack, and all active cards of a user then carry one end.
 * What a card was made with is therefore taken from its batch, else from the site's rule: creation plus the days of its type.
 *
 * A card that goes takes the days with it that it would have added: every card that carries the same end, and has not ended, ends that much
 * earlier, never before now. So unbinding what was bound last gives exactly the end from before; and who has used up more than what is left
 * of their cards ends now. Cards with another end never stacked with it and stay. A card that has ended takes nothing: its days are used up.
 */
const day = 86_400_000;

/** What of a row of card_keys says how long it lasts; UTC text. */
interface Lifetime {
  readonly created_at: string | null;
  readonly expires_at: string;
}

/** Why a card cannot be bound at this moment by what it says itself: null where it can. Times are of one kind, both UTC text or both milliseconds. */
export function whyNotFree<Time extends string | number>(
  status: CardKeyStatus,
  expiresAt: Time,
  now: Time,
): 'card_used' | 'card_expired' | null {
  if (status === 'used') return 'card_used';
  return status === 'expired' || expiresAt <= now ? 'card_expired' : null;
}

/** What a status means at a moment (milliseconds): an unused card past its expiry is expired, whatever it says; a bound one stays used. */
export function effective(status: CardKeyStatus, expiresAt: number, now = Date.now()): CardKeyStatus {
  return status === 'unused' && expiresAt <= now ? 'expired' : status;
}

/**
 * Milliseconds that a card adds to a membership: whole days from its making to its own end. A card that does not say when it was made (null, or 0 as
 * the site's interface has it) adds nothing.
 */
export function contribution(createdAt: number | null, expiresAt: number): number {
  if (createdAt === null || !(createdAt > 0)) return 0;
  return Math.round((expiresAt - createdAt) / day) * day;
}

/** The end of a membership with one card more, all in milliseconds: a first card (`longest` null) brings its own, a further one adds to what is left, or to now. */
export function stackedEnd(
  card: { readonly createdAt: number | null; readonly expiresAt: number },
  longest: number | null,
  now: number,
): number {
  return longest === null ? card.expiresAt : Math.max(now, longest) + contribution(card.createdAt, card.expiresAt);
}

/** As `stackedEnd`, for rows of card_keys: times are UTC text. Throws `invalid_input` where the database cannot hold the end. */
export function expiryWith(card: Lifetime, longest: Pick<Lifetime, 'expires_at'> | undefined, now: string): string {
  // Exactly as it is written, whatever it says.
  if (longest === undefined) return card.expires_at;
  const made = {
    createdAt: card.created_at === null ? null : millis(card.created_at),
    expiresAt: millis(card.expires_at),
  };
  return timestamp(stackedEnd(made, millis(longest.expires_at), millis(now)), 'expiresAt');
}

/** The end that a card was made with. A card without a creation time ends when it does, or its type's days from now, whichever is earlier. */
export function originalExpiry(
  card: Lifetime & { readonly key_type: CardType },
  batchEnd: string | undefined,
  now: string,
): string {
  if (batchEnd !== undefined) return batchEnd;
  if (card.created_at !== null) return later(card.created_at, cardDays[card.key_type]);
  return earlier(card.expires_at, later(now, cardDays[card.key_type]));
}

/** The end (UTC text) of a card of a stack once `lost` milliseconds are taken from it: never before now. */
export function shortenedEnd(end: string, lost: number, now: string): string {
  const rest = sqlTime(new Date(millis(end) - lost));
  return rest < now ? now : rest;
}

/**
 * When a card of a type ends that is made at `now` (as the database's clock has it: UTC, to the second); in the same form.
 * Throws invalid_input for an end that has passed, or that a TIMESTAMP cannot hold (after 2038-01-19 03:14:07).
 */
export function endOf(expiry: Expiry, type: CardType, now: string): string {
  const from = millis(now);
  const end = timestamp(endMillis(expiry, type, from, from), 'expiry');
  if (expiry.kind === 'at' && end <= now)
    throw invalid('expiry', '到期时间已经过去', 'These cards would end in the past');
  return end;
}

/** So many days after an instant, both as the database writes them. */
export function later(instant: string, days: number): string {
  return sqlTime(new Date(millis(instant) + days * day));
}

/** The earlier of two instants as the database writes them. */
export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
