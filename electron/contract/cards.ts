import * as z from 'zod';
import {
  cardSelection,
  cardFilter,
  cardSort,
  cardTypes,
  expiry,
  type CardDetails,
  type CardRow,
  type CardStats,
  type FoundCard,
} from './cards-list.js';
import { issueInput, type Batch, type BatchDetails, type IssuePreview, type Issued } from './cards-issue.js';
import { importReading, type ImportReport } from './cards-import.js';
import {
  type Changed,
  type Count,
  cursor,
  fingerprint,
  type Page,
  pageSize,
  type Preview,
  rowId,
  username,
} from './common.js';
import { define } from './operation.js';
import { userSelection } from './users.js';

const reason = z.string().trim().max(200).optional();
const filters = {
  filter: cardFilter.default({}),
  sort: cardSort.default('created'),
  descending: z.boolean().default(true),
};

/** Pairs of a card (its id, or what the buyer typed) and whom it is for. */
const bindInput = z.strictObject({
  pairs: z
    .array(
      z.strictObject({
        card: z.union([z.strictObject({ id: rowId }), z.strictObject({ key: z.string().min(1).max(100) })]),
        username,
      }),
    )
    .min(1)
    .max(10_000),
});
const unbindInput = z.strictObject({
  who: cardSelection,
  /** Where the key goes: back to stock with its own expiry, or out of use for good. */
  afterwards: z.enum(['stock', 'revoke']),
  reason,
});
const renewInput = z.strictObject({
  who: userSelection,
  type: z.enum(cardTypes),
  note: z.string().trim().max(500).optional(),
});
const revokeInput = z.strictObject({
  who: cardSelection,
  reason,
  /** Cards in use are taken from their users as well; without it they are skipped. */
  boundToo: z.boolean().default(false),
});
const reissueInput = z.strictObject({
  who: cardSelection,
  /** The new key ends when the old one did, or anew. */
  expiry: z.union([z.literal('same'), expiry]).default('same'),
  reason,
});

