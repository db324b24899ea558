import type { ReactNode } from 'react';
import { formatNumber, NumberCell } from '../NumberCell';
import { RelativeTime } from '../RelativeTime';
import type { Column } from '../table/types';
import { formatAbsolute } from '../time';

type More = Partial<Pick<Column<never>, 'sortable' | 'pinned' | 'hidden' | 'hideable' | 'mono' | 'align'>>;

/** A column by which rows are known: the first, always there. */
export const lead: More = { pinned: true, hideable: false };

/** Columns of a list in its own words: each is headed `column.<id>`, which `head` reads. */
export function columnsOf<Row>(head: (id: string) => string): {
  /** What is read, copied and shown on hover; `cell` shows it otherwise. */
  text(id: string, width: number, text: (row: Row) => string, cell?: (row: Row) => ReactNode, more?: More): Column<Row>;
  figure(id: string, width: number, of: (row: Row) => number | null, more?: More): Column<Row>;
  moment(id: string, width: number, of: (row: Row) => string | null, more?: More & { fallback?: string }): Column<Row>;
} {
  return {
    text: (id, width, text, cell = text, more = {}) => ({ id, header: head(id), cell, text, width, ...more }),
    figure: (id, width, of, more = {}) => ({
      id,
      header: head(id),
      cell: (row) => <NumberCell value={of(row)} />,
      text: (row) => {
        const value = of(row);
        return value === null ? '' : formatNumber(value);
      },
      align: 'right',
      width,
      ...more,
    }),
    moment: (id, width, of, { fallback, ...more } = {}) => ({
      id,
      header: head(id),
      cell: (row) => <RelativeTime at={of(row)} {...(fallback === undefined ? {} : { fallback })} />,
      text: (row) => {
        const at = of(row);
        return at === null ? '' : formatAbsolute(at);
      },
      width,
      ...more,
    }),
  };
}
