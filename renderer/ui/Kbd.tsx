import type { ReactElement } from 'react';

/** A key or a combination of keys, as printed on the keyboard: `<Kbd keys="Ctrl K" />`. */
export function Kbd({ keys }: { readonly keys: string }): ReactElement {
  return (
    <span className="md-kbd">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
