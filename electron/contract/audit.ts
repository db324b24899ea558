import * as z from 'zod';
import { type AuditJob, type AuditOutcome, auditOutcomes, type Proof, rowId } from './common.js';
import { between, change, listing, read, rowOf } from './kit.js';
import { means } from './meaning.js';

export const auditFilter = z.strictObject({
  operator: means(z.string().max(50), '谁操作的', 'Who did it').optional(),
  operation: means(z.string().max(60), '哪个操作，如 users.ban', 'Which operation, as users.ban').optional(),
  target: means(
    z.string().max(255),
    '改动了谁或什么：用户名、卡密的哈希……',
    'Who or what was changed: a user’s name, a key’s hash …',
  ).optional(),
  outcome: means(z.enum(auditOutcomes), '结果', 'How it ended').optional(),
  ...between('', '时间', 'Done'),
});

export interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly operator: string;
  readonly origin: 'window' | 'terminal' | 'schedule' | 'job';
  readonly operation: string;
  /** The operation's label in the caller's language. */
  readonly label: string;
  readonly outcome: AuditOutcome;
  readonly error: string | null;
  /** How many things the entry names. */
  readonly targets: number;
  /** How many were changed: of a batch, its cards. */
  readonly amount: number;
  /** At most five of the things that it names: usernames, hashes of cards, `batch:` and an id. */
  readonly sample: readonly string[];
  /** The same as people call them: masked keys, batches with their note. */
  readonly names: readonly string[];
  readonly undoneBy: string | null;
  readonly undoOf: string | null;
  readonly undo: Proof['undo'];
}

export interface AuditDetails extends AuditRow {
  /** The input of the call, with secrets masked. */
  readonly input: unknown;
  readonly job: AuditJob | null;
  readonly proof: Proof;
  /** Why it cannot be undone, in the caller's language; null if it can, or was. */
  readonly whyNotUndone: string | null;
  /** At most 200. */
  readonly changes: readonly {
    readonly target: string;
    /** True if the target is a username. */
    readonly ofUser: boolean;
    readonly before: unknown;
    readonly after: unknown;
  }[];
}

export const audit = {
  ...listing('audit', {
    noun: { zh: '操作记录', en: 'audit entries' },
    row: rowOf<AuditRow>({
      id: true,
      at: true,
      operator: true,
      origin: true,
      operation: true,
      label: true,
      outcome: true,
      targets: true,
      sample: true,
      amount: true,
      names: true,
      error: true,
      undoneBy: true,
      undoOf: true,
      undo: true,
    }),
    filter: auditFilter.default({}),
    export: { needs: 'console' },
    examples: {
      list: { limit: 20 },
      count: { filter: { outcome: 'refused' } },
      export: { filter: { from: '2026-01-01T00:00:00Z' } },
    },
  }),
  'audit.get': read<AuditDetails>()({
    summary: { zh: '查看一条操作记录', en: 'Show one audit entry' },
    input: z.strictObject({ id: rowId }),
  }),
  'audit.proof': read<Proof>()({
    summary: { zh: '核对一次变更的生效情况', en: 'Check where a change took effect' },
    input: z.strictObject({ id: rowId }),
  }),
  ...change('audit.undo', {
    summary: { zh: '撤销一次变更', en: 'Undo a change' },
    input: z.strictObject({ id: rowId }),
  }),
} as const;
