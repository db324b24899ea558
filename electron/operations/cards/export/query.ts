import { Refusal } from '../../../contract/errors.js';
import type { Parsed } from '../../../contract/index.js';
import type { Database, Sql } from '../../../data/mysql/database.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { type Part, part } from '../../../data/mysql/sql.js';
import { matchingCards, whole } from '../filter.js';
import { orderSql } from '../list/page.js';
import { type CardTables, stateSql } from '../rows.js';
import { resolveCards } from '../selection.js';
import type { ExportCard } from './card.js';

/** Cards that an export is about, as one query whatever was chosen, so that the list's order holds over all of them. */
export interface Exported {
  readonly from: Part;
  /** Ids of cards that were chosen one by one; null where a filter says which. */
  readonly ids: readonly string[] | null;
}

/** Which cards an export is about. Throws not_found where a choice means none. */
export async function exportedCards(
  sql: Sql,
  { who, filter }: Pick<Parsed<'cards.export'>, 'who' | 'filter'>,
  about: CardTables,
): Promise<Exported> {
  if (who === undefined) return { from: await matchingCards(sql, filter, about), ids: null };
  const { parts } = await resolveCards(sql, who, about);
  if ('filter' in who) return { from: onlyPart(parts), ids: null };
  const ids: string[] = [];
  for (const { sql: from, parameters } of parts) {
    const rows = await sql.rows<{ id: string | number }>(`SELECT c.id ${from}`, parameters);
    for (const { id } of rows) ids.push(String(id));
  }
  if (ids.length === 0) throw nothing();
  const chosen = part(
    'c.id IN (?)',
    ids.map((id) => keyParameter(id)),
  );
  return { from: whole(part('FROM card_keys c'), about.tables, [chosen]), ids };
}

function onlyPart(parts: readonly Part[]): Part {
  const [only] = parts;
  if (only === undefined || parts.length > 1) throw new Error('a filter is one query');
  return only;
}

/** How many cards that is, counted now. */
export async function countExported(sql: Sql, { from }: Exported): Promise<number> {
  const [row] = await sql.rows<{ found: string }>(`SELECT COUNT(*) AS found ${from.sql}`, from.parameters);
  return Number(row?.found ?? 0);
}

type Row = Omit<ExportCard, 'id' | 'batch'> & { readonly id: string | number };

/** The cards in the list's order, in batches, streamed; each with its batch. */
export async function* exportRows(
  db: Database,
  { from }: Exported,
  { sort, descending }: Pick<Parsed<'cards.export'>, 'sort' | 'descending'>,
  about: CardTables,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<readonly ExportCard[]> {
  const batchOf = await batchFinder(db, about, signal);
  const sql = `SELECT c.id, c.plain_key, c.key_hash, c.key_type, ${stateSql(about)} AS state, c.created_at, c.expires_at, c.bound_to, c.bound_at,
    (SELECT k.username FROM user_card_keys k WHERE k.key_hash = c.key_hash LIMIT 1) AS assigned ${from.sql} ORDER BY ${orderSql(sort, descending)}`;
  let cards: ExportCard[] = [];
  for await (const row of db.stream<Row>(sql, from.parameters, signal)) {
    cards.push({ ...row, id: String(row.id), batch: batchOf(Number(row.id)) });
    if (cards.length < size) continue;
    yield cards;
    cards = [];
  }
  if (cards.length > 0) yield cards;
}

/** Looks a card's batch up by its id: all ranges are read once, a few dozen for a million cards. */
async function batchFinder(
  db: Database,
  { tables }: CardTables,
  signal: AbortSignal,
): Promise<(id: number) => string | null> {
  if (!tables) return () => null;
  const rows = await db.rows<Record<'first_id' | 'last_id' | 'batch_id', string | number>>(
    'SELECT first_id, last_id, batch_id FROM console_card_ranges ORDER BY first_id',
    [],
    signal,
  );
  const ranges = rows.map((row) => ({
    first: Number(row.first_id),
    last: Number(row.last_id),
    batch: String(row.batch_id),
  }));
  return (id) => {
    let [low, high] = [0, ranges.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = ranges[middle];
      if (range === undefined) return null;
      if (id < range.first) high = middle - 1;
      else if (id > range.last) low = middle + 1;
      else return range.batch;
    }
    return null;
  };
}

/** An export of nothing makes no file. */
export function nothing(): Refusal {
  return new Refusal(
    'not_found',
    { zh: '没有符合条件的卡密，没有可导出的内容', en: 'No card key matches: there is nothing to export' },
    { hint: { zh: '放宽筛选条件。', en: 'Widen the filter.' } },
  );
}
