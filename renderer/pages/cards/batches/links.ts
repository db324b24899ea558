import type { CardState, ChannelFigures } from '../../../contract';
import { present } from '../../../ui/search-params';
import type { CardsSearch } from '../list/list';
import type { BatchesSearch } from './list';

type Asked = Pick<BatchesSearch & CardsSearch, 'channel' | 'noChannel' | 'operator' | 'exported'>;

/** The filter of the page of batches, narrowed to the channel of a row of figures. */
function askedOf({ channel }: ChannelFigures, { operator, exported }: BatchesSearch): Asked {
  const own = channel === null ? { noChannel: true as const } : { channel };
  return { ...own, ...present<Pick<Asked, 'operator' | 'exported'>>({ operator, exported }) };
}

/** The address of the cards that a figure counts; null: those in every state. */
export function cardsOfFigure(row: ChannelFigures, search: BatchesSearch, state: CardState | null): CardsSearch {
  return {
    ...askedOf(row, search),
    ...present<CardsSearch>({ batchSearch: search.q, state: state === null ? undefined : [state] }),
  };
}

/** The address of the batches that a figure counts; `exported`: whose exported keys it adds up. */
export function batchesOfFigure(row: ChannelFigures, search: BatchesSearch, exported: boolean): BatchesSearch {
  return {
    ...askedOf(row, search),
    ...present<BatchesSearch>({ q: search.q }),
    ...(exported ? { exported: 'yes' } : {}),
  };
}
