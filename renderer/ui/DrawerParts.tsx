import type { ReactElement, ReactNode } from 'react';
import { visible, visibleNode } from './visible';
import './drawer-parts.css';

/** One section of a drawer, with its heading. */
export function DrawerSection({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <section className="md-part">
      <header className="md-part-head">
        <h3>{title}</h3>
        {aside}
      </header>
      {children}
    </section>
  );
}

/** Names and values in two columns; `wide` uses one column, for long values. */
export function DrawerFacts({
  children,
  wide = false,
}: {
  readonly children: ReactNode;
  readonly wide?: boolean;
}): ReactElement {
  return (
    <dl className="md-part-facts" data-wide={wide || undefined}>
      {children}
    </dl>
  );
}

export function DrawerFact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{visibleNode(children)}</dd>
    </div>
  );
}

export interface MiniColumn<Row> {
  readonly header: string;
  readonly render: (row: Row) => ReactNode;
  /** The full text, shown on hover. */
  readonly text?: (row: Row) => string;
  readonly align?: 'right';
  /** Takes the width that the other columns leave. */
  readonly wide?: boolean;
}

export interface MiniTableProps<Row> {
  readonly label: string;
  readonly columns: readonly MiniColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly empty: string;
}

/** A small table inside a drawer. */
export function MiniTable<Row>({ label, columns, rows, rowKey, empty }: MiniTableProps<Row>): ReactElement {
  if (rows.length === 0) return <p className="md-part-none">{empty}</p>;
  return (
    <table className="md-part-mini" aria-label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.header} data-align={column.align} data-wide={column.wide}>
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map((column) => (
              <td
                key={column.header}
                data-align={column.align}
                data-wide={column.wide}
                title={column.text && visible(column.text(row))}
              >
                {visibleNode(column.render(row))}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
