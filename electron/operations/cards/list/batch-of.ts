import type { CardRow } from '../../../contract/cards-list.js';
import type { Sql } from '../../../data/mysql/database.js';
import { cardRow, type CardSqlRow, type CardTables } from '../rows.js';
import { batchesOfCards } from '../batch-store.js';

/** Rows of a page as people see them: each with its batch, asked for once for the whole page. */
export async function cardRows(sql: Sql, rows: readonly CardSqlRow[], { tables }: CardTables): Promise<CardRow[]> {
  const batches = tables
    ? await batchesOfCards(
        sql,
        rows.map(({ id }) => String(id)),
      )
    : null;
  return rows.map((row) => cardRow(row, batches?.get(String(row.id)) ?? null));
}
