import { type RefObject, useEffect, useRef } from 'react';

/** Takes the focus once `wanted` holds, so that it is never lost when one step of a change gives way to the next. */
export function useFocusHere<E extends HTMLElement>(wanted: boolean): RefObject<E | null> {
  const here = useRef<E>(null);
  useEffect(() => {
    if (wanted) here.current?.focus();
  }, [wanted]);
  return here;
}
