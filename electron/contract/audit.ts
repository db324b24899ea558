import * as z from 'zod';
import {
  type Changed,
  type Count,
  cursor,
  fingerprint,
  instant,
  type Page,
  pageSize,
  type Preview,
  type Proof,
  rowId,
} from './common.js';
import { define } from './operation.js';

export const auditFilter = z.strictObject({
  operator: z.string().max(50).optional(),
  operation: z.string().max(60).optional(),
  /** A user's name, a key's hash …: the thing that was touched. */
  target: z.string().max(255).optional(),
  outcome: z.enum(['running', 'done', 'refused', 'failed']).optional(),
  from: instant.optional(),
  to: instant.optional(),
});

export interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly operator: string;
  readonly origin: 'window' | 'terminal' | 'schedule' | 'job';
  readonly operation: string;
  /** The operation's label in the caller's language. */
  readonly label: string;
  /** running: a job that has not ended yet. */
  readonly outcome: 'running' | 'done' | 'refused' | 'failed';
  readonly targets: number;
  readonly sample: readonly string[];
  readonly undoneBy: string | null;
  readonly undoOf: string | null;
  readonly undo: Proof['undo'];
}

export interface AuditDetails extends AuditRow {
  /** What was asked, with secrets masked. */
  readonly input: unknown;
  readonly error: string | null;
  readonly proof: Proof;
  /** At most 200. */
  readonly changes: readonly { readonly target: string; readonly before: unknown; readonly after: unknown }[];
}

export const audit = {
  'audit.list': define<Page<AuditRow>>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '查阅操作记录', en: 'Read the audit' },
    input: z.strictObject({ filter: auditFilter.default({}), limit: pageSize, after: cursor.optional() }),
    example: { limit: 20 },
  }),
  'audit.count': define<Count>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 30_000,
    summary: { zh: '统计匹配的操作记录', en: 'Count matching audit entries' },
    input: z.strictObject({ filter: auditFilter.default({}), exact: z.boolean().default(false) }),
    example: { filter: { outcome: 'refused' } },
  }),
  'audit.export': define<{ readonly jobId: string }>()({
    scope: 'site',
    kind: 'job',
    role: 'admin',
    // The operator may take their time over where to save.
    timeLimit: 600_000,
    summary: { zh: '导出操作记录为 CSV', en: 'Export the audit as CSV' },
    input: z.strictObject({ filter: auditFilter.default({}) }),
    example: { filter: { from: '2026-01-01T00:00:00Z' } },
  }),
  'audit.get': define<AuditDetails>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '查看一条操作记录', en: 'Show one audit entry' },
    input: z.strictObject({ id: rowId }),
  }),
  'audit.proof': define<Proof>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '核对一次变更的生效情况', en: 'Check where a change took effect' },
    input: z.strictObject({ id: rowId }),
  }),
  'audit.undo.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览撤销', en: 'Preview an undo' },
    input: z.strictObject({ id: rowId }),
  }),
  'audit.undo': define<Changed>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '撤销一次变更', en: 'Undo a change' },
    input: z.strictObject({ id: rowId, fingerprint }),
  }),
} as const;