export const cards = {
  'cards.list': define<Page<CardRow>>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '列出卡密', en: 'List card keys' },
    input: z.strictObject({ ...filters, limit: pageSize, after: cursor.optional() }),
    example: { filter: { states: ['unused'] }, limit: 5 },
  }),
  'cards.count': define<Count>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 30_000,
    summary: { zh: '统计匹配的卡密', en: 'Count matching card keys' },
    input: z.strictObject({ filter: cardFilter.default({}), exact: z.boolean().default(false) }),
    example: { filter: { types: ['month'] }, exact: true },
  }),
  'cards.get': define<CardDetails>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '查看一张卡密的来龙去脉', en: 'Show the whole story of a card key' },
    input: z.strictObject({ id: rowId }),
    example: { id: '1' },
  }),
  'cards.find': define<FoundCard>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 30_000,
    secrets: ['text'],
    summary: { zh: '按粘贴的内容查找卡密', en: 'Find a card key by what was pasted' },
    input: z.strictObject({ text: z.string().trim().min(1).max(200) }),
    example: { text: 'moon abcd efgh jklm npqr' },
  }),
  'cards.stats': define<CardStats>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 30_000,
    summary: { zh: '卡密库存与到期概况', en: 'Stock of card keys, and what expires' },
    input: z.strictObject({}),
  }),
  'cards.reveal': define<{ readonly keys: readonly { readonly id: string; readonly key: string }[] }>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    summary: { zh: '查看卡密明文', en: 'Reveal card keys' },
    input: z.strictObject({ ids: z.array(rowId).min(1).max(1_000) }),
    example: { ids: ['1'] },
  }),
  'cards.issue.preview': define<IssuePreview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览发卡', en: 'Preview issuing card keys' },
    input: issueInput,
    example: { type: 'month', count: 1_000 },
  }),
  'cards.issue': define<Issued>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '批量发卡', en: 'Issue card keys' },
    input: issueInput.extend({ fingerprint }),
    example: { type: 'month', count: 1_000, fingerprint: '0123456789abcdef' },
  }),
  'cards.batches.list': define<Page<Batch>>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    summary: { zh: '列出批次', en: 'List batches' },
    input: z.strictObject({ limit: pageSize, after: cursor.optional() }),
  }),
  'cards.batches.get': define<BatchDetails>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 30_000,
    summary: { zh: '查看一个批次', en: 'Show a batch' },
    input: z.strictObject({ id: rowId }),
  }),
  'cards.batches.rollback.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览回滚批次', en: 'Preview rolling a batch back' },
    input: z.strictObject({ id: rowId }),
  }),
  'cards.batches.rollback': define<Changed>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '回滚批次中未使用的卡密', en: 'Delete what is still unused of a batch' },
    input: z.strictObject({ id: rowId, fingerprint }),
  }),
  'cards.export': define<{ readonly jobId: string }>()({
    scope: 'site',
    kind: 'job',
    role: 'admin',
    // The operator may take their time over where to save.
    timeLimit: 600_000,
    secrets: ['passphrase', 'keys'],
    summary: { zh: '导出卡密', en: 'Export card keys' },
    input: z
      .strictObject({
        /** Chosen cards; all that `filter` matches, if absent. */
        who: cardSelection.optional(),
        ...filters,
        /** csv: every column. txt: one key a line. site: the site's own columns. sheet: a PDF to print, with QR codes. */
        format: z.enum(['csv', 'txt', 'site', 'sheet']),
        /** The file is encrypted with this. */
        passphrase: z.string().min(8).max(200).optional(),
      })
      .refine(({ who, filter }) => who === undefined || Object.keys(filter).length === 0, {
        error: 'who and filter exclude each other',
        path: ['who'],
      }),
    example: { filter: { batch: '1' }, format: 'txt' },
  }),
  'cards.import.read': define<{ readonly importId: string; readonly jobId: string }>()({
    scope: 'site',
    kind: 'job',
    role: 'admin',
    // The operator may take their time over which file to open.
    timeLimit: 600_000,
    summary: { zh: '读入卡密文件并检查', en: 'Read a file of card keys and check it' },
    input: importReading,
    example: { type: 'month' },
  }),
  'cards.import.report': define<ImportReport>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '查看导入检查报告', en: 'Show what an import would do' },
    input: z.strictObject({ importId: rowId }),
  }),
  'cards.import': define<Issued>()({
    scope: 'site',
    kind: 'write',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '导入卡密', en: 'Import card keys' },
    input: z.strictObject({ importId: rowId, fingerprint }),
  }),
  'cards.bind.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['key'],
    summary: { zh: '预览绑定卡密', en: 'Preview binding card keys' },
    input: bindInput,
    example: { pairs: [{ card: { id: '1' }, username: 'someone' }] },
  }),
  'cards.bind': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['key'],
    summary: { zh: '绑定卡密', en: 'Bind card keys' },
    input: bindInput.extend({ fingerprint }),
  }),
  'cards.unbind.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['keys'],
    summary: { zh: '预览解绑卡密', en: 'Preview unbinding card keys' },
    input: unbindInput,
  }),
  'cards.unbind': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['keys'],
    summary: { zh: '解绑卡密', en: 'Unbind card keys' },
    input: unbindInput.extend({ fingerprint }),
  }),
  'cards.renew.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览续期', en: 'Preview renewing memberships' },
    input: renewInput,
    example: { who: { names: ['someone'] }, type: 'month' },
  }),
  'cards.renew': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '为会员续期', en: 'Renew memberships' },
    input: renewInput.extend({ fingerprint }),
  }),
  'cards.revoke.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['keys'],
    summary: { zh: '预览作废卡密', en: 'Preview revoking card keys' },
    input: revokeInput,
    example: { who: { ids: ['1'] } },
  }),
  'cards.revoke': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['keys'],
    summary: { zh: '作废卡密', en: 'Revoke card keys' },
    input: revokeInput.extend({ fingerprint }),
  }),
  'cards.reissue.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['keys'],
    summary: { zh: '预览补发卡密', en: 'Preview re-issuing card keys' },
    input: reissueInput,
  }),
  'cards.reissue': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    secrets: ['keys'],
    summary: { zh: '补发卡密', en: 'Re-issue card keys' },
    input: reissueInput.extend({ fingerprint }),
  }),
  'cards.sweep.preview': define<Preview>()({
    scope: 'site',
    kind: 'read',
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '预览清理过期卡密', en: 'Preview marking expired card keys' },
    input: z.strictObject({}),
  }),
  'cards.sweep': define<Changed>()({
    scope: 'site',
    kind: 'write',
    withinChange: true,
    role: 'admin',
    timeLimit: 60_000,
    summary: { zh: '把已过期的未用卡密标记为过期', en: 'Mark unused card keys past their expiry as expired' },
    input: z.strictObject({ fingerprint }),
  }),
} as const;
