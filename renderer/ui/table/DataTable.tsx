import { hashKey } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { rowHeights, usePreferences } from '../../state/preferences';
import { ErrorNotice } from '../ErrorNotice';
import { toast } from '../../state/toast';
import { BodyRow, cellId, placeOf } from './BodyRow';
import { ColumnMenu } from './ColumnMenu';
import { CopyMenu, type CopyTarget } from './CopyMenu';
import { HeaderRow } from './HeaderRow';
import { isSelected, withRows } from './selection';
import { SelectionBar } from './SelectionBar';
import { TableState } from './TableState';
import type { DataTableProps } from './types';
import { useColumns } from './useColumns';
import { useGrid } from './useGrid';
import { useGridKeys } from './useGridKeys';
import { usePages } from './usePages';
import { useRoom } from './useRoom';
import './table.css';

/**
 * The table of all lists: sorting by the server, endless scrolling over keyset pages, selection, keys, column
 * preferences.
 */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const {
    name,
    label,
    columns: all,
    rowId,
    sort,
    onSortChange,
    count,
    selection,
    onSelectionChange,
    activeId,
    selectionActions,
  } = props;
  const { t } = useTranslation('table');
  const gridId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const { density } = usePreferences();
  const height = rowHeights[density];
  const selectable = selectionActions !== undefined;
  const columns = useColumns(name, all, selectable ? 36 : 0, useRoom(scroller, activeId !== undefined));
  const [view, setView] = useState({ from: 0, to: 0 });
  const [copying, setCopying] = useState<CopyTarget | null>(null);
  const pages = usePages(props, view);

  const virtual = useVirtualizer({
    count: pages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    // The header covers the first 32 px of the visible rows.
    scrollPaddingEnd: headHeight,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  const items = virtual.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = items.at(-1)?.index ?? 0;
  useEffect(() => setView({ from, to }), [from, to]);

  const question = hashKey([...props.queryKey, sort]);
  const grid = useGrid(props, pages, columns.placed.length, question, {
    reveal: (index) => {
      virtual.scrollToIndex(index, { align: 'auto' });
      scroller.current?.focus({ preventScroll: true });
    },
    firstShown: () => Math.ceil((scroller.current?.scrollTop ?? 0) / height),
  });
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [question]);
  const cellText = (index: number, at: number): string | null => {
    const row = pages.rowAt(index);
    return row === undefined ? null : (columns.placed[at]?.column.text(row) ?? null);
  };
  const onKeyDown = useGridKeys({
    grid,
    selectable,
    selection,
    onSelectionChange,
    cellText,
    page: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2),
    onCopied: () => toast(t('copied')),
  });

  const onClick = (event: MouseEvent) => {
    const place = placeOf(event);
    if (!place || (event.target instanceof Element && event.target.closest('a, button'))) return;
    if (event.shiftKey && selectable) return grid.go(place, true);
    grid.go(place);
    if (selectable && (place.box || event.ctrlKey || event.metaKey)) return grid.toggle(place.row);
    if (window.getSelection()?.isCollapsed !== false) grid.open(place.row);
  };
  const onContextMenu = (event: MouseEvent) => {
    const place = placeOf(event);
    const cell = place && !place.box ? cellText(place.row, place.column) : null;
    if (!place || cell === null) return;
    event.preventDefault();
    grid.go(place);
    setCopying({
      x: event.clientX,
      y: event.clientY,
      cell,
      row: columns.placed.map((_, at) => cellText(place.row, at) ?? '').join('\t'),
    });
  };

  const shown = pages.inView.map(rowId);
  const chosenShown = shown.filter((id) => isSelected(selection, id)).length;
  const activeVisible = items.some((item) => item.index === grid.active.row);
  const nothing = pages.length === 0;
  return (
    <div className="md-table" data-density={density}>
      <div
        className="md-grid"
        id={gridId}
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={label ?? name}
        aria-multiselectable={selectable}
        aria-rowcount={count?.exact === true ? count.count + 1 : pages.complete ? pages.length + 1 : -1}
        aria-colcount={columns.placed.length + 1}
        aria-busy={!pages.complete && pages.inView.length === 0 && pages.error === null}
        aria-activedescendant={
          activeVisible && !nothing ? cellId(gridId, grid.active.row, grid.active.column) : undefined
        }
        onKeyDown={onKeyDown}
        onFocus={grid.enter}
        onClick={onClick}
        onMouseDown={(event) => (event.shiftKey ? event.preventDefault() : undefined)}
        onContextMenu={onContextMenu}
      >
        <div className="md-grid-inner" role="presentation" style={{ minWidth: columns.totalWidth }}>
          <HeaderRow
            columns={columns}
            sort={sort}
            onSortChange={onSortChange}
            chosen={!selectable ? 'off' : chosenShown === 0 ? 'none' : chosenShown === shown.length ? 'all' : 'some'}
            onChooseAll={(chosen) => onSelectionChange(withRows(selection, shown, chosen))}
          />
          <div className="md-grid-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => {
              const row = pages.rowAt(item.index);
              const id = row === undefined ? null : rowId(row);
              return (
                <BodyRow
                  key={item.key}
                  gridId={gridId}
                  index={item.index}
                  top={item.start}
                  row={row}
                  id={id}
                  columns={columns.placed}
                  selectable={selectable}
                  chosen={id !== null && isSelected(selection, id)}
                  open={id !== null && id === activeId}
                  activeColumn={item.index === grid.active.row ? grid.active.column : null}
                />
              );
            })}
          </div>
        </div>
      </div>
      <ColumnMenu columns={columns} all={all} />
      {nothing ? <TableState {...props} error={pages.error} onRetry={pages.retry} /> : null}
      {!nothing && pages.error !== null ? (
        <div className="md-grid-trouble">
          <ErrorNotice error={pages.error} onRetry={pages.retry} />
        </div>
      ) : null}
      {selectable ? (
        <SelectionBar selection={selection} count={count ?? null} onChange={onSelectionChange}>
          {selectionActions?.(selection)}
        </SelectionBar>
      ) : null}
      <CopyMenu target={copying} onClose={() => setCopying(null)} />
    </div>
  );
}

const headHeight = 32;
