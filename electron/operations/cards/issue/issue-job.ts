import type { CardType } from '../../../contract/cards-list.js';
import type { CountedJob } from '../../../jobs/job-handler.js';
import { checkNotRolledBack } from '../batch-store.js';
import { assignChunk, checkPeopleKnown } from './assign.js';
import { type BatchJobInput, BatchWriter } from './batch-writer.js';

/** The input of an issue's job. */
export interface IssueJob extends BatchJobInput {
  /** True if each user of the job's set gets one key. */
  readonly assign: boolean;
}

const writers = new Map<string, BatchWriter>();
const inChinese: Readonly<Record<CardType, string>> = { year: '年卡', quarter: '季卡', month: '月卡', week: '周卡' };

/**
 * Makes the keys of a batch. They are random: after an interruption the remaining keys are made again, and no committed
 * key is repeated.
 */
export const issueJob: CountedJob = {
  operation: 'cards.issue',
  counted: true,
  title(input, total) {
    const { type } = input as IssueJob;
    const count = total.toLocaleString('en');
    return {
      zh: `发卡：${count} 张${inChinese[type]}`,
      en: `Issuing ${count} ${type} ${total === 1 ? 'key' : 'keys'}`,
    };
  },
  async run(change, context) {
    const job = context.input as IssueJob;
    const { jobId, from, left } = context;
    if (job.assign) return assignChunk(change, context, job);
    let writer = writers.get(jobId);
    if (writer?.fits(from, left) !== true) {
      writer?.end();
      writer = new BatchWriter(job, from, left);
      writers.set(jobId, writer);
    }
    const changed = await writer.chunk(change.tx, from, left);
    if (changed > 0) change.tally('database', changed);
    return { changed, skipped: 0 };
  },
  async mayGoOn(sql, { id, input, total }) {
    const { batchId, assign } = input as IssueJob;
    await checkNotRolledBack(sql, batchId);
    if (assign) await checkPeopleKnown(sql, id, total);
  },
  release(jobId) {
    writers.get(jobId)?.end();
    writers.delete(jobId);
  },
};
