import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { asBridgeError, call, newKey, on } from '../bridge';
import type { Job } from '../contract';
import { toast } from './toast';
import { queryClient } from './session';

/** True for a job that has not ended yet. */
export function isAlive(job: Job): boolean {
  return job.state === 'running' || job.state === 'waiting' || job.state === 'paused';
}

export const jobsQuery = queryOptions({
  queryKey: ['jobs'],
  queryFn: ({ signal }) => call('jobs.list', {}, { signal }),
  refetchInterval: (query) =>
    query.state.data?.some((job) => job.state === 'running' || job.state === 'waiting') ? 700 : false,
});

/**
 * All jobs, newest first. They are read again when the main process reports a change, and regularly while a job is
 * running or waiting.
 */
export function useJobs(): readonly Job[] {
  useEffect(() => on('jobs', () => void queryClient.invalidateQueries({ queryKey: jobsQuery.queryKey })), []);
  return useQuery(jobsQuery).data ?? [];
}

export type JobCommand = 'jobs.pause' | 'jobs.resume' | 'jobs.cancel';

/** Pauses, resumes or cancels a job. */
export function useJobCommand(): (command: JobCommand, id: string) => void {
  const run = useMutation({
    mutationFn: ({ command, id }: { command: JobCommand; id: string }) =>
      call(command, { id }, { idempotencyKey: newKey() }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: jobsQuery.queryKey }),
    onError: (error) => toast(asBridgeError(error).message, { tone: 'bad' }),
  });
  return (command, id) => run.mutate({ command, id });
}
