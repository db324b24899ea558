import type { Sql } from '../../../data/mysql/database.js';
import { chunked, keyParameter } from '../../../data/write/row-writer.js';
import { batchesOfCards } from '../batch-store.js';

/** A row as the driver reads it: BIGINTs may come as numbers. */
export type Read<Row, Big extends keyof Row> = Omit<Row, Big> & { readonly [column in Big]: string | number };

export const cardColumns =
  'c.id, c.key_hash, c.plain_key, c.key_type, c.status, c.created_at, c.expires_at, c.bound_to, c.bound_at';

/** Rows by the values of a column, a thousand at a time. `text` contains `IN (?)`. */
export async function rowsIn<Row>(sql: Sql, text: string, keys: readonly string[]): Promise<Row[]> {
  const found: Row[] = [];
  for (const some of chunked([...new Set(keys)], 1_000)) found.push(...(await sql.rows<Row>(text, [some])));
  return found;
}

/** Like `rowsIn`, by numbers. */
export async function rowsById<Row>(sql: Sql, text: string, ids: readonly string[]): Promise<Row[]> {
  const found: Row[] = [];
  for (const some of chunked([...new Set(ids)], 1_000))
    found.push(...(await sql.rows<Row>(text, [some.map((id) => keyParameter(id))])));
  return found;
}

/**
 * The expiry that the batches of cards have, by the card's id. Cards without a batch are missing, and so are cards
 * whose batch has several expiries.
 */
export async function batchEnds(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  const batchOf = await batchesOfCards(sql, ids);
  const rows = await rowsById<{ id: string | number; expires_at: string | null }>(
    sql,
    'SELECT id, expires_at FROM console_card_batches WHERE id IN (?)',
    [...batchOf.values()],
  );
  const ends = new Map(rows.map((row) => [String(row.id), row.expires_at]));
  return new Map(
    [...batchOf].flatMap(([id, batch]) => {
      const end = ends.get(batch) ?? null;
      return end === null ? [] : [[id, end] as const];
    }),
  );
}
