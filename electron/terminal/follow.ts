import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '../contract/jobs.js';
import type { TerminalSession } from './session.js';

/** Follows a job to its end with a line of progress on standard error; answers the job as it ended. */
export async function followJob(session: TerminalSession, id: string): Promise<Job> {
  for (;;) {
    const job = await session.call('jobs.get', { id });
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
