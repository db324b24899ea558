import {
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  functionalUpdate,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import type { Header } from '@tanstack/react-table';
import { useMemo } from 'react';
import { type ColumnPreferences, useColumnPreferences } from './preferences';
import type { Column } from './types';

const features = tableFeatures({
  columnSizingFeature,
  columnResizingFeature,
  columnVisibilityFeature,
  columnPinningFeature,
});
/** Extra width of the last column, for the menu at the right end of the header. */
const menuRoom = 26;
const noRows: Record<string, never>[] = [];

/** One visible column with its position. `left` is set if it is pinned. */
export interface PlacedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
  /** Its share of the remaining width; 0 keeps its own width. */
  readonly grow: number;
  readonly left: number | null;
  readonly header: Header<typeof features, Record<string, never>>;
}

export interface Columns<Row> {
  readonly placed: readonly PlacedColumn<Row>[];
  readonly totalWidth: number;
  /** The width of the checkboxes at the left. */
  readonly boxWidth: number;
  isHidden(id: string): boolean;
  isPinned(id: string): boolean;
  toggleHidden(id: string): void;
  togglePinned(id: string): void;
  /** For resizing by the keyboard. */
  resize(id: string, width: number): void;
  reset(): void;
}

interface Room extends Pick<ColumnPreferences, 'widths'> {
  readonly hidden: readonly string[];
  readonly pinned: readonly string[];
  /** null: enough for all. */
  readonly room: number | null;
}

/** The columns for which there is no room, the most important ones placed first. A pinned one always stays. */
export function steppedBack(
  columns: readonly Pick<Column<never>, 'id' | 'width' | 'rank'>[],
  { hidden, pinned, widths, room }: Room,
): readonly string[] {
  if (room === null) return [];
  const shown = columns.filter(({ id }) => !hidden.includes(id));
  const ranks = new Map(columns.map(({ id, rank }, place) => [id, rank ?? columns.length + place]));
  const first = (id: string): number => (pinned.includes(id) ? -1 : (ranks.get(id) ?? 0));
  let left = room;
  return shown
    .toSorted((a, b) => first(a.id) - first(b.id))
    .flatMap(({ id, width }) => {
      const wide = widths[id] ?? width;
      if (wide > left && !pinned.includes(id)) return [id];
      left -= wide;
      return [];
    });
}

/**
 * Column widths, hiding and pinning by TanStack Table. It never gets the rows: the table is virtualized, and the server
 * sorts. `room`: the width beside a drawer, within which some columns step back; null without one.
 */
export function useColumns<Row>(
  name: string,
  columns: readonly Column<Row>[],
  boxWidth: number,
  room: number | null,
): Columns<Row> {
  const { preferences, change, reset } = useColumnPreferences(name);
  const defaultPinned = useMemo(() => columns.filter((column) => column.pinned).map((column) => column.id), [columns]);
  const pinned = preferences.pinned ?? defaultPinned;
  const defaultHidden = useMemo(() => columns.filter((column) => column.hidden).map((column) => column.id), [columns]);
  const hidden = preferences.hidden ?? defaultHidden;
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        size: column.width,
        minSize: 56,
        maxSize: 900,
      })),
    [columns],
  );
  const { widths } = preferences;
  const away = useMemo(
    () => steppedBack(columns, { hidden, pinned, widths, room: room === null ? null : room - boxWidth - menuRoom }),
    [columns, hidden, pinned, widths, room, boxWidth],
  );
  const visibility = useMemo(() => Object.fromEntries([...hidden, ...away].map((id) => [id, false])), [hidden, away]);
  const pinning = useMemo(() => ({ start: [...pinned], end: [] }), [pinned]);
  const sizing = useMemo(() => ({ ...preferences.widths }), [preferences.widths]);

  const table = useTable({
    features,
    columns: definitions,
    data: noRows,
    columnResizeMode: 'onChange',
    state: { columnSizing: sizing, columnVisibility: visibility, columnPinning: pinning },
    onColumnSizingChange: (updater) =>
      change((now) => ({ ...now, widths: functionalUpdate(updater, { ...now.widths }) })),
  });

  const byId = new Map(columns.map((column) => [column.id, column]));
  const placed: PlacedColumn<Row>[] = [];
  for (const header of [...table.getStartFlatHeaders(), ...table.getCenterFlatHeaders()]) {
    const column = byId.get(header.column.id);
    if (!column) continue;
    const left = header.column.getIsPinned() ? header.getStart('start') + boxWidth : null;
    const width = header.getSize();
    const kept = left !== null || column.align === 'right' || preferences.widths[column.id] !== undefined;
    placed.push({ column, header, width, left, grow: kept ? 0 : width });
  }
  const end = placed.at(-1);
  if (end && end.left === null) placed.splice(-1, 1, { ...end, width: end.width + menuRoom });

  const toggled = (list: readonly string[], id: string) =>
    list.includes(id) ? list.filter((one) => one !== id) : [...list, id];
  return {
    placed,
    totalWidth: placed.reduce((sum, one) => sum + one.width, boxWidth),
    boxWidth,
    isHidden: (id) => hidden.includes(id),
    isPinned: (id) => pinned.includes(id),
    toggleHidden: (id) => change((now) => ({ ...now, hidden: toggled(now.hidden ?? defaultHidden, id) })),
    togglePinned: (id) => change((now) => ({ ...now, pinned: toggled(now.pinned ?? defaultPinned, id) })),
    resize: (id, width) =>
      change((now) => ({ ...now, widths: { ...now.widths, [id]: Math.min(900, Math.max(56, width)) } })),
    reset,
  };
}
