import type { HandlersOf } from '../context.js';
import { changes } from '../kit/changes.js';
import { exportAudit } from './export.js';
import { countAudit, getAudit, getProof, listAudit } from './list.js';
import { undoJob } from './undo-job.js';
import { previewUndo, undo } from './undo.js';

const undoing = changes({ 'audit.undo': { preview: previewUndo, apply: undo, step: undoJob } });

/** Reading the audit, and taking changes back. */
export const auditHandlers = {
  'audit.list': listAudit,
  'audit.count': countAudit,
  'audit.export': exportAudit,
  'audit.get': getAudit,
  'audit.proof': getProof,
  ...undoing.handlers,
} satisfies HandlersOf<'audit'>;

export const auditSteps = undoing.steps;
