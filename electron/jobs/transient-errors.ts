import { setTimeout as wait } from 'node:timers/promises';
import { type ErrorCode, Refusal } from '../contract/errors.js';
import { ordinaryOf } from '../data/mysql/refusals.js';

/** Milliseconds before a failed chunk is retried: `step` more after each failure, at most `longest`. */
export interface RetryPace {
  readonly step: number;
  readonly longest: number;
}

export const standardPace: RetryPace = { step: 500, longest: 3_000 };

/** Tries, half a second to three seconds apart: six minutes. */
const mostTries = 120;
/** The same while the server takes no writes: half a minute, the time of a switch-over, before the operator is told. */
const mostRefusedTries = 12;

/** How a job bears a failure. */
interface Patience {
  /** How often its chunk is tried again before the job stops. */
  readonly tries: number;
  /**
   * True if the failure passes without anybody changing the job: a node died, the server takes no writes, another
   * change is in the way. Then the job never fails for good. It stops here and is taken up by the next look.
   */
  readonly passes: boolean;
}

/** Of errors that are in no table: Redis, the network, a time limit. */
const byCode: Partial<Record<ErrorCode, 'waits' | 'tries'>> = { unavailable: 'waits', timeout: 'tries' };

/** By the table of what servers say, and by the code where an error is not in it. */
export function patienceWith(error: unknown): Patience {
  if (!(error instanceof Refusal)) return { tries: 0, passes: false };
  const ordinary = ordinaryOf(error.cause);
  // A refusal of our own may have such an error as its cause, and mean something else.
  const told = ordinary?.code === error.code ? ordinary.jobs : undefined;
  const jobs = told ?? byCode[error.code];
  if (jobs === undefined) return { tries: 0, passes: false };
  return { tries: error.code === 'read_only' ? mostRefusedTries : mostTries, passes: jobs === 'waits' };
}

/** Waits; an aborted signal ends the wait early, without an error. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
