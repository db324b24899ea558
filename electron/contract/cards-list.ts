import * as z from 'zod';
import { batchText, ofBatches } from './cards-batches.js';
import { instant, rowId, username } from './common.js';
import { between } from './kit.js';
import { means } from './meaning.js';

export const cardTypes = ['year', 'quarter', 'month', 'week'] as const;
export type CardType = (typeof cardTypes)[number];
export const cardType = means(z.enum(cardTypes), '卡的类型', 'Type of card');

/** How many days a card of each type is worth (as on the site). */
export const cardDays: Readonly<Record<CardType, number>> = { year: 365, quarter: 90, month: 30, week: 7 };

/**
 * The effective state: what the card is by the clock and by the console's records, regardless of its column. An unused
 * card past its expiry is expired.
 */
export const cardStates = ['unused', 'used', 'expired', 'revoked'] as const;
export type CardState = (typeof cardStates)[number];

/**
 * When cards expire: the type's days from now (the site's rule), another number of days from now, or at an instant
 * before 2038-01-19.
 */
export const expiry = means(
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('type') }),
    z.strictObject({ kind: z.literal('days'), days: means(z.int().min(1).max(3_650), '几天后', 'Days from now') }),
    z.strictObject({ kind: z.literal('at'), at: means(instant, '某个时刻', 'An instant') }),
  ]),
  '何时到期：type 按卡的类型算，90d 为 90 天后，或一个时间',
  'When they expire: type, after the days of their type; 90d, that many days from now; or a time',
);
export type Expiry = z.infer<typeof expiry>;

export const cardFilter = z.strictObject({
  states: means(z.array(z.enum(cardStates)).min(1), '实际状态', 'Effective states').optional(),
  types: means(z.array(z.enum(cardTypes)).min(1), '卡的类型', 'Types of cards').optional(),
  batch: means(rowId, '批次编号', 'A batch’s id').optional(),
  batchSearch: batchText.optional(),
  ...ofBatches,
  user: means(
    username,
    '绑定给此用户，或已给他而未用',
    'Bound to this user, or given to them and not used yet',
  ).optional(),
  ...between('expires', '到期', 'Expires'),
  ...between('created', '创建', 'Created'),
  ...between('bound', '绑定', 'Bound'),
  stale: means(
    z.enum(['yes', 'no']),
    '待清理：已过期而库中仍为未使用',
    'Expired, and the column says unused',
  ).optional(),
});
export type CardFilter = z.infer<typeof cardFilter>;

export const cardSort = means(z.enum(['created', 'expires', 'bound']), '按什么排序', 'What it is sorted by');
export type CardSort = z.infer<typeof cardSort>;

const exceptCards = means(z.array(rowId).max(10_000), '其中除外的编号', 'Ids of those to leave alone');

/**
 * Which cards a change is for: selected, pasted (as buyers write them), or all that a filter matches, minus excluded
 * ones.
 */
export const cardSelection = means(
  z.union([
    z.strictObject({
      ids: means(z.array(rowId).min(1).max(100_000), '卡密编号', 'Ids of cards'),
      except: exceptCards.optional(),
    }),
    z.strictObject({
      keys: means(z.array(z.string().min(1).max(100)).min(1).max(10_000), '买家写的卡密', 'Keys, as buyers write them'),
    }),
    z.strictObject({
      filter: means(cardFilter, '符合条件的全部', 'All that match'),
      except: exceptCards.optional(),
    }),
  ]),
  '哪些卡密',
  'Which cards',
);
export type CardSelection = z.infer<typeof cardSelection>;

export interface CardRow {
  readonly id: string;
  /** The key with its middle hidden: shows at most the prefix and the last four characters. */
  readonly masked: string;
  readonly type: CardType;
  readonly state: CardState;
  /** The column says `unused` although the card has expired. */
  readonly stale: boolean;
  readonly createdAt: string | null;
  /** null if the database holds MySQL's zero date: the card has expired, nobody knows when. */
  readonly expiresAt: string | null;
  readonly boundTo: string | null;
  readonly boundAt: string | null;
  /** The user who has it in `user_card_keys`, used or not. */
  readonly assignedTo: string | null;
  /** null for cards that this console neither issued nor imported. */
  readonly batch: string | null;
}

/** One event in the life of a card, from the audit, its batch and its records. Oldest first. */
export interface CardEvent {
  readonly at: string;
  readonly what:
    | 'issued'
    | 'imported'
    | 'created'
    | 'assigned'
    | 'exported'
    | 'revealed'
    | 'bound'
    | 'renewed'
    | 'unbound'
    | 'revoked'
    | 'reissued'
    | 'expired'
    | 'undone'
    | 'changed';
  /** The operator, or the user who bound it; null if unrecorded. */
  readonly by: string | null;
  readonly auditId: string | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

export interface CardDetails extends CardRow {
  readonly hash: string;
  readonly source: string | null;
  readonly notes: string | null;
  readonly revoked: { readonly at: string; readonly by: string; readonly reason: string | null } | null;
  /** The card that it replaces, or that replaced it. */
  readonly replaces: { readonly id: string; readonly masked: string } | null;
  readonly replacedBy: { readonly id: string; readonly masked: string } | null;
  /** The current membership of its user, over all their cards. */
  readonly membership: { readonly expiresAt: string | null; readonly cards: number; readonly inConfig: boolean } | null;
  readonly story: readonly CardEvent[];
}

/**
 * What a pasted text matched. `beginning`: the only card whose key begins so. `several`: it names more cards than one,
 * or lines besides that are none (`missing`); `more`: than are listed. `unsearched`: no card has exactly this key, but
 * other notations and beginnings were not looked for, because the table is large and has no index for that (R005).
 */
export type FoundCard =
  | { readonly found: true; readonly card: CardRow; readonly how: 'exact' | 'mended' | 'hash' | 'beginning' }
  | { readonly found: false; readonly why: 'unknown' | 'check_symbol' | 'not_a_key' | 'unsearched' }
  | {
      readonly found: false;
      readonly why: 'several';
      readonly cards: readonly CardRow[];
      readonly more: boolean;
      readonly missing: number;
    };

export interface CardStats {
  /** Cards by type and effective state. */
  readonly stock: readonly { readonly type: CardType; readonly state: CardState; readonly count: number }[];
  /** Unused cards by age since creation, in days: up to 7, 30, 90, older. */
  readonly age: readonly { readonly type: CardType; readonly upToDays: 7 | 30 | 90 | null; readonly count: number }[];
  /** The last thirty days of the zone that was asked for, oldest first. */
  readonly boundPerDay: readonly { readonly day: string; readonly count: number }[];
  /** Users whose membership ends within that many days; `expired`: within the last 30. */
  readonly members: {
    readonly active: number;
    readonly within7: number;
    readonly within30: number;
    readonly lapsed30: number;
  };
  /** Unused cards that expire within that many days, and those whose column is wrong. */
  readonly expiring: { readonly within7: number; readonly within30: number; readonly stale: number };
  readonly at: string;
}
