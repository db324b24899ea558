import type { LocalizedText } from '../contract/text.js';
import type { Author, Change } from '../data/write/audited-change.js';
import type { Sql } from '../data/mysql/database.js';
import type { Site } from '../data/site.js';

/** One target of a job: its name, and the state that was shown; null if none was shown. */
export interface JobTarget {
  readonly target: string;
  readonly state: string | null;
}

/** One item of a job's frozen set. */
export interface JobItem extends JobTarget {
  readonly seq: number;
}

/** An item that was left out, with its display name if that differs from the target's own. */
export interface LeftOut {
  readonly seq: number;
  readonly target: string;
}

/** What every chunk of a job is given. */
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
  /** Items done by earlier chunks. */
  readonly from: number;
  /** Items left, at least one. */
  readonly left: number;
}

/** What a chunk did. */
export interface ChunkDone {
  readonly changed: number;
  readonly skipped: number;
}

/** What a chunk of a frozen set did, and which items were no longer as shown. */
export interface ItemsDone extends ChunkDone {
  readonly left: readonly LeftOut[];
}

/** What every kind of job may have besides its work. */
interface Common {
  /** “Issuing 200,000 month keys”, from the job's input and its total. Called for every listed job; must not throw. */
  title?(input: unknown, total: number): LocalizedText;
  /**
   * Called when a stopped job is resumed, in that transaction. Throws if what it did was undone, or if something it
   * needs is gone.
   */
  mayGoOn?(sql: Sql, job: Resumed): Promise<void>;
}

/** A job over a frozen set: does one chunk of it, in the transaction that also moves the job's checkpoint. */
export interface ItemJob extends Common {
  readonly operation: string;
  readonly chunk: number;
  run(change: Change, context: StepContext): Promise<ItemsDone>;
}

/** A job that is being resumed. */
interface Resumed {
  readonly id: string;
  readonly input: unknown;
  readonly total: number;
  readonly auditId: string | null;
}

/**
 * A job that makes a number of things. Each chunk makes as many of the remaining ones as it chooses, in the transaction
 * that also moves the job's checkpoint. Short chunks (under half a second) keep cancelling prompt. A chunk that has to
 * wait for something makes none and is called again, because a job cannot be paused or cancelled during a chunk.
 */
export interface CountedJob extends Common {
  readonly operation: string;
  readonly counted: true;
  run(change: Change, context: CountedContext): Promise<ChunkDone>;
  /** The job has stopped running in this process, for any reason: what was prepared for its chunks can be released. */
  release?(jobId: string): void;
}

/** How a durable job does its work. */
export type JobHandler = ItemJob | CountedJob;

export interface NewJob {
  readonly operation: string;
  readonly input: unknown;
  readonly author: Author;
  /** The frozen set, in order; or the number that a counted job makes. */
  readonly targets: readonly JobTarget[] | number;
}

export interface Steering {
  /** Who asks: only owners may steer an owner's job. */
  readonly by?: Pick<Author, 'operator' | 'role'>;
  /** The transaction to do it in; default: its own. */
  readonly within?: (work: (tx: Sql) => Promise<void>) => Promise<unknown>;
}
