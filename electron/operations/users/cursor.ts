import * as z from 'zod';
import { Refusal } from '../../contract/errors.js';
import { userSort, type UserSort } from '../../contract/users.js';

/** Where a page ended: the sort's value (null among those that have none, who come last) and the tie-breaker. */
export interface Place {
  readonly value: string | null;
  readonly tie: string;
}

const stamp = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/;
const digits = /^\d{1,20}$/;
const shapes = {
  created: (value: string | null, tie: string) => (value === null || stamp.test(value)) && digits.test(tie),
  username: (value: string | null) => value !== null,
  lastLogin: (value: string | null) => value === null || stamp.test(value),
  points: (value: string | null) => value === null || /^-?\d{1,11}$/.test(value),
} satisfies Record<UserSort, (value: string | null, tie: string) => boolean>;

const cursorShape = z.tuple([userSort, z.boolean(), z.string().max(60).nullable(), z.string().min(1).max(100)]);

/** An opaque place to go on from. Names are kept short enough for the contract's limit by being stored once. */
export function writeCursor(sort: UserSort, descending: boolean, place: Place): string {
  const value = sort === 'username' ? '' : place.value;
  return Buffer.from(JSON.stringify([sort, descending, value, place.tie])).toString('base64url');
}

/** The place that a cursor names. Throws invalid_input for one that another list or nobody made. */
export function readCursor(cursor: string, sort: UserSort, descending: boolean): Place {
  try {
    const [of, down, value, tie] = cursorShape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (of === sort && down === descending && shapes[sort](value, tie))
      return { value: sort === 'username' ? tie : value, tie };
  } catch {
    // Refused below.
  }
  throw new Refusal(
    'invalid_input',
    { zh: '翻页位置无效', en: 'This place in the list is not valid' },
    {
      hint: { zh: '从第一页重新开始。', en: 'Start again from the first page.' },
      details: { field: 'after' },
    },
  );
}
