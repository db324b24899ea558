import { type MouseEvent, memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { visible } from '../visible';
import { cellStyle } from './HeaderRow';
import type { PlacedColumn } from './useColumns';

export interface BodyRowProps<Row> {
  readonly gridId: string;
  readonly index: number;
  readonly top: number;
  /** Undefined while its page is loading: a skeleton is shown. */
  readonly row: Row | undefined;
  /** The id of the row; null while it is loading. */
  readonly id: string | null;
  readonly columns: readonly PlacedColumn<Row>[];
  readonly chosen: boolean;
  readonly selectable: boolean;
  /** True if its details are open beside the list. */
  readonly open: boolean;
  /** The focused column; null if the focus is not in this row. */
  readonly activeColumn: number | null;
}

/** The element id of a cell; the grid refers to the focused cell by it. */
export function cellId(gridId: string, row: number, column: number): string {
  return `${gridId}-${row}-${column}`;
}

/** The id of the focused row; null if there is none. */
export function focusedRow(): string | null {
  return document.querySelector<HTMLElement>('[role="row"][data-active]')?.dataset['id'] ?? null;
}

/** The position of a click: row index, column, and whether it hit the checkbox. */
export function placeOf(event: MouseEvent): { row: number; column: number; box: boolean } | null {
  if (!(event.target instanceof Element)) return null;
  const cell = event.target.closest<HTMLElement>('[data-row]');
  if (!cell) return null;
  const column = Number(cell.dataset['column']);
  return { row: Number(cell.dataset['row']), column: Math.max(0, column), box: column < 0 };
}

function BodyRowPlain<Row>({
  gridId,
  index,
  top,
  row,
  id,
  columns,
  chosen,
  selectable,
  open,
  activeColumn,
}: BodyRowProps<Row>): ReactElement {
  const { t } = useTranslation('table');
  return (
    <div
      className="md-grid-row"
      role="row"
      aria-rowindex={index + 2}
      aria-selected={row === undefined || !selectable ? undefined : chosen}
      data-id={id ?? undefined}
      data-chosen={chosen || undefined}
      data-open={open || undefined}
      data-active={activeColumn === null ? undefined : true}
      style={{ transform: `translateY(${top}px)` }}
    >
      {selectable ? (
        <div
          className="md-grid-cell md-grid-box"
          role="gridcell"
          aria-colindex={1}
          data-pinned
          data-row={index}
          data-column={-1}
        >
          {row === undefined ? null : (
            <input type="checkbox" tabIndex={-1} aria-label={t('choose')} checked={chosen} readOnly />
          )}
        </div>
      ) : null}
      {columns.map((placed, at) => (
        <div
          key={placed.column.id}
          id={cellId(gridId, index, at)}
          className="md-grid-cell"
          role="gridcell"
          aria-colindex={at + 2}
          data-row={index}
          data-column={at}
          data-align={placed.column.align}
          data-mono={placed.column.mono || undefined}
          data-pinned={placed.left === null ? undefined : true}
          data-focus={activeColumn === at || undefined}
          title={row === undefined ? undefined : visible(placed.column.text(row))}
          style={cellStyle(placed)}
        >
          {row === undefined ? (
            <span className="md-skeleton" style={{ width: `${40 + ((index * 7 + at * 13) % 45)}%` }} />
          ) : (
            placed.column.cell(row)
          )}
        </div>
      ))}
    </div>
  );
}

/** One row. It renders again only when something in it has changed. */
export const BodyRow = memo(BodyRowPlain) as typeof BodyRowPlain;
