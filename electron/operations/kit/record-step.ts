import { configEntries, type Kind } from '../../data/tables.js';
import { cachesIn } from '../../data/write/row-images.js';
import type { Change } from '../../data/write/audited-change.js';
import type { Keys } from '../../data/redis/keys.js';
import { EntryUnitOfWork, type UnitOfWork } from '../../domain/unit-of-work.js';

/**
 * Ends the step of one target: records it in the audit with everything that it changed, and invalidates the caches of
 * that.
 */
export function recordStep(change: Change, keys: Keys, work: UnitOfWork, kind: Kind, target: string): void {
  const { before, after } = work.endStep();
  change.record({ kind, target, before, after });
  change.invalidate([...cachesIn(keys, before), ...cachesIn(keys, after)]);
  if (before[configEntries.place] === undefined || !(work instanceof EntryUnitOfWork)) return;
  change.tally('config', 1);
  change.invalidate([keys.of(work.config.touched.family)]);
}
