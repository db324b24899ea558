import type { UserSort } from '../../contract/users.js';
import { digits, type Place, readCursor as read, type Shapes, stamp, writeCursor as write } from '../kit/cursor.js';

export type { Place } from '../kit/cursor.js';

const shapes: Shapes<UserSort> = {
  created: (value, tie) => (value === null || stamp.test(value)) && digits.test(tie),
  username: (value) => value !== null,
  lastLogin: (value) => value === null || stamp.test(value),
  points: (value) => value === null || /^-?\d{1,11}$/.test(value),
};

/** An opaque place to go on from. Names are kept short enough for the contract's limit by being stored once. */
export function writeCursor(sort: UserSort, descending: boolean, place: Place): string {
  return write(sort, descending, sort === 'username' ? { value: '', tie: place.tie } : place);
}

/** The place that a cursor names. Throws invalid_input for one that another list or nobody made. */
export function readCursor(cursor: string, sort: UserSort, descending: boolean): Place {
  const { value, tie } = read(cursor, sort, descending, shapes);
  return { value: sort === 'username' ? tie : value, tie };
}
