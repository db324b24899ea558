import { useEffect, useState } from 'react';

/** How long a preview that came in place of a refused one is there to be read. */
const readMilliseconds = 1_000;

/**
 * Whether the preview of this fingerprint may be confirmed; null where there is none to confirm. After a failure
 * (`again`) another may stand there than was confirmed: a second Enter or click is not taken for it until it has stood
 * for a second.
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
