import { digitsOf } from '../../../ui/search-params';
import { listAddress } from '../../../ui/list/address';
import { choice, choiceOrNone, oneOf, text } from '../../../ui/list/filters';

/** What can be asked of a batch; the list of cards asks the same of their batches. */
const batchFilters = [
  choiceOrNone('channel', 'noChannel', 100),
  choice('operator', 50),
  oneOf('exported', ['yes', 'no'], 'yesNo'),
] as const;

/** In the list of cards, a search in batches is a filter like the others. */
export const filtersOfBatch = [...batchFilters, text('batchSearch', 100)] as const;

/** The list of batches: its filters, and how the address stores them. `figures`: the figures by channel are shown. */
export const batchesList = listAddress({
  domain: 'cards.batches',
  path: '/cards/batches',
  drawer: 'batch',
  opens: digitsOf,
  find: { part: 'q', as: 'search', most: 100, trimmed: true },
  filters: [...batchFilters],
  shows: 'figures',
});
export type BatchesSearch = ReturnType<typeof batchesList.read>;
