import type { Handlers } from '../context.js';
import { exportAudit } from './export.js';
import { countAudit, getAudit, getProof, listAudit } from './list.js';
import { previewUndo, undo } from './undo.js';

export { auditSteps } from './steps.js';

/** Reading the audit, and taking changes back. */
export const auditHandlers = {
  'audit.list': listAudit,
  'audit.count': countAudit,
  'audit.export': exportAudit,
  'audit.get': getAudit,
  'audit.proof': getProof,
  'audit.undo.preview': previewUndo,
  'audit.undo': undo,
} satisfies Pick<Handlers, Extract<keyof Handlers, `audit.${string}`>>;
