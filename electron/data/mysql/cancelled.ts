import { Refusal } from '../../contract/errors.js';
import { isConnectionLoss, isSilence, isTooSlow, refusalOf, silence, Uncertain } from './errors.js';

/** Throws the reason of a call that was cancelled. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw reasonOf(signal);
}

/** Why a call was cancelled, as a refusal. */
export function reasonOf(signal: AbortSignal): Refusal {
  return signal.reason instanceof Refusal ? signal.reason : new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' });
}

/** What came of work that failed: its own error, unless it was to end and did. */
export function outcomeOf(error: unknown, signal: AbortSignal | undefined): Error {
  if (signal?.aborted !== true || error instanceof Uncertain) return refusalOf(error);
  const reason = reasonOf(signal);
  // That the time was up tells nobody what to do, where the server did not answer at all.
  return reason.code === 'timeout' && isSilence(error) ? silence(error) : reason;
}

/**
 * True where it was the connection that failed, and nobody has cancelled the call. Not where none was to be had: that
 * took long enough.
 */
export function mayAskAgain(error: unknown, signal: AbortSignal | undefined): boolean {
  return (
    error instanceof Refusal && isConnectionLoss(error.cause) && !isTooSlow(error.cause) && signal?.aborted !== true
  );
}
