import { type Mode, stateOf } from '../../data/config/state.js';
import type { Changed, OtherName, Preview, PreviewRow, SkippedGroup } from '../../contract/common.js';
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

/** Up to this many things are changed at once, in one transaction; more go on as a job. */
const atOnce = 500;
/** Rows of a preview. */
const shownRows = 200;

/** Who asks; decides about rights. */
export type Asking = Pick<Author, 'operator' | 'role'>;

/** What a change comes to now. */
export interface Plan {
  readonly fingerprint: string;
  readonly changed: number;
  readonly skipped: readonly SkippedGroup[];
  /** Other counts that the preview's sentence needs. */
  readonly effects: Readonly<Record<string, number>>;
  /** Typed names that mean a user who is called otherwise. */
  readonly others?: readonly OtherName[];
  /** The first things that change, at most `most`, and effects that are known only by looking at them. */
  rows(most: number): Promise<{
    readonly rows: readonly PreviewRow[];
    readonly effects?: Readonly<Record<string, number>>;
  }>;
  /** Rows of what is skipped, at most `most`; made of the samples, if absent. */
  skippedRows?(most: number): Promise<readonly PreviewRow[]>;
  /** All that changes, in the order in which it is done, each with the state that it has now. */
  freeze(): Promise<FrozenSet>;
}

/** Things that are held and were judged under their locks. */
export interface HeldSet {
  readonly fingerprint: string;
  readonly skipped: readonly SkippedGroup[];
  /** Does the change to those that it concerns; answers the targets that were changed. */
  act(): Promise<ReadonlySet<string>>;
}

/** A job that is about to be created, in the transaction that creates it. */
export interface NewBulkJob<Input> {
  readonly change: Change;
  readonly author: Author;
  readonly input: Input;
  readonly targets: readonly JobTarget[];
}

/** One change to many things: what it would do, and how it is done to things that are named. */
export interface BulkChange<Input> {
  readonly operation: string;
  /** Things in one transaction of a job. */
  readonly chunk: number;
  /** Refuses what the schema cannot: a time that has passed, nothing to do. */
  check?(input: Input): void;
  /** What it writes, for people; `mode`: where the entries of the config are now. */
  statements(input: Input, mode: Mode): readonly string[];
  /** `effects`: also counts what only a preview tells. */
  plan(sql: Sql, site: Site, asking: Asking, input: Input, effects: boolean): Promise<Plan>;
  /**
   * Takes the locks of few things and judges them under these: so what is compared with the preview is what is changed,
   * and nothing is looked at twice. Null where the selection has to be planned first; locks that were taken by then
   * stay.
   */
  hold?(change: Change, site: Site, author: Author, input: Input): Promise<HeldSet | null>;
  /**
   * Takes the locks, judges again under them, and does it to what may still be changed and is as it was when the set
   * was frozen (a target without a state was never shown to anybody, and is only judged). Answers the targets that were
   * changed.
   */
  act(
    change: Change,
    site: Site,
    author: Author,
    input: Input,
    targets: readonly JobTarget[],
  ): Promise<ReadonlySet<string>>;
  /**
   * Has the job created with what it needs of the input beside its frozen set; never anything secret, nor the set
   * again. Answers the job's id.
   */
  start(job: NewBulkJob<Input>, create: (input: unknown) => Promise<string>): Promise<string>;
  /**
   * Asked when a job of it that stands still is to go on: throws where it must not. `input` is what `start` has left of
   * it.
   */
  mayGoOn?(sql: Sql, input: Input): Promise<void>;
  /** Why the set is another than the fingerprint says, where that has a better name than stale_preview. */
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

/** Rows of users who are called otherwise than was typed say how that was. */
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
 * Does a change: up to 500 things at once, looked at again and compared under their locks; more as a job over the set
 * frozen now with the state of each, which every chunk compares under its locks. A preview is confirmed once: a second
 * one waits for the first and is refused. Throws stale_preview (or what the change calls it) if the set or its state is
 * another than the fingerprint says, and what `change` throws.
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
        return { changed: (await held.act()).size, skipped: held.skipped, jobId: null };
      }
      const plan = await bulk.plan(change.tx, site, author, input, false);
      if (!isOf(fingerprint, plan.fingerprint)) throw movedOn(bulk, plan, fingerprint);
      const set = await plan.freeze();
      if (!isOf(fingerprint, set.fingerprint)) throw stalePreview();
      const { targets } = set;
      if (asJob) {
        const jobId = await bulk.start({ change, author, input, targets }, (rest) =>
          jobs.create(change, { operation: bulk.operation, input: rest, author, targets }),
        );
        return { changed: targets.length, skipped: plan.skipped, jobId };
      }
      const changed = await bulk.act(change, site, author, input, targets);
      if (changed.size !== targets.length)
        throw movedOn(bulk, await bulk.plan(change.tx, site, author, input, false), fingerprint);
      return { changed: changed.size, skipped: plan.skipped, jobId: null };
    },
    { confirms: confirming(fingerprint), startsJob: asJob },
  );
  if (value.jobId !== null) {
    jobs.wake();
    return { done: false, jobId: value.jobId, total: value.changed };
  }
  return { done: true, changed: value.changed, skipped: value.skipped, proof: await proofOf(site, auditId) };
}

function movedOn<Input>(bulk: BulkChange<Input>, plan: Plan, fingerprint: string): Refusal {
  return bulk.moved?.(plan, fingerprint) ?? stalePreview();
}

/** The step of a job of this change: whatever is no longer as it was shown is left out, and named. */
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
