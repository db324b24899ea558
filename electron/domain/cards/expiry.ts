import { cardDays, type CardType, type Expiry } from '../../contract/cards-list.js';
import { millisecondsOf } from '../../data/mysql/column-values.js';
import { isZeroDate, sqlTime } from '../../data/mysql/database.js';
import type { CardKeyStatus } from '../../data/types.js';
import { invalid, millis, timestamp } from '../values.js';
import { endMillis } from './end.js';

/*
 * When cards and memberships expire: one place for the console, the site's storage and the legacy layout. The legacy
 * layout keeps milliseconds, the tables UTC text to the second; both compare the same way: at its end a card is
 * expired.
 *
 * Binding overwrites a card's expiry with the end of the whole membership: renewals stack, and all active cards of a
 * user then have the same end. So a card's original expiry is taken from its batch, or else from the site's rule:
 * creation plus the days of its type.
 *
 * A removed card takes away the days that it would have added: every unexpired card with the same end expires that much
 * earlier, but never before now. So unbinding the last bound card restores exactly the previous end; and a user who has
 * used more than the remaining cards give expires now. Cards with another end never stacked with it and stay. An
 * expired card takes nothing away: its days are used up.
 */
const day = 86_400_000;

/** The columns of card_keys that define how long a card lasts; UTC text. */
interface Lifetime {
  readonly created_at: string | null;
  readonly expires_at: string;
}

/**
 * Why the card itself cannot be bound at this moment; null if it can. Times are of one kind, both UTC text or both
 * milliseconds.
 */
export function whyNotFree<Time extends string | number>(
  status: CardKeyStatus,
  expiresAt: Time,
  now: Time,
): 'card_used' | 'card_expired' | null {
  if (status === 'used') return 'card_used';
  return status === 'expired' || expiresAt <= now ? 'card_expired' : null;
}

/**
 * The status in effect at a moment (milliseconds): an unused card past its expiry is expired, whatever its status says;
 * a bound one stays used.
 */
export function effective(status: CardKeyStatus, expiresAt: number, now = Date.now()): CardKeyStatus {
  return status === 'unused' && expiresAt <= now ? 'expired' : status;
}

/**
 * Milliseconds that a card adds to a membership: whole days from its creation to its own end. A card without a creation
 * time (null, or 0 in the site's interface) adds nothing.
 */
export function contribution(createdAt: number | null, expiresAt: number): number {
  if (createdAt === null || !(createdAt > 0)) return 0;
  return Math.round((expiresAt - createdAt) / day) * day;
}

/**
 * The end of a membership with one more card, all in milliseconds: a first card (`longest` null) brings its own end, a
 * further one adds to the remaining time, or to now.
 */
export function stackedEnd(
  card: { readonly createdAt: number | null; readonly expiresAt: number },
  longest: number | null,
  now: number,
): number {
  return longest === null ? card.expiresAt : Math.max(now, longest) + contribution(card.createdAt, card.expiresAt);
}

/**
 * As `stackedEnd`, for rows of card_keys: times are UTC text. Throws `invalid_input` if the database cannot store the
 * end.
 */
export function expiryWith(card: Lifetime, longest: Pick<Lifetime, 'expires_at'> | undefined, now: string): string {
  // Exactly as stored.
  if (longest === undefined) return card.expires_at;
  const made = {
    createdAt: millisecondsOf(card.created_at),
    expiresAt: millis(card.expires_at),
  };
  return timestamp(stackedEnd(made, millis(longest.expires_at), millis(now)), 'expiresAt');
}

/**
 * The original end of a card. A card without a creation time ends at its current end, or its type's days from now,
 * whichever is earlier.
 */
export function originalExpiry(
  card: Lifetime & { readonly key_type: CardType },
  batchEnd: string | undefined,
  now: string,
): string {
  if (batchEnd !== undefined) return batchEnd;
  if (card.created_at !== null && !isZeroDate(card.created_at)) return later(card.created_at, cardDays[card.key_type]);
  return earlier(card.expires_at, later(now, cardDays[card.key_type]));
}

/** The end (UTC text) of a card of a stack after `lost` milliseconds are taken away: never before now. */
export function shortenedEnd(end: string, lost: number, now: string): string {
  const rest = sqlTime(new Date(millis(end) - lost));
  return rest < now ? now : rest;
}

/**
 * When a card of a type created at `now` expires (UTC to the second, as from the database's clock); in the same form.
 * Throws invalid_input for an end that has passed, or that a TIMESTAMP cannot store (after 2038-01-19 03:14:07).
 */
export function endOf(expiry: Expiry, type: CardType, now: string): string {
  const from = millis(now);
  const end = timestamp(endMillis(expiry, type, from, from), 'expiry');
  if (expiry.kind === 'at' && end <= now)
    throw invalid('expiry', '到期时间已经过去', 'These cards would end in the past');
  return end;
}

/** That many days after an instant, both in the database's format. */
export function later(instant: string, days: number): string {
  return sqlTime(new Date(millis(instant) + days * day));
}

/** The earlier of two instants in the database's format. */
export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
