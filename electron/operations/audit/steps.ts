import type { ItemStep, Step } from '../../jobs/step.js';
import { AdminConfig } from '../../storage/admin-config.js';
import { movedOn } from '../../storage/standing.js';
import { putBack, targetsOf } from './targets.js';

/** Undoes a large change two thousand things at a time (each chunk writes the config once), the last touched first; what has moved on is skipped. */
const undoStep: ItemStep = {
  operation: 'audit.undo',
  chunk: 2_000,
  async run(change, { site, input, items }) {
    const { id } = input as { readonly id: string };
    const config = await AdminConfig.lock(change.tx);
    const targets = await targetsOf(change.tx, id, { seqs: items.map((item) => Number(item.target)) });
    const moved = await movedOn(change.tx, config, targets, true);
    const standing = targets.filter(({ target }) => !moved.has(target));
    await putBack(change, site, config, standing);
    return { changed: standing.length, skipped: items.length - standing.length };
  },
};

/** Steps of the jobs that audit operations start. */
export const auditSteps: readonly Step[] = [undoStep];
