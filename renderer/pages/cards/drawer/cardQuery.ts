import { queryOptions } from '@tanstack/react-query';
import { call } from '../../../bridge';

/** One card with its full history. */
export function cardQuery(id: string) {
  return queryOptions({
    queryKey: ['cards', 'one', id],
    queryFn: ({ signal }) => call('cards.get', { id }, { signal }),
  });
}
