import type { ReactElement, ReactNode } from 'react';

/** Names and values, one a line: a thing's facts in a drawer or panel. */
export function DefinitionList({
  rows,
}: {
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
}): ReactElement {
  return (
    <dl className="md-facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
