import { cardDays, type CardType, type Expiry } from '../../contract/cards-list.js';

/* Apart from expiry.ts, which knows the database: worker threads use it, and load no driver for it. */

const day = 86_400_000;

/**
 * When a card of a type ends, all in milliseconds: at the time that is said, so many days after `now`, or its type's days after it was made. Says
 * nothing of whether that has passed, or whether the database can hold it.
 */
export function endMillis(expiry: Expiry, type: CardType, made: number, now: number): number {
  switch (expiry.kind) {
    case 'at':
      return Date.parse(expiry.at);
    case 'days':
      return now + expiry.days * day;
    default:
      return made + cardDays[type] * day;
  }
}
