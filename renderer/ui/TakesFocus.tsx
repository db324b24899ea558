import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';

/**
 * Takes the focus whenever something else is to be read here, so that neither is it lost nor does a second Enter do
 * what nobody has read. Nothing takes it while `by` is null.
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
