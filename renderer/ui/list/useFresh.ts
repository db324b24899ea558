import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isAlive, jobsQuery } from '../../state/jobs';
import { useHotkeys } from '../hotkeys';
import type { LoadedPage } from '../table/types';

/** How often a list is checked for new rows. */
const lookEvery = 30_000;
/** How often a list is read again while a job changes it. */
const followEvery = 1_500;

/** Reads everything of a list again, by `r` and F5. */
export function useRefresh(name: string): () => void {
  const client = useQueryClient();
  const refresh = () => void client.invalidateQueries({ queryKey: [name] });
  useHotkeys([
    { keys: 'r', run: refresh },
    { keys: 'f5', run: refresh, inFields: true },
  ]);
  return refresh;
}

/**
 * How many rows of the first page differ from those shown under `queryKey`. It checks every half minute while the
 * window is visible, and when the operator comes back to the window. New rows are only announced: the list must not
 * move while somebody uses it.
 */
export function useNews<Row>(
  queryKey: readonly unknown[],
  first: (signal: AbortSignal) => Promise<LoadedPage<Row>>,
): number {
  const queryFn = ({ signal }: { signal: AbortSignal }) => first(signal);
  // The table runs this query; here its result is only read.
  const { data: shown, dataUpdatedAt } = useQuery({ queryKey, queryFn, enabled: false });
  const { data: fresh } = useQuery({
    queryKey: ['news', ...queryKey, dataUpdatedAt],
    queryFn,
    enabled: shown !== undefined,
    initialData: shown,
    initialDataUpdatedAt: dataUpdatedAt,
    staleTime: lookEvery,
    refetchInterval: lookEvery,
    refetchOnWindowFocus: 'always',
    gcTime: 0,
  });
  if (fresh === undefined || shown === undefined) return 0;
  const known = new Set(shown.rows.map((row) => JSON.stringify(row)));
  const others = fresh.rows.filter((row) => !known.has(JSON.stringify(row))).length;
  return Math.max(others, shown.rows.length - fresh.rows.length);
}

/** Reads a list again while jobs of these operations run, and once more after they have ended. */
export function useFollowJobs(name: string, operations: string | null): void {
  const client = useQueryClient();
  const { data: running = false } = useQuery({
    ...jobsQuery,
    // Selects only whether such a job exists, because its progress is no reason to render the list again.
    select: (jobs) => operations !== null && jobs.some((job) => isAlive(job) && job.operation.startsWith(operations)),
  });
  useEffect(() => {
    if (!running) return undefined;
    const again = () => void client.invalidateQueries({ queryKey: [name] });
    again();
    const timer = setInterval(again, followEvery);
    return () => {
      clearInterval(timer);
      again();
    };
  }, [running, name, client]);
}
