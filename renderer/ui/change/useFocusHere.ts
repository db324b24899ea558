import { type RefObject, useEffect, useRef } from 'react';

/** Takes the focus once `wanted` is true, so that the focus is not lost when a change moves to its next step. */
export function useFocusHere<E extends HTMLElement>(wanted: boolean): RefObject<E | null> {
  const here = useRef<E>(null);
  useEffect(() => {
    if (wanted) here.current?.focus();
  }, [wanted]);
  return here;
}
