import type { Parsed } from '../../../contract/index.js';
import type { Database, Sql } from '../../../data/mysql/database.js';
import type { Part } from '../../../data/mysql/sql.js';
import { grouped } from '../../kit/list-query.js';
import { conditionsOf, nothingToExport } from '../../kit/selection.js';
import { matchingCards } from '../filter.js';
import { cardsQuery } from '../list/list.js';
import { type CardTables, stateSql } from '../rows.js';
import { chooseCards } from '../selection.js';
import type { ExportCard } from './card.js';

/** The cards of an export. It is always one query, so that the list's order holds over all of them. */
export interface Exported {
  readonly from: Part;
  /** Ids of cards that were chosen one by one; null if a filter decides. */
  readonly ids: readonly string[] | null;
}

/** Finds the cards of an export. Throws not_found if the choice contains none. */
export async function exportedCards(
  sql: Sql,
  { who, filter }: Pick<Parsed<'cards.export'>, 'who' | 'filter'>,
  about: CardTables,
): Promise<Exported> {
  if (who === undefined) return { from: await matchingCards(sql, filter, about), ids: null };
  const chosen = await chooseCards(sql, who, about);
  if (chosen.ids?.length === 0) throw nothingToExport();
  return { from: await matchingCards(sql, chosen.filter, about, conditionsOf(chosen)), ids: chosen.ids };
}

type Row = Omit<ExportCard, 'id' | 'batch'> & { readonly id: string | number };

/** The cards in the list's order, streamed in groups, each card with its batch. */
export async function* exportRows(
  db: Database,
  { from }: Exported,
  order: Pick<Parsed<'cards.export'>, 'sort' | 'descending'>,
  about: CardTables,
  size: number,
  signal: AbortSignal,
): AsyncGenerator<readonly ExportCard[]> {
  const batchOf = await batchFinder(db, about, signal);
  const columns = `c.id, c.plain_key, c.key_hash, c.key_type, ${stateSql(about)} AS state, c.created_at, c.expires_at, c.bound_to, c.bound_at,
    (SELECT k.username FROM user_card_keys k WHERE k.key_hash = c.key_hash LIMIT 1) AS assigned`;
  const { sql, parameters } = cardsQuery.ordered(columns, from, order);
  for await (const rows of grouped(db.stream<Row>(sql, parameters, signal), size))
    yield rows.map((row) => ({ ...row, id: String(row.id), batch: batchOf(Number(row.id)) }));
}

/** How many of the cards of an export each batch has. */
export async function cardsByBatch(
  db: Database,
  { from }: Exported,
  about: CardTables,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  if (!about.tables) return counts;
  const batchOf = await batchFinder(db, about, signal);
  for await (const { id } of db.stream<Pick<Row, 'id'>>(`SELECT c.id ${from.sql}`, from.parameters, signal)) {
    const batch = batchOf(Number(id));
    if (batch !== null) counts.set(batch, (counts.get(batch) ?? 0) + 1);
  }
  return counts;
}

/** Finds a card's batch by its id. All ranges are read once: a few dozen for a million cards. */
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
