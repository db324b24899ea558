import { setTimeout as wait } from 'node:timers/promises';
import { Refusal } from '../contract/errors.js';
import { errorNumber } from '../data/mysql/errors.js';

/** Milliseconds before a failed chunk is retried: `step` more after each failure, at most `longest`. */
export interface RetryPace {
  readonly step: number;
  readonly longest: number;
}

export const standardPace: RetryPace = { step: 500, longest: 3_000 };

/** Tries, half a second to three seconds apart, while a server is away or another change is in the way: six minutes. */
const mostTries = 120;
/**
 * The same while the server takes no writes: half a minute, the time of a switch-over. A server set to read-only stays
 * so.
 */
const mostRefusedTries = 12;

/**
 * How often to retry after such a failure: the server was away, took no writes, or another change was in the way. 0 for
 * any other failure: it would fail the same way again.
 */
export function triesAfter(error: unknown): number {
  if (!(error instanceof Refusal)) return 0;
  if (error.code === 'unavailable' || error.code === 'timeout') return mostTries;
  const number = errorNumber(error.cause);
  if (error.code === 'conflict' && (number === 1205 || number === 1213)) return mostTries;
  // No error number: the console is locked, not the server.
  return error.code === 'read_only' && number !== null ? mostRefusedTries : 0;
}

/** Waits; an aborted signal ends the wait early, without an error. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
