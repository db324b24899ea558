import type { JobHandler } from '../../jobs/job-handler.js';
import type { UndoRule } from '../../domain/undo-rule.js';
import type { HandlersOf } from '../context.js';
import { changes } from '../kit/changes.js';
import { getAudit, getProof } from './details.js';
import { auditQuery } from './list.js';
import { undoJob } from './undo-job.js';
import { previewUndo, undo } from './undo.js';

/** Reads the audit and undoes changes, from the images, the table of tables and these rules of the domains. */
export function auditOperations(rules: readonly UndoRule[]): {
  readonly handlers: HandlersOf<'audit'>;
  readonly steps: readonly JobHandler[];
} {
  const undoing = changes({
    'audit.undo': {
      preview: (input, context) => previewUndo(input, context, rules),
      apply: (input, context) => undo(input, context, rules),
      step: undoJob(rules),
    },
  });
  return {
    handlers: {
      'audit.list': auditQuery.list,
      'audit.count': auditQuery.count,
      'audit.export': auditQuery.exportCsv,
      'audit.get': getAudit,
      'audit.proof': getProof,
      ...undoing.handlers,
    },
    steps: undoing.steps,
  };
}
