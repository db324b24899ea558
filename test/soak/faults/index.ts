import { userFaults } from './users.js';
import { cardFaults } from './cards.js';
import { rowFaults } from './rows.js';
import { pointFaults } from './points.js';
import { invitationFaults } from './invitations.js';
import { jobFaults } from './jobs.js';
import { routerFaults } from './router.js';
import { writeFaults } from './writes.js';
import { cacheFaults } from './cache.js';
import { moveFaults } from './moves.js';
import { playFaults } from './plays.js';
import { configFaults } from './config.js';
import type { Fault } from './fault.js';

/** All faults, area by area. */
export const faults: readonly Fault[] = [
  ...userFaults,
  ...cardFaults,
  ...rowFaults,
  ...pointFaults,
  ...invitationFaults,
  ...jobFaults,
  ...routerFaults,
  ...writeFaults,
  ...cacheFaults,
  ...moveFaults,
  ...playFaults,
  ...configFaults,
];
