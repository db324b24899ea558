import type { Defaults, Fault } from './line.js';
import type { StagedCard } from './parsed-rows.js';
import type { Refused } from './file-layout.js';

/** What the thread is given to begin with. */
export interface ImportStart {
  readonly path: string;
  readonly name: string;
  readonly defaults: Defaults;
  readonly mostLines: number;
}

/** read: go on reading the file. cards: the next of its cards, sorted by hash. */
export type ImportQuestion = 'read' | 'cards';

/** A line to show in the report. The key is plain here; it is masked before it is kept or told. */
export interface Sample {
  readonly line: number;
  readonly key: string;
}

export type ImportAnswer =
  | { readonly kind: 'reading'; readonly lines: number; readonly bytes: number }
  | { readonly kind: 'read'; readonly summary: ReadSummary }
  | { readonly kind: 'refused'; readonly why: Refused; readonly line: number | null }
  | { readonly kind: 'cards'; readonly cards: readonly StagedCard[] };

/** What reading came to: every line is one of these, but the cards, which are still to be looked up. */
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

/** Lines of a verdict that a report shows. */
export const mostSamples = 50;
