import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from '../contract/errors.js';
import { errorNumber } from '../storage/mysql/errors.js';

/** True when waiting may help: the server was away, or another change stood in the way. Any other conflict would be the same the next time. */
export function isConnectionTrouble(error: unknown): boolean {
  if (!(error instanceof Refusal)) return false;
  if (error.code === 'unavailable' || error.code === 'timeout') return true;
  const number = errorNumber(error.cause);
  return error.code === 'conflict' && (number === 1205 || number === 1213);
}

/** Waits; an aborted signal ends the wait early, without an error. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
