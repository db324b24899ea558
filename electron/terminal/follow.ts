import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '../contract/jobs.js';
import type { TerminalSession } from './session.js';

/**
 * Follows a job to its end with a progress line on standard error; returns the job as it ended. Ctrl-C cancels the job.
 */
export async function followJob(session: Follower, id: string): Promise<Job> {
  let asked = false;
  for (;;) {
    if (session.cancelled && !asked) {
      asked = true;
      // A job that has ended in the meantime is reported as it ended.
      await session.cancelJob(id).catch(() => undefined);
    }
    let job: Job;
    try {
      job = await session.job(id);
    } catch (error) {
      if (session.cancelled && !asked) continue;
      throw error;
    }
    const left = job.secondsLeft === null ? '' : ` · ${String(job.secondsLeft)} s`;
    const line = `${job.label} · ${String(job.done + job.skipped)} / ${String(job.total)}${left}`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}\u001b[K`);
    if (job.state !== 'running' && job.state !== 'waiting') {
      if (process.stderr.isTTY) process.stderr.write('\n');
      return job;
    }
    await wait(200);
  }
}

export type Follower = Pick<TerminalSession, 'cancelled' | 'cancelJob' | 'job'>;
