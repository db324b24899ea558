import type { CardRow } from '../../../contract/cards-list.js';
import type { Count, Page } from '../../../contract/common.js';
import type { Parsed } from '../../../contract/index.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';
import { readCursor, writeCursor } from '../../kit/cursor.js';
import { estimateOf } from '../../kit/estimate.js';
import { cardFilterParts, whole } from '../filter.js';
import type { CardSqlRow } from '../rows.js';
import { cardRows } from './batch-of.js';
import { firstPhase, hasNulls, type Phase, phaseSql, placeOf, shapes } from './page.js';

/** One page of cards: one query, or two where the page crosses from bound cards to those that nobody has. Plain text never leaves the server. */
export async function listCards(input: Parsed<'cards.list'>, { site, signal }: SiteContext): Promise<Page<CardRow>> {
  const { sort, descending, limit } = input;
  const place = input.after === undefined ? null : readCursor(input.after, sort, descending, shapes);
  const sql = abortable(site.db, signal);
  const about = { tables: await site.has('cards') };
  const send = async (of: Phase, rows: number): Promise<CardSqlRow[]> => {
    const page = await phaseSql(sql, input, about, of, place, rows);
    return sql.rows<CardSqlRow>(page.sql, page.parameters);
  };
  const phase = firstPhase(sort, place);
  let rows = await send(phase, limit + 1);
  if (phase === 'values' && hasNulls(input) && rows.length <= limit)
    rows = rows.concat(await send('nulls', limit + 1 - rows.length));
  const last = rows[limit - 1];
  return {
    rows: await cardRows(sql, rows.slice(0, limit), about),
    next: rows.length > limit && last !== undefined ? writeCursor(sort, descending, placeOf(last, sort)) : null,
  };
}

/** How many cards match. Without a filter the server's estimate will do, unless an exact number is asked for. */
export async function countCards(
  { filter, exact }: Parsed<'cards.count'>,
  { site, signal }: SiteContext,
): Promise<Count> {
  if (!exact && Object.values(filter).every((value) => value === undefined)) {
    const estimate = await estimateOf(site.db, 'card_keys', signal);
    if (estimate !== null) return { count: estimate, exact: false };
  }
  const sql = abortable(site.db, signal);
  const { from, marks, conditions } = await cardFilterParts(sql, filter, { tables: await site.has('cards') });
  const all = whole(from, marks, conditions);
  const [row] = await sql.rows<{ found: string }>(`SELECT COUNT(*) AS found ${all.sql}`, all.parameters);
  return { count: Number(row?.found ?? 0), exact: true };
}
