import type { JobHandler } from '../jobs/job-handler.js';
import type { Site } from '../data/site.js';
import { cardsUndo } from '../domain/cards/undo.js';
import { usersUndo } from '../domain/users/undo.js';
import { auditOperations } from './audit/index.js';
import { cardsHandlers, cardSteps, expireStaleCards } from './cards/index.js';
import { configHandlers } from './config/index.js';
import { connectionsHandlers } from './connections/handlers.js';
import type { Handlers } from './context.js';
import { deskHandlers } from './desk/handlers.js';
import { prune } from './desk/prune.js';
import { healthHandlers } from './health/handlers.js';
import { jobsHandlers } from './jobs/handlers.js';
import { sessionHandlers } from './session/handlers.js';
import { liftExpiredBans, userSteps, usersHandlers } from './users/index.js';

const audit = auditOperations([cardsUndo, usersUndo]);

/** Every operation of the contract with its one handler. If one is missing, this does not compile. */
export const handlers: Handlers = {
  ...sessionHandlers,
  ...connectionsHandlers,
  ...usersHandlers,
  ...cardsHandlers,
  ...configHandlers,
  ...audit.handlers,
  ...jobsHandlers,
  ...healthHandlers,
  ...deskHandlers,
};

/** The work of durable jobs, by operation. */
export const jobHandlers: readonly JobHandler[] = [...userSteps, ...cardSteps, ...audit.steps];

/** What the console does automatically from time to time. */
export const schedule: readonly ((site: Site) => Promise<unknown>)[] = [
  (site) => liftExpiredBans(site),
  (site) => expireStaleCards(site),
  prune,
];
