import { type RefObject, useLayoutEffect, useState } from 'react';

/** The width of an element while `limited`, else null. Follows the window, and a drawer that is dragged. */
export function useRoom(of: RefObject<HTMLElement | null>, limited: boolean): number | null {
  const [width, setWidth] = useState<number | null>(null);
  useLayoutEffect(() => {
    const element = of.current;
    if (!limited || element === null) return undefined;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [of, limited]);
  return limited ? width : null;
}
