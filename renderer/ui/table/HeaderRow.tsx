import { IconArrowDown, IconArrowUp, IconPinFilled } from '@tabler/icons-react';
import type { CSSProperties, KeyboardEvent, ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sort } from './types';
import type { Columns, PlacedColumn } from './useColumns';

export interface HeaderRowProps<Row> {
  readonly columns: Columns<Row>;
  readonly sort: Sort | null;
  onSortChange(sort: Sort): void;
  /** The checkbox at the left: all visible rows are chosen, some, or none; `off` if rows cannot be chosen. */
  readonly chosen: 'all' | 'some' | 'none' | 'off';
  onChooseAll(chosen: boolean): void;
}

/** The width and the sticky position of a cell, the same for header and body. */
export function cellStyle<Row>({ width, grow, left }: PlacedColumn<Row>): CSSProperties {
  return left === null ? { width, flexGrow: grow } : { width, left };
}

/** The header: sorting, resizing by mouse or Alt+arrows, and the checkbox that chooses the visible rows. */
export function HeaderRow<Row>({
  columns,
  sort,
  onSortChange,
  chosen,
  onChooseAll,
}: HeaderRowProps<Row>): ReactElement {
  const { t } = useTranslation('table');
  return (
    <div className="md-grid-head" role="rowgroup">
      <div className="md-grid-row" role="row" aria-rowindex={1}>
        {chosen === 'off' ? null : (
          <div className="md-grid-cell md-grid-box" role="columnheader" aria-colindex={1} data-pinned>
            <input
              type="checkbox"
              aria-label={t('chooseShown')}
              checked={chosen === 'all'}
              ref={(box) => {
                if (box) box.indeterminate = chosen === 'some';
              }}
              onChange={(event) => onChooseAll(event.currentTarget.checked)}
            />
          </div>
        )}
        {columns.placed.map((placed, index) => (
          <HeaderCell
            key={placed.column.id}
            placed={placed}
            index={index}
            columns={columns}
            sort={sort}
            onSortChange={onSortChange}
          />
        ))}
      </div>
    </div>
  );
}

interface HeaderCellProps<Row> extends Pick<HeaderRowProps<Row>, 'columns' | 'sort' | 'onSortChange'> {
  readonly placed: PlacedColumn<Row>;
  readonly index: number;
}

function HeaderCell<Row>({ placed, index, columns, sort, onSortChange }: HeaderCellProps<Row>): ReactElement {
  const { column, header, width, left } = placed;
  const { t } = useTranslation('table');
  const sorted = sort?.id === column.id ? sort : null;
  const resize = header.getResizeHandler();
  const nudge = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    event.stopPropagation();
    columns.resize(column.id, width + (event.key === 'ArrowRight' ? 16 : -16));
  };
  return (
    <div
      className="md-grid-cell"
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={sorted ? (sorted.desc ? 'descending' : 'ascending') : undefined}
      data-align={column.align}
      data-pinned={left === null ? undefined : true}
      style={cellStyle(placed)}
    >
      {column.sortable ? (
        <button
          type="button"
          className="md-grid-sort"
          title={column.header}
          onKeyDown={nudge}
          onClick={() => onSortChange({ id: column.id, desc: sorted ? !sorted.desc : column.align === 'right' })}
        >
          <span>{column.header}</span>
          {sorted ? (
            sorted.desc ? (
              <IconArrowDown size={13} aria-hidden />
            ) : (
              <IconArrowUp size={13} aria-hidden />
            )
          ) : null}
        </button>
      ) : (
        <span className="md-grid-label" title={column.header}>
          {column.header}
        </span>
      )}
      {left === null ? null : <IconPinFilled className="md-grid-pin" size={10} aria-label={t('pinned')} />}
      <div
        className="md-grid-resize"
        role="presentation"
        onMouseDown={resize}
        onTouchStart={resize}
        onDoubleClick={() => columns.resize(column.id, column.width)}
        data-active={header.column.getIsResizing() || undefined}
      />
    </div>
  );
}
