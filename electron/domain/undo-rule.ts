import type { Sql } from '../data/mysql/database.js';
import type { Imaged, ImagedThing } from '../data/write/row-images.js';
import type { StepOfWork } from './unit-of-work.js';

/** What a domain asks of every undo, beyond what data/tables.ts says of its tables; `operations/index.ts` hands the rules to the audit. */
export interface UndoRule {
  /** Targets that must not go back although all of their rows stand. With `lock` what is looked at is held. */
  conflicts?(sql: Sql, things: readonly Imaged[], lock: boolean): Promise<Iterable<string>>;
  /** What has to follow once these are back in the tables; answers what it changed, by target. */
  follow?(tx: Sql, things: readonly ImagedThing[]): Promise<ReadonlyMap<string, StepOfWork>>;
}
