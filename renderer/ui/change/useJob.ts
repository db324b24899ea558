import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { asBridgeError, type BridgeError, call, on } from '../../bridge';
import type { Job } from '../../contract';
import { unheard } from '../../state/jobs';

const pollMilliseconds = 1000;

/** True for a job that has ended and will not continue by itself. */
export function hasEnded(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}

/**
 * Follows one job. The main process reports changes; the job is also polled once a second, in case a report was lost.
 */
export function useJob(id: string): { readonly job: Job | null; readonly error: BridgeError | null } {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['change', 'job', id],
    queryFn: ({ signal }) => call('jobs.get', { id }, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && hasEnded(state.data) ? false : pollMilliseconds),
  });
  useEffect(
    () =>
      on('jobs', (told) => {
        if (told.id === id) void client.invalidateQueries({ queryKey: ['change', 'job', id] });
      }),
    [client, id],
  );
  const { data, error } = query;
  return {
    job: data === undefined ? null : unheard(data, error),
    error: error === null ? null : asBridgeError(error),
  };
}
