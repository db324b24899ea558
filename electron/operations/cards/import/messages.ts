import type { Defaults } from './line.js';
import type { StagedCard } from './parsed-rows.js';
import type { ColumnsAsked, GivenColumns, Refused } from './file-layout.js';
import type { ImportReason } from './reasons.js';

/** The thread's start data. */
export interface ImportStart {
  readonly path: string;
  readonly name: string;
  readonly defaults: Defaults;
  readonly mostLines: number;
  readonly columns?: GivenColumns;
}

/** read: continue reading the file. cards: the next cards, sorted by hash. bad: the next lines that contain none. */
export type ImportQuestion = 'read' | 'cards' | 'bad';

/** A line that is not added. The key is plain here, and is masked before it is stored or shown. */
export interface BadLine {
  readonly line: number;
  readonly key: string;
  readonly why: ImportReason;
}

export type ImportAnswer =
  | { readonly kind: 'reading'; readonly lines: number; readonly bytes: number }
  | { readonly kind: 'read'; readonly summary: ReadSummary }
  | {
      readonly kind: 'refused';
      readonly why: Refused;
      readonly line: number | null;
      readonly asked: ColumnsAsked | null;
    }
  | { readonly kind: 'cards'; readonly cards: readonly StagedCard[] }
  | { readonly kind: 'bad'; readonly lines: readonly BadLine[] };

/** The result of reading. Every line is in one of these counts; `cards` still have to be looked up. */
export interface ReadSummary {
  readonly lines: number;
  readonly malformed: number;
  readonly duplicate: number;
  readonly used: number;
  readonly cards: number;
}

/** Lines that a report shows for each verdict. */
export const mostSamples = 50;
