import { type Mode, stateOf } from '../../data/config/state.js';
import type { Changed, Effects, OtherName, Preview, PreviewRow, SkippedGroup } from '../../contract/common.js';
import type { Refusal } from '../../contract/errors.js';
import type { ItemJob, JobTarget } from '../../jobs/job-handler.js';
import type { Author, Change } from '../../data/write/audited-change.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import { abortable } from './abortable.js';
import { proofOf } from '../audit/proof.js';
import type { SiteContext } from '../context.js';
import { otherNames } from '../users/names.js';
import { changedBy, confirming, isOf, markPreview, stalePreview } from './fingerprint.js';
import type { FrozenSet } from './selection-survey.js';

/** Up to this many things are changed at once, in one transaction. More become a job. */
const atOnce = 500;
/** Maximum number of rows in a preview. */
const shownRows = 200;

/** Who makes the call. Decides about rights. */
export type Asking = Pick<Author, 'operator' | 'role'>;

/** What a change would do now. */
export interface Plan {
  readonly fingerprint: string;
  readonly changed: number;
  readonly skipped: readonly SkippedGroup[];
  /** Other counts that the text of the preview needs. */
  readonly effects: Effects;
  /** Typed names whose user has another stored name. */
  readonly others?: readonly OtherName[];
  /** The first things that change, at most `most`, and the effects that are only known from reading them. */
  rows(most: number): Promise<{
    readonly rows: readonly PreviewRow[];
    readonly effects?: Effects;
  }>;
  /** Rows of skipped things, at most `most`. If absent, the rows are made from the samples. */
  skippedRows?(most: number): Promise<readonly PreviewRow[]>;
  /** Everything that changes, in the order of the change, each with its current state. */
  freeze(): Promise<FrozenSet>;
}

/** Locked things that were judged under their locks. */
export interface HeldSet {
  readonly fingerprint: string;
  readonly skipped: readonly SkippedGroup[];
  /** Changes the things that may be changed; returns the changed targets. */
  act(): Promise<ReadonlySet<string>>;
}

/** A job in the transaction that creates it. */
export interface NewBulkJob<Input> {
  readonly change: Change;
  readonly author: Author;
  readonly input: Input;
  readonly targets: readonly JobTarget[];
}

/** A change of many things: what it would do, and how it is done to named things. */
export interface BulkChange<Input> {
  readonly operation: string;
  /** Number of things in one transaction of a job. */
  readonly chunk: number;
  /** Refuses input that the schema cannot refuse: a time in the past, nothing to do. */
  check?(input: Input): void;
  /** Its SQL, as the preview shows it. `mode`: where the entries of the config are now. */
  statements(input: Input, mode: Mode): readonly string[];
  /** `effects`: also count what only a preview shows. */
  plan(sql: Sql, site: Site, asking: Asking, input: Input, effects: boolean): Promise<Plan>;
  /**
   * Locks few things and judges them under the locks. So exactly what is compared with the preview is changed, and
   * nothing is read twice. Null if the selection must be planned first; locks already taken stay.
   */
  hold?(change: Change, site: Site, author: Author, input: Input): Promise<HeldSet | null>;
  /**
   * Locks the targets, judges them again, and changes those that may still be changed and have the same state as when
   * the set was frozen. A target without a state was never shown to anybody, and is only judged. Returns the changed
   * targets.
   */
  act(
    change: Change,
    site: Site,
    author: Author,
    input: Input,
    targets: readonly JobTarget[],
  ): Promise<ReadonlySet<string>>;
  /**
   * Creates the job with the input that it needs besides its frozen set, if that is not the input without `who`. It
   * must not contain secrets or the set. Returns the job's id.
   */
  start?(job: NewBulkJob<Input>, create: (input: unknown) => Promise<string>): Promise<string>;
  /** Called before a stopped job of this change continues. Throws if it must not. `input` is what `start` stored. */
  mayGoOn?(sql: Sql, input: Input): Promise<void>;
  /** A better error than stale_preview if the set no longer matches the fingerprint. */
  moved?(plan: Plan, fingerprint: string): Refusal | null;
}

/** What a change would do now. Throws invalid_input. */
export async function preview<Input>(
  bulk: BulkChange<Input>,
  input: NoInfer<Input>,
  { site, author, signal }: SiteContext,
): Promise<Preview> {
  bulk.check?.(input);
  const db = abortable(site.db, signal);
  const [plan, { mode }] = await Promise.all([bulk.plan(db, site, author, input, true), stateOf(db)]);
  const { rows, effects = {} } = await plan.rows(shownRows);
  const left = Math.max(0, shownRows - rows.length);
  const others = plan.others ?? [];
  return {
    fingerprint: markPreview(plan.fingerprint),
    matching: plan.changed + plan.skipped.reduce((sum, { count }) => sum + count, 0),
    changed: plan.changed,
    skipped: plan.skipped,
    effects: { ...plan.effects, ...effects },
    ...otherNames(others),
    rows: asked([...rows, ...((await plan.skippedRows?.(left)) ?? sampleRows(plan.skipped, left))], others),
    sql: bulk.statements(input, mode),
    asJob: plan.changed > atOnce,
  };
}

