import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from '../contract/errors.js';

/** True when waiting may help: the server was away, or another change stood in the way. */
export function isConnectionTrouble(error: unknown): boolean {
  return (
    error instanceof Refusal && (error.code === 'unavailable' || error.code === 'conflict' || error.code === 'timeout')
  );
}

/** Waits; an aborted signal ends the wait early, without an error. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
