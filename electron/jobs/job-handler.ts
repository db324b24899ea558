import type { LocalizedText } from '../contract/text.js';
import type { Author, Change } from '../data/write/audited-change.js';
import type { Sql } from '../data/mysql/database.js';
import type { Site } from '../data/site.js';

/** One thing that a job is to do: its name, and the state in which it was shown; null where nobody was shown one. */
export interface JobTarget {
  readonly target: string;
  readonly state: string | null;
}

/** One thing of a job's frozen set. */
export interface JobItem extends JobTarget {
  readonly seq: number;
}

/** A thing that was left out, by the name that people know it by if that is not the target's own. */
export interface LeftOut {
  readonly seq: number;
  readonly target: string;
}

/** What every chunk of a job gets to know. */
export interface ChunkContext {
  readonly site: Site;
  readonly author: Author;
  readonly input: unknown;
  readonly jobId: string;
}

export interface StepContext extends ChunkContext {
  readonly items: readonly JobItem[];
}

export interface CountedContext extends ChunkContext {
  /** Things dealt with by the chunks before. */
  readonly from: number;
  /** Things left, at least one. */
  readonly left: number;
}

/** What a chunk did. */
export interface ChunkDone {
  readonly changed: number;
  readonly skipped: number;
}

/** What a chunk of a frozen set did, and which of it were no longer as they were shown. */
export interface ItemsDone extends ChunkDone {
  readonly left: readonly LeftOut[];
}

/** What every kind of job may have beside its work. */
interface Common {
  /** “Issuing 200,000 month keys”, from the job's input and its total. Called for every job that is listed; must not throw. */
  title?(input: unknown, total: number): LocalizedText;
  /** Asked when a job that stands still is to go on, in that transaction: throws where what it did was taken back, or what it needs is gone. */
  mayGoOn?(sql: Sql, job: Resumed): Promise<void>;
}

/** A job over a frozen set of things: one chunk of them, inside the transaction that also moves the job's checkpoint. */
export interface ItemJob extends Common {
  readonly operation: string;
  readonly chunk: number;
  run(change: Change, context: StepContext): Promise<ItemsDone>;
}

/** A job that is to go on. */
interface Resumed {
  readonly id: string;
  readonly input: unknown;
  readonly total: number;
  readonly auditId: string | null;
}

/**
 * A job that makes so many of something. Each chunk does as many of what is left as it likes, inside the transaction that
 * also moves the job’s checkpoint; short chunks (under half a second) keep cancelling prompt. One that has to wait for something does none and is
 * called again: nobody can steer the job while a chunk is under way.
 */
export interface CountedJob extends Common {
  readonly operation: string;
  readonly counted: true;
  run(change: Change, context: CountedContext): Promise<ChunkDone>;
  /** The job has stopped running in this process, for whatever reason: what was kept ready for its chunks can go. */
  release?(jobId: string): void;
}

/** How a durable job does its work. */
export type JobHandler = ItemJob | CountedJob;

export interface NewJob {
  readonly operation: string;
  readonly input: unknown;
  readonly author: Author;
  /** The frozen set, in order; or how many a counted job makes. */
  readonly targets: readonly JobTarget[] | number;
}

export interface Steering {
  /** Who asks: an owner's job is steered by owners alone. */
  readonly by?: Pick<Author, 'operator' | 'role'>;
  /** The transaction to do it in; one of its own, if absent. */
  readonly within?: (work: (tx: Sql) => Promise<void>) => Promise<unknown>;
}
