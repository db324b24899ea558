import { type Address, useAddress } from '../../../ui/useAddress';
import { type CardsSearch, validateCardsSearch } from './search';

const wishes = { path: '/cards', validate: validateCardsSearch, drawer: 'card' } as const;

/** The address of the list: the one place where its filter, order and open card are kept. */
export function useCardsSearch(): Address<CardsSearch> {
  return useAddress<CardsSearch>(wishes);
}
