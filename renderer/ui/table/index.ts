export { DataTable } from './DataTable';
export { isNothing, noSelection } from './selection';
export type { Column, LoadArguments, Selection } from './types';
