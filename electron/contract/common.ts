import * as z from 'zod';
import { means, says } from './meaning.js';

/**
 * Names as the site stores them: at most 50 characters of any kind (an emoji is one, as in MySQL), kept exactly as
 * typed.
 */
export const username = means(
  z
    .string()
    .min(1)
    .max(100)
    .refine((name) => Array.from(name).length <= 50, says('至多 50 个字符', 'must have at most 50 characters')),
  '用户名',
  'A user’s name',
);
export const instant = z.iso.datetime({ offset: true });
/** A BIGINT id, as a string of digits: a JavaScript number cannot hold all of them. */
export const rowId = means(z.string().regex(/^\d{1,20}$/), '编号', 'Its id');
/** Made by the caller once per intention: a repeated call with the same key does not repeat the work. */
export const idempotencyKey = z.string().regex(/^[\w.:-]{8,64}$/);
/** Opaque position to continue from; only values that a page returned are valid. */
export const cursor = means(
  z.string().max(500),
  '从上一页给出的 next 继续',
  'Go on from the `next` that the page before gave',
);
export const fingerprint = means(
  z.string().regex(/^[0-9a-f]{16,64}$/),
  '预览给出的指纹；-y 会自动取得',
  'The fingerprint from the preview; -y takes it from there',
);
export const pageSize = means(z.int().min(1).max(500), '一页几行', 'Rows of a page').default(50);

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

/** Why one target of a bulk change would be skipped. */
export interface SkippedGroup {
  readonly why: SkipReason;
  readonly count: number;
  /** At most 20 names. */
  readonly sample: readonly string[];
  /** In a preview, every typed name that nobody has, to be copied; absent if the sample has them all. */
  readonly all?: readonly string[];
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
  /** Card keys: used by another user; used by no one; past its expiry; revoked; given to another user. */
  | 'card_used'
  | 'card_not_bound'
  | 'card_expired'
  | 'card_revoked'
  | 'card_assigned'
  /** The user it is for cannot have it: banned, or unknown. */
  | 'user_banned'
  | 'user_unknown'
  /** The membership would end after January 2038, which the database cannot store. */
  | 'past_2038';

/** What a preview tells about one thing. The window has a word for each. */
export type DetailName =
  | 'asked'
  | 'role'
  | 'banned'
  | 'tvbox'
  | 'user'
  | 'type'
  | 'masked'
  | 'reason'
  | 'until'
  /** Which end changes, `membership` or `card`; then what was and what will be. */
  | 'of'
  | 'before'
  | 'after'
  /** The end of the card itself, where `of` is `membership`. */
  | 'ownEnd'
  | 'id'
  | 'assignedTo';

/** What else a change does, as a number. The window has a word for each. */
export type EffectName =
  | 'sessions'
  | 'sessions_not_restored'
  | 'tvbox'
  | 'invitationCodes'
  | 'bound'
  | 'assigned'
  | 'cards'
  | 'user_card_keys'
  | 'points'
  | 'points_records'
  | 'invitations'
  | 'play_records'
  | 'favorites'
  | 'episode_skip_configs'
  | 'ip_reward_records_kept';

export type Effects = Readonly<Partial<Record<EffectName, number>>>;

/** SQL that counts each effect of one thing. */
export type EffectsSql = Readonly<Partial<Record<EffectName, string>>>;

export interface PreviewRow {
  readonly target: string;
  readonly outcome: 'changed' | 'skipped';
  readonly why: SkipReason | null;
  readonly detail: Readonly<Partial<Record<DetailName, string | number | boolean | null>>>;
}

/**
 * A typed name, and the user whom the database matches it to although the stored name differs by more than case and
 * trailing blanks: by an emoji, an accent, a full-width letter.
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

/**
 * What a change would do, computed now. The second call carries `fingerprint` and is refused with `stale_preview` if
 * the set has changed.
 */
export interface Preview {
  readonly fingerprint: string;
  /** How many targets the selection names or matches. */
  readonly matching: number;
  readonly changed: number;
  readonly skipped: readonly SkippedGroup[];
  /**
   * Typed names that match a user with another spelling; absent if there are none. Their rows have the typed name as
   * `detail.asked`, and a terminal does not confirm them on its own.
   */
  readonly otherNames?: OtherNames;
  /** Other counts for the preview's sentence, e.g. sessions that end. */
  readonly effects: Effects;
  /** At most 200 rows, changed ones first. */
  readonly rows: readonly PreviewRow[];
  /** The statements that would run, for display. */
  readonly sql: readonly string[];
  /** True if the work will run as a job. */
  readonly asJob: boolean;
}

/**
 * How an audited operation ended. `running`: its job has not ended yet. `partly`: its job left some things out.
 * `stopped`: it was cancelled before its end. `failed`: it ended with an error, or its job did nothing at all.
 */
export const auditOutcomes = ['running', 'done', 'partly', 'stopped', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** What a change did, place by place. `pending` places are being retried. */
export interface Proof {
  readonly auditId: string;
  readonly at: string;
  readonly by: string;
  readonly places: readonly ProofPlace[];
  /** Of an undo: the sessions that the change had ended, which stay ended. Absent if everything came back. */
  readonly notRestored?: { readonly sessions: number };
  readonly undo: 'possible' | 'undone' | 'impossible';
}

/** How far the job of an audited operation has come; `left` was neither done nor left out. */
export interface AuditJob {
  readonly id: string;
  readonly done: number;
  readonly skipped: number;
  readonly left: number;
}

export interface ProofPlace {
  readonly place: 'database' | 'config' | 'tvbox' | 'invitation_code' | 'sessions' | 'cache';
  readonly state: 'done' | 'pending' | 'none';
  readonly count: number;
}

/** Result of a change: done now, with its proof, or running as a job. */
export type Changed =
  | { readonly done: true; readonly changed: number; readonly skipped: readonly SkippedGroup[]; readonly proof: Proof }
  | { readonly done: false; readonly jobId: string; readonly total: number };
