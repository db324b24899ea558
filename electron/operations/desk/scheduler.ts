import type { Site } from '../../data/site.js';
import { rightsRevoked } from '../session/operator-rights.js';
import type { Desk } from './desk.js';

export interface SchedulerOptions {
  /** Runs every half minute while a site with the console's tables is open and unlocked. */
  readonly schedule: readonly ((site: Site) => Promise<unknown>)[];
  /** Called for each error of the schedule. */
  readonly report?: (error: unknown) => void;
}

const halfMinute = 30_000;

/** Starts everything that runs automatically while a site is open. `clearInterval` ends it. */
export function startScheduler(desk: Desk, { schedule, report }: SchedulerOptions): NodeJS.Timeout {
  const timer = setInterval(() => {
    void beat(desk, schedule, report).catch((error: unknown) => report?.(error));
  }, halfMinute);
  timer.unref();
  return timer;
}

async function beat(
  desk: Desk,
  schedule: SchedulerOptions['schedule'],
  report: SchedulerOptions['report'],
): Promise<void> {
  const { site, operator } = desk;
  const stamps = desk.stamps();
  if (site === null) return;
  if (operator !== null) {
    const why = await rightsRevoked(site, operator, stamps);
    if (why !== null) desk.endSignIn(operator, why);
  }
  if (!(await site.has('console'))) return;
  for (const work of schedule) {
    if (desk.site !== site || desk.locked) return;
    await work(site).catch((error: unknown) => report?.(error));
  }
}
