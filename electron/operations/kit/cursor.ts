import * as z from 'zod';
import { Refusal } from '../../contract/errors.js';

/** Where a page ended: the sort's value (null among those that have none, who come last) and the tie-breaker. */
export interface Place {
  readonly value: string | null;
  readonly tie: string;
}

/** What a place may hold, for each sort. */
export type Shapes<Sort extends string> = Readonly<Record<Sort, (value: string | null, tie: string) => boolean>>;

/** A time as the database writes it. */
export const stamp = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/;
/** An id. */
export const digits = /^\d{1,20}$/;

const shape = z.tuple([z.string(), z.boolean(), z.string().max(60).nullable(), z.string().min(1).max(100)]);

/** An opaque place to go on from. */
export function writeCursor(sort: string, descending: boolean, place: Place): string {
  return Buffer.from(JSON.stringify([sort, descending, place.value, place.tie])).toString('base64url');
}

/** The place that a cursor names. Throws invalid_input for one that another list or nobody made. */
export function readCursor<Sort extends string>(
  cursor: string,
  sort: Sort,
  descending: boolean,
  shapes: Shapes<Sort>,
): Place {
  try {
    const [of, down, value, tie] = shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (of === sort && down === descending && shapes[sort](value, tie)) return { value, tie };
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
