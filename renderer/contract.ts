/** The only import of the contract here: types only, so that no code of the main process is bundled into the window. */
export type * from '../electron/contract/index.js';
export type * from '../electron/contract/common.js';
export type * from '../electron/contract/envelope.js';
export type * from '../electron/contract/errors.js';
export type * from '../electron/contract/operation.js';
export type * from '../electron/contract/text.js';