/** Adds the typed name to the rows of users whose stored name differs. */
function asked(rows: readonly PreviewRow[], others: readonly OtherName[]): readonly PreviewRow[] {
  const typed = new Map(others.map((one) => [one.stored, one.typed]));
  return rows.map((row) => {
    const user = row.detail['user'];
    const name = typed.get(typeof user === 'string' ? user : row.target);
    return name === undefined ? row : { ...row, detail: { ...row.detail, asked: name } };
  });
}

function sampleRows(groups: readonly SkippedGroup[], most: number): PreviewRow[] {
  return groups
    .flatMap(({ why, sample }) => sample.map((target): PreviewRow => ({ target, outcome: 'skipped', why, detail: {} })))
    .slice(0, most);
}

interface Answer {
  readonly changed: number;
  readonly skipped: readonly SkippedGroup[];
  readonly jobId: string | null;
}

/**
 * Does a change. Up to 500 things are changed at once; they are read and compared again under their locks. More become
 * a job over the set that is frozen now, with the state of each thing, which every chunk compares under its locks. A
 * preview can be confirmed only once: a second call waits for the first and is refused. Throws stale_preview (or the
 * error of `moved`) if the set or its state no longer matches the fingerprint, and everything that `change` throws.
 */
export async function apply<Input>(
  bulk: BulkChange<Input>,
  input: NoInfer<Input> & { readonly fingerprint: string },
  context: SiteContext,
): Promise<Changed> {
  const { site, author, jobs } = context;
  const { fingerprint } = input;
  bulk.check?.(input);
  const asJob = changedBy(fingerprint) > atOnce;
  const { value, auditId } = await context.change<Answer>(
    async (change) => {
      const held = asJob ? null : ((await bulk.hold?.(change, site, author, input)) ?? null);
      if (held !== null) {
        if (!isOf(fingerprint, held.fingerprint)) throw stalePreview();
        return { changed: (await held.act()).size, skipped: brief(held.skipped), jobId: null };
      }
      const plan = await bulk.plan(change.tx, site, author, input, false);
      if (!isOf(fingerprint, plan.fingerprint)) throw movedOn(bulk, plan, fingerprint);
      const set = await plan.freeze();
      if (!isOf(fingerprint, set.fingerprint)) throw stalePreview();
      const { targets } = set;
      if (asJob) {
        const create = (rest: unknown): Promise<string> =>
          jobs.create(change, { operation: bulk.operation, input: rest, author, targets });
        const jobId = await (bulk.start?.({ change, author, input, targets }, create) ?? create(withoutSet(input)));
        return { changed: targets.length, skipped: brief(plan.skipped), jobId };
      }
      const changed = await bulk.act(change, site, author, input, targets);
      if (changed.size !== targets.length)
        throw movedOn(bulk, await bulk.plan(change.tx, site, author, input, false), fingerprint);
      return { changed: changed.size, skipped: brief(plan.skipped), jobId: null };
    },
    { confirms: confirming(fingerprint), startsJob: asJob },
  );
  if (value.jobId !== null) {
    jobs.wake();
    return { done: false, jobId: value.jobId, total: value.changed };
  }
  return { done: true, changed: value.changed, skipped: value.skipped, proof: await proofOf(site, auditId) };
}

/** Without the long lists of a preview: an answer is stored. */
function brief(skipped: readonly SkippedGroup[]): readonly SkippedGroup[] {
  return skipped.map(({ why, count, sample }) => ({ why, count, sample }));
}

/** The input that a job needs: everything but the selection, which is frozen and may contain secrets. */
export function withoutSet<Input>(input: Input): Omit<Input, 'who'> {
  const { who: _, ...rest } = input as Input & { readonly who?: unknown };
  return rest;
}

function movedOn<Input>(bulk: BulkChange<Input>, plan: Plan, fingerprint: string): Refusal {
  return bulk.moved?.(plan, fingerprint) ?? stalePreview();
}

/** The step of this change's jobs. Things that are no longer as shown are left out, and listed. */
export function stepOf<Input>(bulk: BulkChange<Input>): ItemJob {
  return {
    operation: bulk.operation,
    chunk: bulk.chunk,
    mayGoOn: async (sql, { input }) => bulk.mayGoOn?.(sql, input as Input),
    async run(change, { site, author, input, items }) {
      const changed = await bulk.act(change, site, author, input as Input, items);
      const left = items.filter(({ target }) => !changed.has(target));
      return { changed: items.length - left.length, skipped: left.length, left };
    },
  };
}
