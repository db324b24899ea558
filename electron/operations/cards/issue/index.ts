import type { Step } from '../../../jobs/step.js';
import type { Handlers } from '../../context.js';
import { getBatch, listBatches } from './batches.js';
import { issue, previewIssue } from './issue.js';
import { previewRollback, rollBack, rollbackStep } from './rollback.js';
import { issueStep } from './step.js';

/** Issuing card keys, and their batches. */
export const issueHandlers = {
  'cards.issue.preview': previewIssue,
  'cards.issue': issue,
  'cards.batches.list': listBatches,
  'cards.batches.get': getBatch,
  'cards.batches.rollback.preview': previewRollback,
  'cards.batches.rollback': rollBack,
} satisfies Pick<
  Handlers,
  | 'cards.issue.preview'
  | 'cards.issue'
  | 'cards.batches.list'
  | 'cards.batches.get'
  | 'cards.batches.rollback.preview'
  | 'cards.batches.rollback'
>;

/** Steps of the jobs that these start. */
export const issueSteps: readonly Step[] = [issueStep, rollbackStep];
