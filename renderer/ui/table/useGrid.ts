import { useRef, useState } from 'react';
import { isSelected, withRows } from './selection';
import type { DataTableProps } from './types';
import type { Pages } from './usePages';

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Grid<Row> {
  /** `row` is −1 until the grid has had the focus. */
  readonly active: Place;
  /** Moves the focused cell; `extend` chooses all rows from the anchor to the new position. */
  go(to: Place, extend?: boolean): void;
  toggle(index: number): void;
  /** Chooses all rows from the anchor to this index. */
  extendTo(index: number): void;
  open(index: number): void;
  /** Call it when the grid gets the focus: it needs a focused cell. */
  enter(): void;
  readonly rows: Pages<Row>;
}

type Wishes<Row> = Pick<DataTableProps<Row>, 'rowId' | 'selection' | 'onSelectionChange' | 'onOpen' | 'activeId'>;

/**
 * The focused cell and the selection of a grid, and how one moves the other. `question`: what the rows answer. Another
 * question has other rows, so the focus begins with the first of them.
 */
export function useGrid<Row>(
  wishes: Wishes<Row>,
  rows: Pages<Row>,
  columns: number,
  question: string,
  view: { reveal(index: number): void; firstShown(): number },
): Grid<Row> {
  const [placed, setPlaced] = useState<Place & { readonly question: string }>({ row: -1, column: 0, question });
  const place: Place = placed.question === question ? placed : { ...placed, row: Math.min(0, placed.row) };
  const setPlace = (to: Place) => setPlaced({ ...to, question });
  const active = { row: Math.min(place.row, rows.length - 1), column: Math.min(place.column, columns - 1) };
  const anchor = useRef<number | null>(null);
  const { rowId, selection, onSelectionChange, onOpen, activeId } = wishes;

  const open = (index: number) => {
    const row = rows.rowAt(index);
    if (row !== undefined) onOpen?.(row);
  };
  const extendTo = (index: number) => {
    const from = anchor.current ?? Math.max(0, active.row);
    anchor.current = from;
    void rows
      .between(Math.min(from, index), Math.max(from, index))
      .then((range) => onSelectionChange(withRows(selection, range.map(rowId), true)));
  };
  return {
    active,
    rows,
    open,
    extendTo,
    enter: () => {
      if (place.row < 0) setPlace({ row: view.firstShown(), column: 0 });
    },
    go: (to, extend = false) => {
      const next = {
        row: clamp(place.row < 0 && to.row < 1 ? view.firstShown() : to.row, rows.length),
        column: clamp(to.column, columns),
      };
      if (extend) extendTo(next.row);
      else anchor.current = null;
      setPlace(next);
      view.reveal(next.row);
      if (!extend && activeId !== undefined && next.row !== active.row) open(next.row);
    },
    toggle: (index) => {
      const row = rows.rowAt(index);
      if (row === undefined) return;
      anchor.current = index;
      const id = rowId(row);
      onSelectionChange(withRows(selection, [id], !isSelected(selection, id)));
    },
  };
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(length - 1, value));
}
