import type { ReactElement, ReactNode } from 'react';
import { visibleNode } from './visible';

/** Names and values, one pair per line: the facts about something, in a drawer or panel. */
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
          <dd>{visibleNode(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
