import type { AdminConfig, EntryImages, EntryOwner } from '../data/write/admin-config.js';
import type { Images } from '../data/write/audited-change.js';
import type { Sql } from '../data/mysql/database.js';
import { configEntries } from '../data/tables.js';
import type { TrackedRows, Values } from './tracked-rows.js';

/** What one step changed, by table and in the config, as the audit stores it. */
export interface StepOfWork {
  readonly before: Images;
  readonly after: Images;
}

const noEntries: EntryImages = { before: [], after: [] };

/**
 * Rows of several tables that one change edits: in memory, step by step, written once. A step is the change of one
 * target; its images are made from the edits, so none is written by hand. A change that also edits entries of the
 * config uses `EntryUnitOfWork`.
 */
export class UnitOfWork {
  readonly #tables: Pick<TrackedRows<Values>, 'table' | 'images' | 'write'>[] = [];

  /**
   * Adds the rows of a table: their images belong to the steps. Tables are written in the order in which they are
   * added.
   */
  track<T extends Pick<TrackedRows<Values>, 'table' | 'images' | 'write'>>(rows: T): T {
    this.#tables.push(rows);
    return rows;
  }

  /** Ends a step and returns what it changed. */
  endStep(): StepOfWork {
    const all = [
      ...this.#tables.map((rows) => ({ place: rows.table, ...rows.images() })),
      { place: configEntries.place, ...this.takeEntries() },
    ];
    const changed = all.filter(({ before, after }) => before.length + after.length > 0);
    return {
      before: Object.fromEntries(changed.map(({ place, before }) => [place, before])) as Images,
      after: Object.fromEntries(changed.map(({ place, after }) => [place, after])) as Images,
    };
  }

  /** Writes the changed rows, once, at the end. Returns how many rows. */
  async writeRows(tx: Sql): Promise<number> {
    let written = 0;
    for (const rows of this.#tables) written += await rows.write(tx);
    return written;
  }

  /** Images of the entry that the step changed; the next step starts without them. */
  protected takeEntries(): EntryImages {
    return noEntries;
  }
}

/** A unit of work that also edits users' entries in the config. */
export class EntryUnitOfWork extends UnitOfWork {
  readonly config: AdminConfig;
  #entries: EntryImages = noEntries;

  /** `config`: locked before the rows; the caller saves it after `writeRows`. */
  constructor(config: AdminConfig) {
    super();
    this.config = config;
  }

  /**
   * Sets fields of a user's entry (undefined removes one); a missing entry is added if `create`. One entry per step.
   */
  editEntry(owner: EntryOwner, fields: Readonly<Record<string, unknown>>, create: boolean): void {
    this.#entries = this.config.edit(owner, fields, create);
  }

  /** Removes a user's entry. One entry per step. */
  removeEntry(username: string): void {
    this.#entries = this.config.remove(username);
  }

  protected override takeEntries(): EntryImages {
    const entries = this.#entries;
    this.#entries = noEntries;
    return entries;
  }
}
