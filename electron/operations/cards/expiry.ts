import { cardDays, type CardType, type Expiry } from '../../contract/cards-list.js';
import { millis, invalid, timestamp } from '../../domain/values.js';

const day = 86_400_000;

/**
 * When a card of a type ends that is made at `now` (as the database's clock has it: UTC, to the second); in the same form.
 * Throws invalid_input for an end that has passed, or that a TIMESTAMP cannot hold (after 2038-01-19 03:14:07).
 */
export function endOf(expiry: Expiry, type: CardType, now: string): string {
  const from = millis(now);
  if (expiry.kind !== 'at')
    return timestamp(from + (expiry.kind === 'days' ? expiry.days : cardDays[type]) * day, 'expiry');
  const end = timestamp(Date.parse(expiry.at), 'expiry');
  if (end <= now) throw invalid('expiry', '到期时间已经过去', 'These cards would end in the past');
  return end;
}
