import * as z from 'zod';
import type { Batch, BatchDetails } from './cards-issue.js';
import { rowId, username } from './common.js';
import { change, listing, read, rowOf } from './kit.js';
import { means } from './meaning.js';

/** Kept with the batch. */
export const batchNote = means(z.string().trim().max(500), '给同事看的备注', 'A note for colleagues');
export const batchChannel = means(z.string().trim().max(100), '销售渠道', 'The channel they are sold by');

/** What can be asked of a batch; the list of cards asks the same of the batches of cards. */
export const ofBatches = {
  channel: means(
    z.string().trim().max(100),
    '批次的销售渠道；空文字为没有渠道的批次',
    'The channel of the batch; an empty text: batches without one',
  ).optional(),
  operator: means(username, '批次的操作人', 'Who made the batch').optional(),
  exported: means(
    z.enum(['yes', 'no']),
    '批次的卡密是否导出过',
    'Whether keys of the batch were ever exported',
  ).optional(),
};
export const batchText = means(
  z.string().trim().min(1).max(100),
  '批次备注或渠道的一部分，或批次编号',
  'Part of the batch’s note or channel, or its number',
);

export const batchFilter = z.strictObject({ search: batchText.optional(), ...ofBatches });
export type BatchFilter = z.infer<typeof batchFilter>;

/** The batches of a channel, and what became of their cards, by effective state as in the list of cards. */
export interface ChannelFigures {
  /** null: batches without a channel. */
  readonly channel: string | null;
  readonly batches: number;
  readonly issued: number;
  /** Of each batch, the keys of its largest export (`Batch.exported`). */
  readonly exported: number;
  readonly unused: number;
  readonly used: number;
  readonly expired: number;
  readonly revoked: number;
}

export interface BatchFigures {
  /** The channel with the most cards first. */
  readonly channels: readonly ChannelFigures[];
  /** When they were counted. */
  readonly at: string;
}

/** A value that batches have, and how many have it. */
export interface BatchChoice {
  /** An empty text: those without one. */
  readonly value: string;
  readonly batches: number;
}

export interface BatchChoices {
  readonly channels: readonly BatchChoice[];
  readonly operators: readonly BatchChoice[];
}

export const batches = {
  ...listing('cards.batches', {
    noun: { zh: '批次', en: 'batches' },
    row: rowOf<Batch>({
      id: true,
      kind: true,
      type: true,
      wanted: true,
      issued: true,
      note: true,
      channel: true,
      operator: true,
      createdAt: true,
      expiresAt: true,
      jobId: true,
      jobState: true,
      rolledBack: true,
      exported: true,
    }),
    filter: batchFilter.default({}),
    export: { needs: 'cards' },
    examples: { list: { filter: { channel: 'agent A' } }, count: { filter: { exported: 'no' } } },
  }),
  'cards.batches.choices': read<BatchChoices>()({
    summary: { zh: '列出批次的渠道与操作人', en: 'List the channels and operators of batches' },
    input: z.strictObject({}),
  }),
  'cards.batches.figures': read<BatchFigures>()({
    timeLimit: 60_000,
    summary: { zh: '按渠道统计批次的卡密', en: 'Count the card keys of batches by channel' },
    input: z.strictObject({ filter: means(batchFilter, '哪些批次', 'Which batches').default({}) }),
  }),
  'cards.batches.get': read<BatchDetails>()({
    timeLimit: 30_000,
    summary: { zh: '查看一个批次', en: 'Show a batch' },
    input: z.strictObject({ id: rowId }),
  }),
  ...change('cards.batches.rollback', {
    summary: { zh: '回滚批次中未使用的卡密', en: 'Delete what is still unused of a batch' },
    input: z.strictObject({ id: rowId }),
    needs: 'cards',
  }),
} as const;
