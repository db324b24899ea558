export { focusedRow } from './BodyRow';
export { isNothing } from './selection';
export type { Selection } from './types';
