import { queryOptions } from '@tanstack/react-query';
import { call } from '../../bridge';
import type { CardStats } from '../../contract';

const fiveMinutes = 300_000;

/**
 * The stock and expiring cards. Counting a million cards is expensive, so it is read at most every five minutes, and
 * after changes.
 */
export const statsQuery = queryOptions({
  queryKey: ['card-stats'],
  queryFn: ({ signal }) => call('cards.stats', { zone: -new Date().getTimezoneOffset() }, { signal }),
  staleTime: fiveMinutes,
  refetchInterval: fiveMinutes,
  refetchIntervalInBackground: false,
  meta: { changedBy: ['cards.', 'users.delete', 'audit.undo'] },
});

/** True if an operator should look: there are stale cards, or cards or memberships expire within a week. */
export function wantsAttention({ expiring, members }: CardStats): boolean {
  return expiring.stale > 0 || expiring.within7 > 0 || members.within7 > 0;
}
