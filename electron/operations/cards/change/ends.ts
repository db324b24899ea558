import { cardDays } from '../../../contract/cards-list.js';
import { millis } from '../../../domain/values.js';
import { sqlTime } from '../../../data/mysql/database.js';
import type { Card } from './rows.js';

/**
 * When cards end once nobody has them any more, and what a membership loses with one of its cards.
 *
 * Binding overwrites a card's expiry with the end of the whole membership: renewals stack, and all active cards of a user then carry one end.
 * What a card was made with is therefore taken from its batch, else from the site's rule: creation plus the days of its type.
 *
 * A card that goes takes the days with it that it would have added: every card that carries the same end, and has not ended, ends that much
 * earlier, never before now. So unbinding what was bound last gives exactly the end from before; and who has used up more than what is left
 * of their cards ends now. Cards with another end never stacked with it and stay. A card that has ended takes nothing: its days are used up.
 */
const day = 86_400_000;

/** The end that a card was made with. A card without a creation time ends when it does, or its type's days from now, whichever is earlier. */
export function ownEnd(card: Card, batchEnd: string | undefined, now: string): string {
  if (batchEnd !== undefined) return batchEnd;
  if (card.created_at !== null) return later(card.created_at, cardDays[card.key_type]);
  const fresh = later(now, cardDays[card.key_type]);
  return card.expires_at < fresh ? card.expires_at : fresh;
}

/** Milliseconds that a card is worth in a stack: whole days from its making to its own end, as binding counts them. */
export function shareOf(card: Card, end: string): number {
  return Math.round((millis(end) - millis(card.created_at ?? end)) / day) * day;
}

/** So many days after an instant, both as the database writes them. */
export function later(instant: string, days: number): string {
  return sqlTime(new Date(millis(instant) + days * day));
}
