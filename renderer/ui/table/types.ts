import type { ReactNode } from 'react';

/** One column: `cell` for the eye, `text` for the clipboard and the hover. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  cell(row: Row): ReactNode;
  text(row: Row): string;
  readonly align?: 'right';
  readonly mono?: boolean;
  readonly width: number;
  /** The server can sort by it. */
  readonly sortable?: boolean;
  /** Pinned at the left until the operator says otherwise. */
  readonly pinned?: boolean;
  /** Out of sight until the operator asks for it. */
  readonly hidden?: boolean;
  /** False for a column without which a row means nothing. */
  readonly hideable?: boolean;
}

export interface Sort {
  readonly id: string;
  readonly desc: boolean;
}

/** Chosen rows: some by name, or all that match less some taken out. */
export type Selection =
  | { readonly mode: 'some'; readonly ids: ReadonlySet<string> }
  | { readonly mode: 'all'; readonly except: ReadonlySet<string> };

export interface LoadArguments {
  readonly after?: string;
  readonly limit: number;
  readonly sort: Sort | null;
  readonly signal: AbortSignal;
}

export interface LoadedPage<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export interface DataTableProps<Row> {
  /** Name under which column widths, order and hiding are remembered; also the grid's id. */
  readonly name: string;
  /** What a screen reader calls the grid. */
  readonly label?: string;
  readonly columns: readonly Column<Row>[];
  rowId(row: Row): string;
  /** One keyset page. Called again with `after` as the operator scrolls. */
  load(args: LoadArguments): Promise<LoadedPage<Row>>;
  /** Everything that `load` depends on except sort and cursor: domain, connection, filter. */
  readonly queryKey: readonly unknown[];
  readonly sort: Sort | null;
  onSortChange(sort: Sort | null): void;
  readonly count?: { readonly count: number; readonly exact: boolean } | null;
  readonly selection: Selection;
  onSelectionChange(selection: Selection): void;
  /** Enter or a click on a row. */
  onOpen?(row: Row): void;
  /** The row whose details are open beside the list. */
  readonly activeId?: string;
  readonly empty: ReactNode;
  readonly filteredEmpty?: ReactNode;
  readonly isFiltered: boolean;
  /** Buttons of the bar that appears when rows are chosen. Without it rows cannot be chosen at all. */
  selectionActions?(selection: Selection): ReactNode;
}
