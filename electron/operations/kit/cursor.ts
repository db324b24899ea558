import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Refusal } from '../../contract/errors.js';

/**
 * Where a page ended: the sort's value and the tie-breaker. The value is null if the row has none, or if the list is
 * sorted by the tie-breaker alone.
 */
export interface Place {
  readonly value: string | number | null;
  readonly tie: string;
}

/** What a cursor belongs to: the list, its order and its filter. */
export type CursorScope = readonly unknown[];

const shape = z.tuple([z.union([z.string(), z.number(), z.null()]), z.string(), z.string()]);

/** An opaque position to continue from. It is only valid for the list, order and filter that it was made for. */
export function writeCursor({ value, tie }: Place, scope: CursorScope): string {
  const mark = createHash('sha256')
    .update(JSON.stringify([scope, value, tie]))
    .digest('base64url');
  return Buffer.from(JSON.stringify([value, tie, mark.slice(0, 16)])).toString('base64url');
}

/**
 * The position in a cursor. Throws invalid_input for a cursor of another list, order or filter, and for one that no
 * page returned.
 */
export function readCursor(cursor: string, scope: CursorScope): Place {
  try {
    const [value, tie] = shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (writeCursor({ value, tie }, scope) === cursor) return { value, tie };
  } catch {
    // The refusal below handles it.
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
