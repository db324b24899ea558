import type { CardState, CardType } from '../../../contract';
import { digitsOf } from '../../../ui/search-params';
import { listAddress } from '../../../ui/list/address';
import { anyOf, days, idOf, oneOf, text } from '../../../ui/list/filters';
import { filtersOfBatch } from '../batches/list';

export const states: readonly CardState[] = ['unused', 'used', 'expired', 'revoked'];
export const types: readonly CardType[] = ['year', 'quarter', 'month', 'week'];

/** The list of card keys: its filters and orders, and how the address stores them. A key is never in the address. */
export const cardsList = listAddress({
  domain: 'cards',
  path: '/cards',
  drawer: 'card',
  opens: digitsOf,
  filters: [
    anyOf('state', states, 'states'),
    anyOf('type', types, 'types'),
    idOf('batch'),
    ...filtersOfBatch,
    text('user', 100),
    days('expires', 'expiresFrom', 'expiresTo', { ahead: true }),
    days('created', 'createdFrom', 'createdTo'),
    days('bound', 'boundFrom', 'boundTo'),
    oneOf('stale', ['yes', 'no'], 'yesNo'),
  ],
  sorts: ['created', 'expires', 'bound'],
});
export type CardsSearch = ReturnType<typeof cardsList.read>;
