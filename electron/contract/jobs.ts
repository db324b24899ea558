import * as z from 'zod';
import type { ErrorCode } from './errors.js';
import { read } from './kit.js';
import { means } from './meaning.js';
import { define } from './operation.js';

export type JobState = 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface Job {
  readonly id: string;
  readonly operation: string;
  /** What it does, in the caller's language: the job's own title, or its operation's label. */
  readonly label: string;
  readonly operator: string;
  readonly state: JobState;
  readonly total: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Items per second over the last seconds; null until known. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
  readonly canPause: boolean;
  /** It can be resumed although it was cancelled or failed: what it did stays, and it does the rest. */
  readonly canResume: boolean;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Why it failed, for display. */
  readonly error: string | null;
  /** The code of `error`; null if it was unexpected, or if the job failed under an earlier version. */
  readonly code: ErrorCode | null;
  /** Audit entries it wrote, newest last. At most 100. */
  readonly audits: readonly string[];
  /** The path of its file, for exports. */
  readonly file: string | null;
}

const one = z.strictObject({ id: means(z.string().regex(/^[\w-]{1,40}$/), '任务编号', 'The job’s id') });

/**
 * Targets that a job left out because they were no longer as its preview showed them; `next` is null on the last page.
 */
export interface JobLeftOut {
  /** Names of users, ids of cards, or `id name` of pairs, in the job's order. */
  readonly rows: readonly string[];
  readonly next: number | null;
}

/** Steering a job: `zh` and `en` describe the action. */
const steer = (zh: string, en: string) =>
  define<Job>()({ scope: 'site', kind: 'job', role: 'admin', summary: { zh, en }, input: one });

export const jobs = {
  'jobs.list': read<readonly Job[]>()({
    summary: { zh: '列出任务', en: 'List jobs' },
    input: z.strictObject({}),
  }),
  'jobs.get': read<Job>()({
    summary: { zh: '查看任务', en: 'Show a job' },
    input: one,
  }),
  'jobs.leftOut': read<JobLeftOut>()({
    summary: { zh: '查看任务跳过了哪些对象', en: 'Show what a job has left out' },
    input: one.extend({
      after: means(
        z.int().min(0),
        '从上一页给出的 next 继续',
        'Go on from the `next` that the page before gave',
      ).default(0),
      limit: means(z.int().min(1).max(500), '一页几行', 'Rows of a page').default(100),
    }),
    example: { id: '0b0e7c52-9f5c-4a53-8a3b-1f2d4c5e6a7b' },
  }),
  'jobs.showFile': read<{ readonly path: string }>()({
    summary: { zh: '打开导出的文件或所在文件夹', en: 'Open an exported file, or its folder' },
    input: one.extend({
      how: means(z.enum(['open', 'folder']), '打开文件，还是所在文件夹', 'The file itself, or its folder'),
    }),
    example: { id: '0b0e7c52-9f5c-4a53-8a3b-1f2d4c5e6a7b', how: 'folder' },
  }),
  'jobs.pause': steer('暂停任务', 'Pause a job'),
  'jobs.resume': steer('继续任务', 'Resume a job'),
  'jobs.cancel': steer('取消任务', 'Cancel a job'),
} as const;
