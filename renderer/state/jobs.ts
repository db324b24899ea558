import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { asBridgeError, call, newKey, on } from '../bridge';
import type { Job } from '../contract';
import { toast, toastError } from './toast';
import { queryClient } from './session';

/** True for a job that has not ended yet. */
export function isAlive(job: Job): boolean {
  return job.state === 'running' || job.state === 'waiting' || job.state === 'paused';
}

/**
 * A job whose server does not answer: its last known state, with what is wrong instead of a speed and a remaining time
 * that are no longer true.
 */
export function unheard(job: Job, error: unknown): Job {
  if (error === null || !isAlive(job)) return job;
  return { ...job, rate: null, secondsLeft: null, error: job.error ?? asBridgeError(error).message };
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
  const { data = [], error } = useQuery(jobsQuery);
  return data.map((job) => unheard(job, error));
}

export type JobCommand = 'jobs.pause' | 'jobs.resume' | 'jobs.cancel';

/** Pauses, resumes or cancels a job. */
export function useJobCommand(): (command: JobCommand, id: string) => void {
  const run = useMutation({
    mutationFn: ({ command, id }: { command: JobCommand; id: string }) =>
      call(command, { id }, { idempotencyKey: newKey() }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: jobsQuery.queryKey }),
    onError: (error) => toastError(error),
  });
  return (command, id) => run.mutate({ command, id });
}

/** Opens the file of an export, or its folder. */
export function useShowFile(): (id: string, how: 'open' | 'folder') => void {
  return (id, how) => {
    call('jobs.showFile', { id, how }).catch((error: unknown) => toastError(error));
  };
}

/** Exports that ended before this page was opened are old news. */
const openedAt = Date.now();
/** Exports of which it was said that they are done. The page outlives a sign-in, and another operator may follow. */
const told = new Set<string>();

/**
 * Says when an export is done, with its folder one click away. `words`: the message by the file's name, and the button.
 */
export function useExportsDone(
  jobs: readonly Job[],
  words: { readonly done: (file: string) => string; readonly folder: string },
): void {
  const show = useShowFile();
  useEffect(() => {
    for (const { id, state, file, finishedAt } of jobs) {
      if (state !== 'done' || file === null || told.has(id)) continue;
      told.add(id);
      if (Date.parse(finishedAt ?? '') < openedAt) continue;
      toast(words.done(file.replace(/^.*[\\/]/, '')), {
        tone: 'good',
        action: { label: words.folder, run: () => show(id, 'folder') },
      });
    }
  });
}
