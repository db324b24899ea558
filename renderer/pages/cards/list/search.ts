import type { CardFilter, CardSort, CardState, CardType } from '../../../contract';
import { dayOf, digitsOf, endOfDay, oneOf, present, severalOf, startOfDay, textOf } from '../../../ui/address';

/** What the address of the list holds: filter, order, and whose drawer is open. Never a key. */
export interface CardsSearch {
  readonly state?: readonly CardState[];
  readonly type?: readonly CardType[];
  readonly batch?: string;
  readonly user?: string;
  /** Days as the operator sees them, 2026-11-23. */
  readonly expiresFrom?: string;
  readonly expiresTo?: string;
  readonly createdFrom?: string;
  readonly createdTo?: string;
  readonly boundFrom?: string;
  readonly boundTo?: string;
  readonly sort?: CardSort;
  readonly asc?: true;
  readonly card?: string;
}

export const states: readonly CardState[] = ['unused', 'used', 'expired', 'revoked'];
export const types: readonly CardType[] = ['year', 'quarter', 'month', 'week'];
export const sorts: readonly CardSort[] = ['created', 'expires', 'bound'];

/** Reads an address or a saved view; what it does not understand it leaves out. */
export function validateCardsSearch(search: Record<string, unknown>): CardsSearch {
  return present<CardsSearch>({
    state: severalOf(search['state'], (one) => oneOf(states, one)),
    type: severalOf(search['type'], (one) => oneOf(types, one)),
    batch: digitsOf(search['batch']),
    user: textOf(search['user'], 100),
    expiresFrom: dayOf(search['expiresFrom']),
    expiresTo: dayOf(search['expiresTo']),
    createdFrom: dayOf(search['createdFrom']),
    createdTo: dayOf(search['createdTo']),
    boundFrom: dayOf(search['boundFrom']),
    boundTo: dayOf(search['boundTo']),
    sort: oneOf(sorts, search['sort']),
    asc: search['asc'] === true ? true : undefined,
    card: digitsOf(search['card']),
  });
}

/** The filter that an address asks for. */
export function filterOf(search: CardsSearch): CardFilter {
  return present<CardFilter>({
    states: search.state === undefined ? undefined : [...search.state],
    types: search.type === undefined ? undefined : [...search.type],
    batch: search.batch,
    user: search.user,
    expiresFrom: startOfDay(search.expiresFrom),
    expiresTo: endOfDay(search.expiresTo),
    createdFrom: startOfDay(search.createdFrom),
    createdTo: endOfDay(search.createdTo),
    boundFrom: startOfDay(search.boundFrom),
    boundTo: endOfDay(search.boundTo),
  });
}

/** The part of an address that a saved view keeps: everything but the open drawer. */
export function viewOf(search: CardsSearch): CardsSearch {
  return present<CardsSearch>({ ...search, card: undefined });
}
