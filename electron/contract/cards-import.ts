import * as z from 'zod';
import { cardTypes, expiry, type CardType } from './cards-list.js';

/** How to read a file of keys. TXT has one key a line; CSV has a header, ours or the site's. */
export const importReading = z.strictObject({
  /** For the terminal; in the window the person is asked for the file. */
  path: z.string().max(1_000).optional(),
  /** For lines that do not say their type. */
  type: z.enum(cardTypes),
  /** For lines that do not say when they end. */
  expiry: expiry.default({ kind: 'type' }),
  note: z.string().trim().max(500).optional(),
  channel: z.string().trim().max(100).optional(),
});

/** new: will be added. duplicate: twice in the file. existing: there already, the same. conflict: there already, but of another type or expiry. used: the file says that somebody has it. malformed: cannot be read. */
export const importVerdicts = ['new', 'duplicate', 'existing', 'conflict', 'used', 'malformed'] as const;
export type ImportVerdict = (typeof importVerdicts)[number];

export interface ImportReport {
  readonly importId: string;
  readonly file: string;
  /** reading: the job still reads. */
  readonly state: 'reading' | 'ready' | 'failed' | 'applied';
  readonly fingerprint: string | null;
  readonly lines: number;
  readonly counts: Readonly<Record<ImportVerdict, number>>;
  readonly types: readonly { readonly type: CardType; readonly count: number }[];
  /** At most 50 of each verdict but `new`. Keys are masked. */
  readonly samples: readonly {
    readonly line: number;
    readonly verdict: ImportVerdict;
    readonly masked: string;
    readonly why: string;
  }[];
  readonly batchId: string | null;
}
