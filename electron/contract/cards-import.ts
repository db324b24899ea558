import * as z from 'zod';
import { batchChannel, batchNote } from './cards-batches.js';
import { cardTypes, expiry, type CardType } from './cards-list.js';
import { rowId } from './common.js';
import { means, says } from './meaning.js';

/** What a column of a file may hold. */
export const importColumns = ['key', 'hash', 'type', 'state', 'created', 'expires', 'boundTo', 'ignored'] as const;
export type ImportColumn = (typeof importColumns)[number];

/**
 * How to read a file of keys. TXT has one key per line; CSV has a header, ours or the site's, or columns that are told
 * here. UTF-8 or GB18030.
 */
export const importReading = z.strictObject({
  /** In the window a file dialog asks for the file. */
  path: means(z.string().max(1_000), '要读的文件', 'The file to read').optional(),
  type: means(z.enum(cardTypes), '没写类型的行按哪种卡', 'The type of lines that state none'),
  expiry: means(expiry, '没写到期时间的行何时到期', 'When lines that state no expiry expire').default({ kind: 'type' }),
  note: batchNote.optional(),
  channel: batchChannel.optional(),
  columns: means(
    z
      .array(z.enum(importColumns))
      .min(1)
      .max(100)
      .refine(
        (all) => all.filter((one) => one === 'key').length === 1,
        says('须有且只有一列是卡密（key）', 'must have one column of keys (key), and only one'),
      ),
    '文件没有列名时，各列依次是什么',
    'What the columns hold, in order, if the file does not name them',
  ).optional(),
  header: means(z.boolean(), '第一行是列名，跳过', 'The first line holds names, and is skipped').optional(),
  again: means(
    rowId,
    '再读这次导入的文件，不再选择',
    'Read the file of this import again, without choosing it',
  ).optional(),
});

/**
 * new: will be added. ended: will be added, as a card that has expired. duplicate: twice in the file. existing: already
 * there, the same. conflict: already there, with another type or expiry. used: the file says that a user has it.
 * malformed: cannot be read.
 */
export const importVerdicts = ['new', 'ended', 'duplicate', 'existing', 'conflict', 'used', 'malformed'] as const;
export type ImportVerdict = (typeof importVerdicts)[number];

export interface ImportReport {
  readonly importId: string;
  readonly file: string;
  /** `reading`: the job is still reading. */
  readonly state: 'reading' | 'ready' | 'failed' | 'applied';
  readonly fingerprint: string | null;
  readonly lines: number;
  readonly counts: Readonly<Record<ImportVerdict, number>>;
  readonly types: readonly { readonly type: CardType; readonly count: number }[];
  /** At most 50 per verdict, none for `new`. Keys are masked. */
  readonly samples: readonly {
    readonly line: number;
    readonly verdict: ImportVerdict;
    readonly masked: string;
    readonly why: string;
  }[];
  readonly batchId: string | null;
  /**
   * The first lines of a file that does not name its columns, keys masked, and what the columns seem to hold. With
   * `columns` and `again` it can be read. Null for other files, and after the console was closed.
   */
  readonly asks: { readonly rows: readonly (readonly string[])[]; readonly guess: readonly ImportColumn[] } | null;
  /** True while this console still has the list of all lines that are not added (`cards.import.lines`). */
  readonly listed: boolean;
}
