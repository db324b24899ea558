import { queryOptions } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { CardStats } from '../../contract';

const fiveMinutes = 300_000;

/** The stock and what expires. Counting a million cards costs: at most each five minutes, and after changes. */
export const statsQuery = queryOptions({
  queryKey: ['card-stats'],
  queryFn: ({ signal }) => call('cards.stats', {}, { signal }),
  staleTime: fiveMinutes,
  refetchInterval: fiveMinutes,
  refetchIntervalInBackground: false,
  meta: { changedBy: ['cards.', 'users.delete', 'audit.undo'] },
});

/** Whether somebody should look: stale cards, or stock or members that end within a week. */
export function wantsAttention({ expiring, members }: CardStats): boolean {
  return expiring.stale > 0 || expiring.within7 > 0 || members.within7 > 0;
}
