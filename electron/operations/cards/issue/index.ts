import type { Step } from '../../../jobs/step.js';
import type { Handlers } from '../../context.js';
import { notYet } from '../not-yet.js';
import { issue, previewIssue } from './issue.js';
import { issueStep } from './step.js';

/** Issuing card keys, and their batches. */
export const issueHandlers = {
  'cards.issue.preview': previewIssue,
  'cards.issue': issue,
  'cards.batches.list': notYet,
  'cards.batches.get': notYet,
  'cards.batches.rollback.preview': notYet,
  'cards.batches.rollback': notYet,
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
export const issueSteps: readonly Step[] = [issueStep];
