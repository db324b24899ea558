import { useEffect, useState } from 'react';

/** How long a new preview must be visible after a refusal, before it can be confirmed. */
const readMilliseconds = 1_000;

/**
 * Whether the preview with this fingerprint can be confirmed. It is false for null: there is nothing to confirm. After
 * a failure (`again`) the preview may differ from the one that was confirmed. So the operator can confirm it only after
 * one second; until then a second Enter or click is ignored.
 */
export function useConfirmable(fingerprint: string | null, again: boolean): boolean {
  const [stood, setStood] = useState<string | null>(null);
  const waits = again ? fingerprint : null;
  useEffect(() => {
    if (waits === null) return undefined;
    const timer = setTimeout(() => setStood(waits), readMilliseconds);
    return () => {
      clearTimeout(timer);
      setStood(null);
    };
  }, [waits]);
  return fingerprint !== null && (!again || stood === fingerprint);
}
