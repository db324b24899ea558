import type { CardRow } from '../../../contract/cards-list.js';
import type { Sql } from '../../../data/mysql/database.js';
import { cardRow, type CardSqlRow, type CardTables } from '../rows.js';
import { batchesOfCards } from '../batch-store.js';

/** The batch of each of these cards, by the card's id, in one query. */
export async function batchesOf(
  sql: Sql,
  rows: readonly CardSqlRow[],
  { tables }: CardTables,
): Promise<ReadonlyMap<string, string>> {
  const ids = rows.map(({ id }) => String(id));
  return tables ? batchesOfCards(sql, ids) : new Map();
}

/** Rows as users see them, each with its batch. */
export async function cardRows(sql: Sql, rows: readonly CardSqlRow[], about: CardTables): Promise<CardRow[]> {
  const batches = await batchesOf(sql, rows, about);
  return rows.map((row) => cardRow(row, batches.get(String(row.id)) ?? null));
}
