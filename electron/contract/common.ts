import * as z from 'zod';

/** Names as the site stores them: at most 50 characters of any kind (an emoji is one, as in MySQL), kept exactly as typed. */
export const username = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => Array.from(name).length <= 50, 'At most 50 characters');
export const instant = z.iso.datetime({ offset: true });
/** A BIGINT id: a string of digits, for numbers of JavaScript cannot hold all of them. */
export const rowId = z.string().regex(/^\d{1,20}$/);
/** Made by the caller, once for each intention: the same key twice does the thing once. */
export const idempotencyKey = z.string().regex(/^[\w.:-]{8,64}$/);
/** Opaque place to go on from; only what a page answered is valid. */
export const cursor = z.string().max(500);
export const fingerprint = z.string().regex(/^[0-9a-f]{16,64}$/);
export const pageSize = z.int().min(1).max(500).default(50);

/** One page of a keyset-paged list; `next` is null on the last page. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** How many rows match. `exact: false` is an estimate from statistics. */
export interface Count {
  readonly count: number;
  readonly exact: boolean;
}

/** Why one thing of a bulk change would be left alone. */
export interface SkippedGroup {
  readonly why: SkipReason;
  readonly count: number;
  /** At most 20 names. */
  readonly sample: readonly string[];
}

export type SkipReason =
  | 'self'
  | 'owner'
  | 'higher_role'
  | 'already_so'
  | 'unknown'
  | 'duplicate'
  /** Changed again since, so it cannot be undone exactly. */
  | 'moved_on'
  | 'taken_out'
  /** Card keys: somebody uses it; nobody does; past its expiry; out of use for good; belongs to somebody's record. */
  | 'card_used'
  | 'card_not_bound'
  | 'card_expired'
  | 'card_revoked'
  | 'card_assigned'
  /** Whom it is for cannot have it: banned, or not there. */
  | 'user_banned'
  | 'user_unknown'
  /** The membership would end after January 2038, which the database cannot hold. */
  | 'past_2038';

export interface PreviewRow {
  readonly target: string;
  readonly outcome: 'changed' | 'skipped';
  readonly why: SkipReason | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * A name that was typed, and the user whom the database takes it for, who is called otherwise by more than case and trailing
 * blanks: by an emoji, an accent, a full-width letter.
 */
export interface OtherName {
  readonly typed: string;
  readonly stored: string;
}

export interface OtherNames {
  readonly count: number;
  /** At most 200. */
  readonly sample: readonly OtherName[];
}

/** What a change would do, counted now. The second call carries `fingerprint` and is refused with `stale_preview` if the set is another by then. */
export interface Preview {
  readonly fingerprint: string;
  /** Things that the selection names or matches. */
  readonly matching: number;
  readonly changed: number;
  readonly skipped: readonly SkippedGroup[];
  /**
   * Typed names that mean somebody who is called otherwise; absent where there are none. Rows of theirs have the typed name as `detail.asked`, and
   * a terminal does not confirm them by itself.
   */
  readonly otherNames?: OtherNames;
  /** Other counts that the sentence of the preview needs, e.g. sessions that end. */
  readonly effects: Readonly<Record<string, number>>;
  /** At most 200 rows: changed ones first. */
  readonly rows: readonly PreviewRow[];
  /** The statements that would run, for people to read. */
  readonly sql: readonly string[];
  /** True when the work will go on as a job. */
  readonly asJob: boolean;
}

/** What a change did, place by place. `pending` places are being retried. */
export interface Proof {
  readonly auditId: string;
  readonly at: string;
  readonly by: string;
  readonly places: readonly ProofPlace[];
  readonly undo: 'possible' | 'undone' | 'impossible';
}

export interface ProofPlace {
  readonly place: 'database' | 'config' | 'tvbox' | 'invitation_code' | 'sessions' | 'cache';
  readonly state: 'done' | 'pending' | 'none';
  readonly count: number;
}

/** Answer of a change: done now with its proof, or going on as a job. */
export type Changed =
  | { readonly done: true; readonly changed: number; readonly skipped: readonly SkippedGroup[]; readonly proof: Proof }
  | { readonly done: false; readonly jobId: string; readonly total: number };
