/** The one door to the contract: types only, so that nothing of the main process is bundled into the window. */
export type * from '../electron/contract/index.js';
export type * from '../electron/contract/audit.js';
export type * from '../electron/contract/cards.js';
export type * from '../electron/contract/cards-import.js';
export type * from '../electron/contract/cards-issue.js';
export type * from '../electron/contract/cards-list.js';
export type * from '../electron/contract/common.js';
export type * from '../electron/contract/config.js';
export type * from '../electron/contract/connections.js';
export type * from '../electron/contract/desk.js';
export type * from '../electron/contract/envelope.js';
export type * from '../electron/contract/errors.js';
export type * from '../electron/contract/jobs.js';
export type * from '../electron/contract/operation.js';
export type * from '../electron/contract/session.js';
export type * from '../electron/contract/text.js';
export type * from '../electron/contract/users.js';
