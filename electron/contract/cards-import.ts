import * as z from 'zod';
import { batchChannel, batchNote, cardTypes, expiry, type CardType } from './cards-list.js';
import { means } from './meaning.js';

/** How to read a file of keys. TXT has one key per line; CSV has a header, ours or the site's. */
export const importReading = z.strictObject({
  /** In the window a file dialog asks for the file. */
  path: means(z.string().max(1_000), '要读的文件', 'The file to read').optional(),
  type: means(z.enum(cardTypes), '没写类型的行按哪种卡', 'The type of lines that state none'),
  expiry: means(expiry, '没写到期时间的行何时到期', 'When lines that state no expiry expire').default({ kind: 'type' }),
  note: batchNote.optional(),
  channel: batchChannel.optional(),
});

/**
 * new: will be added. duplicate: twice in the file. existing: already there, the same. conflict: already there, with
 * another type or expiry. used: the file says that a user has it. malformed: cannot be read.
 */
export const importVerdicts = ['new', 'duplicate', 'existing', 'conflict', 'used', 'malformed'] as const;
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
}
