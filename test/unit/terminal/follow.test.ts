import { expect, type Mock, test, vi } from 'vitest';
import type { Job } from '../../../electron/contract/jobs.js';
import { isInputShown } from '../../../electron/terminal/arguments.js';
import { jobSentence } from '../../../electron/terminal/answer/change.js';
import { proofOfJob } from '../../../electron/terminal/pending.js';
import type { TerminalSession } from '../../../electron/terminal/session.js';
import { type Follower, followJob, leftJobText } from '../../../electron/terminal/follow.js';

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
  code: null,
  audits: [],
  file: null,
});

test('Ctrl-C while a job is followed cancels the job, once, and tells how it ended', async () => {
  let cancelled = false;
  const cancelJob = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const session: Follower = {
    left: false,
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
    left: false,
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

/** A session that gets signals, and its job. */
function signalled(kind: Partial<Job>): Follower & { readonly cancelJob: Mock; press(): void; end(): void } {
  let [cancelled, left] = [false, false];
  const cancelJob = vi.fn<() => Promise<void>>(() => Promise.resolve());
  return {
    get cancelled() {
      return cancelled;
    },
    get left() {
      return left;
    },
    press: () => {
      cancelled = true;
    },
    end: () => {
      [cancelled, left] = [true, true];
    },
    cancelJob,
    job: () => Promise.resolve({ ...job(cancelJob.mock.calls.length > 0 ? 'cancelled' : 'running'), ...kind }),
  };
}

test('a process that has to end leaves its job as it is, and says how it goes on', async () => {
  const session = signalled({});
  setTimeout(() => session.end(), 50);
  const left = await followJob(session, 'j');
  expect(left.state).toBe('running');
  expect(session.cancelJob).not.toHaveBeenCalled();
  expect(leftJobText(left, 'en')).toMatch(/5 \/ 10.*jobs resume --id j.*jobs cancel --id j/);
});

test('a job that lives only in the process ends with it', async () => {
  const session = signalled({ canPause: false });
  setTimeout(() => session.end(), 50);
  expect((await followJob(session, 'j')).state).toBe('cancelled');
});

test('a job that does not end when cancelled can be left', async () => {
  const session = signalled({ state: 'running' });
  setTimeout(() => session.press(), 50);
  setTimeout(() => session.end(), 500);
  expect((await followJob(session, 'j')).state).toBe('running');
  expect(session.cancelJob).toHaveBeenCalledTimes(1);
});

test('a job that has ended may still be on its way to Redis: its proof is read until it has arrived', async () => {
  let looks = 0;
  const call = () => {
    looks += 1;
    const place = { place: 'cache', state: looks < 3 ? 'pending' : 'done', count: 0 };
    return Promise.resolve({ places: [place] });
  };
  const proof = await proofOfJob({ call } as unknown as Pick<TerminalSession, 'call'>, '7');
  expect(proof?.places).toMatchObject([{ state: 'done' }]);
});

test('why a job failed is said with how it ended', () => {
  expect(jobSentence({ ...job('failed'), error: 'no room' }, 'en')).toMatch(/failed; .*: no room\.$/);
  expect(jobSentence({ ...job('cancelled'), error: 'aborted' }, 'en')).not.toContain('aborted');
});

test('input among the words is known to be readable by others; from a file or standard input it is not', () => {
  expect(isInputShown({ word: '{}' })).toBe(true);
  for (const word of [undefined, '-', '@file']) expect(isInputShown({ word })).toBe(false);
});
