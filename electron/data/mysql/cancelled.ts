import { Refusal } from '../../contract/errors.js';
import { isConnectionLoss, isSilence, isTooSlow, refusalOf, silence, Uncertain } from './errors.js';

/** Throws the reason of a cancelled call. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw reasonOf(signal);
}

/** Why a call was cancelled, as a refusal. */
export function reasonOf(signal: AbortSignal): Refusal {
  return signal.reason instanceof Refusal ? signal.reason : new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' });
}

/** The error of failed work. If the work was cancelled and ended because of that, the reason of the cancellation. */
export function outcomeOf(error: unknown, signal: AbortSignal | undefined): Error {
  if (signal?.aborted !== true || error instanceof Uncertain) return refusalOf(error);
  const reason = reasonOf(signal);
  // If the server did not answer at all, say so: “time is up” would not tell anybody what to do.
  return reason.code === 'timeout' && isSilence(error) ? silence(error) : reason;
}

/**
 * True if the connection failed and nobody cancelled the call. False if no connection could be made in time: that
 * already took long enough.
 */
export function mayAskAgain(error: unknown, signal: AbortSignal | undefined): boolean {
  return (
    error instanceof Refusal && isConnectionLoss(error.cause) && !isTooSlow(error.cause) && signal?.aborted !== true
  );
}
