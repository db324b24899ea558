import type { Step } from '../../../jobs/step.js';
import type { Handlers } from '../../context.js';
import { notYet } from '../not-yet.js';

/** Card keys to and from files. */
export const filesHandlers = {
  'cards.export': notYet,
  'cards.import.read': notYet,
  'cards.import.report': notYet,
  'cards.import': notYet,
} satisfies Pick<Handlers, 'cards.export' | 'cards.import.read' | 'cards.import.report' | 'cards.import'>;

/** Steps of the jobs that these start. */
export const filesSteps: readonly Step[] = [];
