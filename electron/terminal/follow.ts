import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '../contract/jobs.js';
import { printable } from './printable.js';
import type { TerminalSession } from './session.js';

/**
 * Follows a job to its end, with a progress bar if standard error is a terminal; returns the job as it ended. Ctrl-C
 * cancels the job.
 */
export async function followJob(session: Follower, id: string): Promise<Job> {
  const bar = await progressBar();
  let asked = false;
  try {
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
      bar.show(job);
      if (job.state !== 'running' && job.state !== 'waiting') return job;
      await wait(200);
    }
  } finally {
    bar.stop();
  }
}

export type Follower = Pick<TerminalSession, 'cancelled' | 'cancelJob' | 'job'>;

interface Bar {
  show(job: Job): void;
  stop(): void;
}

async function progressBar(): Promise<Bar> {
  if (!process.stderr.isTTY) return { show: () => undefined, stop: () => undefined };
  const { SingleBar, Presets } = await import('cli-progress');
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: '{label} {bar} {percentage}% · {value} / {total}{left}',
      barsize: 24,
      hideCursor: true,
      // Ctrl-C cancels the job, which then ends by itself.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let shown = false;
  return {
    show: ({ label, done, skipped, total, secondsLeft }) => {
      const payload = { label: printable(label), left: secondsLeft === null ? '' : ` · ${String(secondsLeft)} s` };
      if (!shown) bar.start(total, done + skipped, payload);
      shown = true;
      bar.setTotal(total);
      bar.update(done + skipped, payload);
    },
    stop: () => {
      if (shown) bar.stop();
    },
  };
}
