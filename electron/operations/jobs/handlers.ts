import { Refusal } from '../../contract/errors.js';
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

/**
 * Opens what a job of this process has saved. Only its id is given: a page must not be able to open any file. Throws
 * not_found, unsupported (a terminal has no screen), unavailable.
 */
async function showFile(
  { id, how }: { readonly id: string; readonly how: 'open' | 'folder' },
  { desk, jobs }: SiteContext,
): Promise<{ readonly path: string }> {
  const path = jobs.fileOf(id);
  if (path === null) throw new Refusal('not_found', { zh: '这个任务没有保存文件', en: 'This job has saved no file' });
  if (desk.host.showFile === undefined)
    throw new Refusal('unsupported', { zh: '只有窗口能打开文件', en: 'Only a window opens files' });
  await desk.host.showFile(path, how);
  return { path };
}

/** Jobs: listing and control. Pausing and cancelling are allowed on a locked connection, resuming is not. */
export const jobsHandlers = {
  'jobs.list': (_input, context) => context.jobs.list(context.label, context.say),
  'jobs.get': ({ id }, context) => context.jobs.get(id, context.label, context.say),
  'jobs.leftOut': ({ id, after, limit }, { site, signal }) => leftOut(abortable(site.db, signal), id, after, limit),
  'jobs.showFile': showFile,
  'jobs.pause': ({ id }, context) => steer(id, 'pause', context),
  'jobs.resume': async ({ id }, context) => {
    checkUnlocked(context);
    return steer(id, 'run', context);
  },
  'jobs.cancel': ({ id }, context) => steer(id, 'cancel', context),
} satisfies HandlersOf<'jobs'>;
