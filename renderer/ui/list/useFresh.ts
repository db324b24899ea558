import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { isAlive, jobsQuery } from '../../state/jobs';
import { useHotkeys } from '../hotkeys';
import type { LoadedPage } from '../table/types';

/** A list is looked at again this often, to say what is new. */
const lookEvery = 30_000;
/** What a running job changes is asked for again this often. */
const followEvery = 1_500;

/** Asks again for everything that is shown of a list: by `r` and F5. */
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
 * How many rows of the first page are others than those that are shown under `queryKey`, looked up every half minute
 * while the window is seen, and when somebody comes back to it. They are announced, never put under somebody's hand.
 */
export function useNews<Row>(
  queryKey: readonly unknown[],
  first: (signal: AbortSignal) => Promise<LoadedPage<Row>>,
): number {
  const queryFn = ({ signal }: { signal: AbortSignal }) => first(signal);
  // The table asks for it.
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

/** Keeps a list fresh while jobs of these operations run, and once more when they are over. */
export function useFollowJobs(name: string, operations: string | null): void {
  const client = useQueryClient();
  const { data: running = false } = useQuery({
    ...jobsQuery,
    // Only whether there are any: how far they are is no reason to draw a list again.
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
