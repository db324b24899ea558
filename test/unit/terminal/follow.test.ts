import { expect, test, vi } from 'vitest';
import type { Job } from '../../../electron/contract/jobs.js';
import { isInputShown } from '../../../electron/terminal/arguments.js';
import { type Follower, followJob } from '../../../electron/terminal/follow.js';

const job = (state: Job['state']): Job => ({
  id: 'j',
  operation: 'users.ban',
  label: 'Ban users',
  operator: 'boss',
  state,
  total: 10,
  done: 5,
  skipped: 0,
  failed: 0,
  rate: null,
  secondsLeft: null,
  canPause: true,
  canResume: false,
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: null,
  error: null,
  audits: [],
  file: null,
});

test('Ctrl-C while a job is followed cancels the job, once, and tells how it ended', async () => {
  let cancelled = false;
  const cancelJob = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const session: Follower = {
    get cancelled() {
      return cancelled;
    },
    cancelJob,
    job: () => Promise.resolve(job(cancelJob.mock.calls.length > 0 ? 'cancelled' : 'running')),
  };
  setTimeout(() => {
    cancelled = true;
  }, 50);
  expect((await followJob(session, 'j')).state).toBe('cancelled');
  expect(cancelJob).toHaveBeenCalledTimes(1);
});

test('a look that Ctrl-C broke off is not the end of following', async () => {
  let cancelled = false;
  const cancelJob = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const session: Follower = {
    get cancelled() {
      return cancelled;
    },
    cancelJob,
    job: () => {
      if (cancelJob.mock.calls.length > 0) return Promise.resolve(job('cancelled'));
      cancelled = true;
      return Promise.reject(new Error('cancelled'));
    },
  };
  expect((await followJob(session, 'j')).state).toBe('cancelled');
});

test('input among the words is known to be readable by others; from a file or standard input it is not', () => {
  expect(isInputShown({ word: '{}' })).toBe(true);
  for (const word of [undefined, '-', '@file']) expect(isInputShown({ word })).toBe(false);
});
