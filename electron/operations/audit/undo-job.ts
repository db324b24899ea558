import type { ItemJob } from '../../jobs/job-handler.js';
import { AdminConfig } from '../../data/write/admin-config.js';
import type { UndoRule } from '../../domain/undo-rule.js';
import { findConflicts } from './undo-check.js';
import { putBack, targetsOf } from './targets.js';

/**
 * Undoes a large change in chunks of two thousand things, the last change first; each chunk writes the config once.
 * Things with conflicts are skipped.
 */
export const undoJob = (rules: readonly UndoRule[]): ItemJob => ({
  operation: 'audit.undo',
  chunk: 2_000,
  async run(change, { site, input, items }) {
    const { id } = input as { readonly id: string };
    const config = await AdminConfig.lock(change.tx);
    const targets = await targetsOf(change.tx, id, { seqs: items.map((item) => Number(item.target)) });
    const moved = await findConflicts(change.tx, config, targets, true, rules);
    const standing = targets.filter(({ target }) => !moved.has(target));
    await putBack(change, site, config, standing, rules);
    const names = new Map(targets.map(({ seq, target }) => [String(seq), target]));
    const left = items.flatMap(({ seq, target: of }) => {
      const target = names.get(of) ?? of;
      return names.has(of) && !moved.has(target) ? [] : [{ seq, target }];
    });
    return { changed: standing.length, skipped: left.length, left };
  },
});
