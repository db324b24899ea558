import type { Defaults, Fault } from './line.js';
import type { StagedCard } from './parsed-rows.js';
import type { Refused } from './file-layout.js';

/** The thread's start data. */
export interface ImportStart {
  readonly path: string;
  readonly name: string;
  readonly defaults: Defaults;
  readonly mostLines: number;
}

/** read: continue reading the file. cards: the next cards, sorted by hash. */
export type ImportQuestion = 'read' | 'cards';

/** A line for the report. The key is plain here, and is masked before it is stored or shown. */
export interface Sample {
  readonly line: number;
  readonly key: string;
}

export type ImportAnswer =
  | { readonly kind: 'reading'; readonly lines: number; readonly bytes: number }
  | { readonly kind: 'read'; readonly summary: ReadSummary }
  | { readonly kind: 'refused'; readonly why: Refused; readonly line: number | null }
  | { readonly kind: 'cards'; readonly cards: readonly StagedCard[] };

/** The result of reading. Every line is in one of these counts; `cards` still have to be looked up. */
export interface ReadSummary {
  readonly lines: number;
  readonly malformed: number;
  readonly duplicate: number;
  readonly used: number;
  readonly cards: number;
  /** At most 50 of each. */
  readonly samples: {
    readonly malformed: readonly (Sample & { readonly why: Fault })[];
    readonly duplicate: readonly Sample[];
    readonly used: readonly Sample[];
  };
}

/** Lines that a report shows for each verdict. */
export const mostSamples = 50;
