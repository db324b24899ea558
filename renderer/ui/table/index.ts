export { DataTable } from './DataTable';
export { everything, isNothing, isSelected, noSelection, selectedCount, withRows } from './selection';
export type { Column, DataTableProps, LoadArguments, LoadedPage, Selection, Sort } from './types';
