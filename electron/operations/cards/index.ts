import type { JobHandler } from '../../jobs/job-handler.js';
import type { HandlersOf } from '../context.js';
import { changeHandlers, changeSteps } from './change/index.js';
import { filesHandlers, filesSteps } from './files.js';
import { issueHandlers, issueSteps } from './issue/index.js';
import { listHandlers } from './list/index.js';

export { expireStaleCards } from './change/index.js';

/** Everything that can be done with card keys. */
export const cardsHandlers = {
  ...listHandlers,
  ...issueHandlers,
  ...filesHandlers,
  ...changeHandlers,
} satisfies HandlersOf<'cards'>;

/** Steps of the jobs that card operations start. */
export const cardSteps: readonly JobHandler[] = [...issueSteps, ...filesSteps, ...changeSteps];
