import type { Handlers } from '../../context.js';
import { changes } from '../../kit/changes.js';
import { batchChoices, batchFigures } from './batch-figures.js';
import { batchesQuery, getBatch } from './batches.js';
import { issue, previewIssue } from './issue.js';
import { previewRollback, rollBack, rollbackStep } from './rollback.js';
import { issueJob } from './issue-job.js';

const issuing = changes({
  'cards.issue': { preview: previewIssue, apply: issue, step: issueJob },
  'cards.batches.rollback': { preview: previewRollback, apply: rollBack, step: rollbackStep },
});

/** Issues card keys, and handles their batches. */
export const issueHandlers = {
  ...issuing.handlers,
  'cards.batches.list': batchesQuery.list,
  'cards.batches.count': batchesQuery.count,
  'cards.batches.export': batchesQuery.exportCsv,
  'cards.batches.choices': batchChoices,
  'cards.batches.figures': batchFigures,
  'cards.batches.get': getBatch,
} satisfies Partial<Handlers>;

export const issueSteps = issuing.steps;
