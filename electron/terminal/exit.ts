import type { ErrorCode } from '../contract/errors.js';

/** Exit codes of failures, for scripts. 0 is success; 130 is a shell's code for an interrupted command. */
export const exitCodes = {
  internal: 1,
  invalid_input: 2,
  unauthenticated: 3,
  forbidden: 3,
  read_only: 3,
  not_found: 4,
  conflict: 5,
  stale_preview: 5,
  unavailable: 6,
  timeout: 6,
  unsupported: 7,
  cancelled: 130,
} as const satisfies Record<ErrorCode, number>;

/** The output of a read was lost. A change whose output was lost has the code of the change. */
export const outputLost = 8;
