import type { ReactNode } from 'react';
import { formatNumber, NumberCell } from '../NumberCell';
import { AbsoluteTime, RelativeTime } from '../RelativeTime';
import type { Column } from '../table/types';
import { formatAbsolute } from '../time';
import { visible } from '../visible';

type More = Partial<Pick<Column<never>, 'sortable' | 'pinned' | 'hidden' | 'hideable' | 'mono' | 'align'>>;

/** The column that identifies a row: it is the first, and it cannot be hidden. */
export const lead: More = { pinned: true, hideable: false };

/**
 * Makes the columns of a list. The header text of each is `column.<id>`, read by `head`. `kept`: the columns that stay
 * longest beside a drawer, the most important one first.
 */
export function columnsOf<Row>(
  head: (id: string) => string,
  kept = '',
): {
  /** The text to copy, also shown on hover; `cell` can display it differently. */
  text(id: string, width: number, text: (row: Row) => string, cell?: (row: Row) => ReactNode, more?: More): Column<Row>;
  figure(id: string, width: number, of: (row: Row) => number | null, more?: More): Column<Row>;
  /** A time relative to now; `exact`: date and time. */
  moment(
    id: string,
    width: number,
    of: (row: Row) => string | null,
    more?: More & { fallback?: string; exact?: boolean },
  ): Column<Row>;
} {
  const first = kept.split(' ');
  const ranked = (id: string) => ({ id, header: head(id), ...(first.includes(id) ? { rank: first.indexOf(id) } : {}) });
  return {
    text: (id, width, text, cell = (row) => visible(text(row)), more = {}) => ({
      ...ranked(id),
      cell,
      text,
      width,
      ...more,
    }),
    figure: (id, width, of, more = {}) => ({
      ...ranked(id),
      cell: (row) => <NumberCell value={of(row)} />,
      text: (row) => {
        const value = of(row);
        return value === null ? '' : formatNumber(value);
      },
      align: 'right',
      width,
      ...more,
    }),
    moment: (id, width, of, { fallback, exact = false, ...more } = {}) => ({
      ...ranked(id),
      cell: (row) =>
        exact ? (
          <AbsoluteTime at={of(row)} />
        ) : (
          <RelativeTime at={of(row)} {...(fallback === undefined ? {} : { fallback })} />
        ),
      text: (row) => {
        const at = of(row);
        return at === null ? '' : formatAbsolute(at);
      },
      width,
      ...more,
    }),
  };
}
