import { queryOptions } from '@tanstack/react-query';
import { call } from '../../../bridge';
import type { BatchFilter } from '../../../contract';

const fiveMinutes = 300_000;

/**
 * The figures of the batches that match a filter, by channel. All their cards are read to count them, so that is done
 * at most every five minutes, and after changes.
 */
export const figuresQuery = (filter: BatchFilter) =>
  queryOptions({
    queryKey: ['batch-figures', filter],
    queryFn: ({ signal }) => call('cards.batches.figures', { filter }, { signal }),
    staleTime: fiveMinutes,
    gcTime: fiveMinutes,
    meta: { changedBy: ['cards.', 'users.delete', 'audit.undo'] },
  });
