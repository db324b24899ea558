import { leftOut } from '../../jobs/left-out.js';
import { abortable } from '../kit/abortable.js';
import type { HandlersOf, SiteContext } from '../context.js';
import { checkUnlocked } from './guard.js';

/** The audit records who paused, resumed or cancelled a job, in the same transaction. */
async function steer(id: string, wanted: 'run' | 'pause' | 'cancel', context: SiteContext) {
  await context.jobs.steer(id, wanted, {
    by: context.author,
    within: (work) =>
      context.change(async ({ tx }) => {
        await work(tx);
        return null;
      }),
  });
  return context.jobs.get(id, context.label, context.say);
}

/** Jobs: listing and control. Pausing and cancelling are allowed on a locked connection, resuming is not. */
export const jobsHandlers = {
  'jobs.list': (_input, context) => context.jobs.list(context.label, context.say),
  'jobs.get': ({ id }, context) => context.jobs.get(id, context.label, context.say),
  'jobs.leftOut': ({ id, after, limit }, { site, signal }) => leftOut(abortable(site.db, signal), id, after, limit),
  'jobs.pause': ({ id }, context) => steer(id, 'pause', context),
  'jobs.resume': async ({ id }, context) => {
    checkUnlocked(context);
    return steer(id, 'run', context);
  },
  'jobs.cancel': ({ id }, context) => steer(id, 'cancel', context),
} satisfies HandlersOf<'jobs'>;
