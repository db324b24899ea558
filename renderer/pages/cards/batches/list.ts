import { digitsOf } from '../../../ui/search-params';
import { listAddress } from '../../../ui/list/address';

/** The list of batches. Its address only names the batch whose drawer is open. */
export const batchesList = listAddress({
  domain: 'cards.batches',
  path: '/cards/batches',
  drawer: 'batch',
  opens: digitsOf,
});
