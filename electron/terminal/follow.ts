import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '../contract/jobs.js';
import { type Language, translate } from '../contract/text.js';
import { printable } from './printable.js';
import type { TerminalSession } from './session.js';

/**
 * Follows a job to its end, with a progress bar if standard error is a terminal that can redraw a line; returns the
 * job as it ended. Ctrl-C cancels the job. If this process has to end before, the job is returned as it is, and one
 * that lives only in this process is cancelled.
 */
export async function followJob(session: Follower, id: string): Promise<Job> {
  const bar = await progressBar();
  let asked = false;
  const cancel = async (): Promise<void> => {
    if (asked) return;
    asked = true;
    // A job that has ended in the meantime is reported as it ended.
    await session.cancelJob(id).catch(() => undefined);
  };
  try {
    for (;;) {
      const { cancelled, left } = session;
      if (cancelled && !left) await cancel();
      let job: Job;
      try {
        job = await session.job(id);
      } catch (error) {
        // A signal breaks off one look.
        if (session.cancelled !== cancelled || session.left !== left) continue;
        throw error;
      }
      bar.show(job);
      if (!isUnderWay(job) || (session.left && job.canPause)) return job;
      if (session.left) await cancel();
      await wait(200);
    }
  } finally {
    bar.stop();
  }
}

export type Follower = Pick<TerminalSession, 'cancelled' | 'left' | 'cancelJob' | 'job'>;

export function isUnderWay({ state }: Job): boolean {
  return state === 'running' || state === 'waiting';
}

/** A job that this process has left before its end. */
export function leftJobText({ id, label, done, skipped, total }: Job, language: Language): string {
  const [so, all] = [String(done + skipped), String(total)];
  return translate(
    {
      zh: `${label}：尚未结束（${so} / ${all}）。已打开该站点的控制台会接着执行；也可用 moondesk jobs resume --id ${id} 继续，或用 moondesk jobs cancel --id ${id} 取消`,
      en: `${label}: not ended yet (${so} / ${all}). A console that is open on the site goes on with it, and so does moondesk jobs resume --id ${id}; moondesk jobs cancel --id ${id} ends it`,
    },
    language,
  );
}

interface Bar {
  show(job: Job): void;
  stop(): void;
}

async function progressBar(): Promise<Bar> {
  if (!process.stderr.isTTY || process.env['TERM'] === 'dumb') return { show: () => undefined, stop: () => undefined };
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
  const stop = (): void => {
    if (shown) bar.stop();
    shown = false;
  };
  // Whatever ends the process: the cursor comes back.
  process.once('exit', stop);
  return {
    show: ({ label, done, skipped, total, secondsLeft }) => {
      const payload = { label: printable(label), left: secondsLeft === null ? '' : ` · ${String(secondsLeft)} s` };
      if (!shown) bar.start(total, done + skipped, payload);
      shown = true;
      bar.setTotal(total);
      bar.update(done + skipped, payload);
    },
    stop: () => {
      process.removeListener('exit', stop);
      stop();
    },
  };
}
