import { cardDays, type CardType, type Expiry } from '../../contract/cards-list.js';

/* Separate from expiry.ts, which depends on the database: worker threads use this file and load no driver for it. */

const day = 86_400_000;

/**
 * When a card of a type expires, all in milliseconds: at the given time, that many days after `now`, or its type's days
 * after its creation. Does not check whether that has passed, or whether the database can store it.
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
