import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';

/**
 * Takes the focus whenever `by` changes, because new content has appeared here. So the focus is not lost, and a second
 * Enter does not confirm something that nobody has read. If `by` is null, the focus stays where it is.
 */
export function TakesFocus({ by, children }: { readonly by: unknown; readonly children: ReactNode }): ReactElement {
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (by !== null) here.current?.focus();
  }, [by]);
  return (
    <div ref={here} className="md-takes-focus" tabIndex={-1}>
      {children}
    </div>
  );
}
