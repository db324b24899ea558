import type { Sql } from '../data/mysql/database.js';
import type { Imaged, ImagedThing } from '../data/write/row-images.js';
import type { StepOfWork } from './unit-of-work.js';

/**
 * A rule that a domain adds to every undo, besides what data/tables.ts says; operations/index.ts passes them to the
 * audit.
 */
export interface UndoRule {
  /** Targets that must not be restored although their rows are unchanged. `lock`: locks the rows it reads. */
  conflicts?(sql: Sql, things: readonly Imaged[], lock: boolean): Promise<Iterable<string>>;
  /** Changes that must follow once these targets are restored in the tables; returns them by target. */
  follow?(tx: Sql, things: readonly ImagedThing[]): Promise<ReadonlyMap<string, StepOfWork>>;
}
