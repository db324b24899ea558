import * as z from 'zod';
import { batchChannel, batchNote } from './cards-batches.js';
import { cardType, expiry, type CardState, type CardType } from './cards-list.js';
import type { OtherNames, SkippedGroup } from './common.js';
import { means } from './meaning.js';
import { userSelection } from './users.js';

/**
 * What keys look like. grouped: symbols of an alphabet without look-alikes, in groups after an optional prefix; the
 * last symbol is a check symbol; at least 75 random bits. site: the site's own sixteen letters and digits.
 */
export const keyFormat = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('grouped'),
    prefix: means(
      z.string().regex(/^[A-Z0-9]{0,12}$/),
      '前缀：大写字母和数字',
      'What keys begin with: capitals and digits',
    ).default(''),
    symbols: means(
      z.int().min(16).max(31),
      '随机符号加校验符号共几位',
      'Number of random symbols plus the check symbol',
    ).default(16),
    group: means(
      z.int().min(0).max(8),
      '每组几位；0 为不分组',
      'Symbols between separators; 0 for no separators',
    ).default(4),
  }),
  z.strictObject({ kind: z.literal('site') }),
]);
export type KeyFormat = z.infer<typeof keyFormat>;

export const issueInput = z.strictObject({
  type: cardType,
  count: means(
    z.int().min(1).max(1_000_000),
    '发多少张；指定了用户时每人一张',
    'How many; where users are named, one for each of them',
  ).default(1),
  format: means(
    keyFormat,
    '卡密的样子：grouped 分组，易读，带校验符号；site 站点自己的十六位',
    'What keys look like: grouped, legible and with a check symbol; or the site’s own sixteen letters and digits',
  ).default({ kind: 'grouped', prefix: '', symbols: 16, group: 4 }),
  expiry: expiry.default({ kind: 'type' }),
  note: batchNote.optional(),
  channel: batchChannel.optional(),
  /** Recorded in `user_card_keys` as unused. */
  assign: means(userSelection, '每人发一张的用户', 'Users who get one key each').optional(),
});
export type IssueInput = z.infer<typeof issueInput>;

export interface IssuePreview {
  readonly fingerprint: string;
  readonly count: number;
  /** Made-up examples of the keys, never issued. */
  readonly samples: readonly string[];
  readonly bits: number;
  readonly expiresAt: string;
  /** Users who would get no key, and why. */
  readonly skipped: readonly SkippedGroup[];
  /** As in every preview: typed names that match a user with another spelling. */
  readonly otherNames?: OtherNames;
  readonly sql: readonly string[];
}

export interface Issued {
  readonly jobId: string;
  readonly batchId: string;
  readonly total: number;
}

export type BatchKind = 'issue' | 'import' | 'reissue' | 'renewal';

export interface Batch {
  readonly id: string;
  readonly kind: BatchKind;
  /** null for imports of several types. */
  readonly type: CardType | null;
  readonly wanted: number;
  /** Committed so far. */
  readonly issued: number;
  readonly note: string | null;
  readonly channel: string | null;
  readonly operator: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** The job that issues its keys; null if they were issued at once. */
  readonly jobId: string | null;
  readonly jobState: 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | null;
  readonly rolledBack: number;
  /** The keys of its largest export; 0 if none was exported. */
  readonly exported: number;
}

export interface BatchDetails extends Batch {
  readonly format: KeyFormat | null;
  readonly auditId: string | null;
  /** By effective state; `gone` were rolled back, or deleted by the site. */
  readonly funnel: Readonly<Record<CardState | 'gone', number>>;
  /** Who exported or viewed its keys, newest first; at most 100. */
  readonly taken: readonly {
    readonly at: string;
    readonly by: string;
    readonly how: 'export' | 'reveal';
    readonly format: string | null;
    readonly count: number;
    readonly auditId: string;
  }[];
}
