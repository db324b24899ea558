import { setTimeout as wait } from 'node:timers/promises';
import { type Author, runAudited } from '../../electron/data/write/audited-change.js';
import type { ItemJob } from '../../electron/jobs/job-handler.js';
import type { JobRunner } from '../../electron/jobs/runner.js';
import type { Site } from '../../electron/data/site.js';

export const author: Author = { operator: 'moonowner', role: 'owner', origin: 'window' };

/** Marks each target once in `marks`; a second mark fails on the primary key. */
export const markStep: ItemJob = {
  operation: 'test.mark',
  chunk: 10,
  async run(chunk, { items, input }) {
    const { delay = 0, failAt = -1 } = input as { delay?: number; failAt?: number };
    await wait(delay);
    if (items.some((item) => item.seq === failAt)) throw new Error('this one cannot be done');
    await chunk.tx.run('INSERT INTO marks (target) VALUES ?', [items.map((item) => [item.target])]);
    for (const { target } of items)
      chunk.record({ kind: 'content', target, before: {}, after: { marks: [{ target }] } });
    return { changed: items.length, skipped: 0, left: [] };
  },
};

/** Starts a job of `count` marks; returns its id. */
export async function startMarks(site: Site, jobs: JobRunner, count: number, input: object = {}): Promise<string> {
  const targets = Array.from({ length: count }, (_, index) => ({ target: `t${String(index)}`, state: null }));
  const { value } = await runAudited(site, { author, operation: 'test.mark', input, startsJob: true }, (begun) =>
    jobs.create(begun, { operation: 'test.mark', input, author, targets }),
  );
  jobs.wake();
  return value;
}

/** Polls until it is true; fails after `seconds`. */
export async function until(holds: () => Promise<boolean>, seconds = 30): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`it did not come to hold within ${String(seconds)} s`);
    await wait(30);
  }
}
