import type { CardType } from '../../../contract';
import { dayOfDate } from '../../../ui/search-params';
import type { UsersSearch } from '../../users/list';
import type { CardsSearch } from '../list/list';

/** The addresses of what the figures of the stock count. The server counts them by the days of this machine's zone. */

/** Today, or a day so many days ahead. */
function day(ahead: number): string {
  const date = new Date();
  date.setDate(date.getDate() + ahead);
  return dayOfDate(date);
}

/** Unused cards that expire within a number of days. */
export const expiringWithin = (days: number): CardsSearch => ({
  state: ['unused'],
  expiresTo: day(days),
  sort: 'expires',
  asc: true,
});

export const stale: CardsSearch = { state: ['expired'], stale: 'yes' };

/** Members whose membership ends within a number of days. */
export const endingWithin = (days: number): UsersSearch => ({ card: 'active', memberEndsTo: day(days) });

/** Users whose membership ended in the last thirty days. */
export const lapsed = (): UsersSearch => ({ card: 'expired', memberEndsFrom: day(-30) });

/** Cards that were bound on these days. */
export const boundOn = (first: string, last = first): CardsSearch => ({
  boundFrom: first,
  boundTo: last,
  sort: 'bound',
});

export const ages = [
  { upToDays: 7, from: 7, to: 0 },
  { upToDays: 30, from: 30, to: 8 },
  { upToDays: 90, from: 90, to: 31 },
  { upToDays: null, from: null, to: 91 },
] as const;

/** Unused cards of a type and an age. */
export function ofAge(type: CardType, { from, to }: (typeof ages)[number]): CardsSearch {
  return {
    state: ['unused'],
    type: [type],
    ...(from === null ? {} : { createdFrom: day(-from) }),
    ...(to === 0 ? {} : { createdTo: day(-to) }),
  };
}
