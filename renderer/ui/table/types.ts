import type { ReactNode } from 'react';

/** One column: `cell` is what is displayed, `text` is for copying and hovering. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  cell(row: Row): ReactNode;
  text(row: Row): string;
  readonly align?: 'right';
  readonly mono?: boolean;
  readonly width: number;
  /** The server can sort by this column. */
  readonly sortable?: boolean;
  /** Pinned at the left by default. */
  readonly pinned?: boolean;
  /** How soon it steps back where a drawer leaves no room for all: the lowest stay longest. Default: by its place. */
  readonly rank?: number;
  /** Hidden by default. */
  readonly hidden?: boolean;
  /** False for a column without which a row cannot be understood. */
  readonly hideable?: boolean;
}

export interface Sort {
  readonly id: string;
  readonly desc: boolean;
}

/** The chosen rows: some by id, or all matching rows except some. */
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
  /** The name under which column preferences are stored; also the id of the grid. */
  readonly name: string;
  /** The name for screen readers. */
  readonly label?: string;
  readonly columns: readonly Column<Row>[];
  rowId(row: Row): string;
  /** Loads one keyset page. It is called again with `after` when the operator scrolls. */
  load(args: LoadArguments): Promise<LoadedPage<Row>>;
  /** Everything that `load` depends on, except sort and cursor: domain, connection, filter. */
  readonly queryKey: readonly unknown[];
  readonly sort: Sort | null;
  onSortChange(sort: Sort | null): void;
  readonly count?: { readonly count: number; readonly exact: boolean } | null;
  readonly selection: Selection;
  onSelectionChange(selection: Selection): void;
  /** Called for Enter or a click on a row. */
  onOpen?(row: Row): void;
  /** The row whose details are open beside the list. */
  readonly activeId?: string;
  readonly empty: ReactNode;
  readonly filteredEmpty?: ReactNode;
  readonly isFiltered: boolean;
  /** Buttons of the bar that appears when rows are chosen. Without them, rows cannot be chosen. */
  selectionActions?(selection: Selection): ReactNode;
}
