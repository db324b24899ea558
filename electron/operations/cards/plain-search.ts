import type { Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';
import { type KeyBeginning, leastBehind } from './key.js';

/** So many cards are read in a second; more are searched only by an index on the plain text (repair R005). */
const mostRead = 1_000_000;

/** A search in plain texts: true if there is an index for it, or if the table may be read that many times. */
async function maySearch(sql: Sql, times: number, mostCards: number): Promise<boolean> {
  const [index] = await sql.rows(
    "SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'card_keys' AND COLUMN_NAME = 'plain_key' AND SEQ_IN_INDEX = 1 LIMIT 1",
  );
  if (index !== undefined) return true;
  // Statistics may be a day old. This counts no further than it needs to.
  const most = Math.floor(mostCards / times);
  const [row] = await sql.rows<{ found: string | number }>(
    'SELECT COUNT(*) AS found FROM (SELECT id FROM card_keys LIMIT ?) some',
    [most + 1],
  );
  return Number(row?.found ?? 0) <= most;
}

/**
 * The ids of cards whose plain text is one of these, without regard to upper and lower case, by the text in lower case.
 * Null if that would read too large a table.
 */
export async function searchPlain(
  sql: Sql,
  texts: readonly string[],
  mostCards = mostRead,
): Promise<ReadonlyMap<string, readonly string[]> | null> {
  const batches = [...chunked([...new Set(texts)], 1_000)];
  if (!(await maySearch(sql, batches.length, mostCards))) return null;
  const found = new Map<string, string[]>();
  for (const batch of batches) {
    const rows = await sql.rows<{ id: string | number; plain_key: string }>(
      'SELECT id, plain_key FROM card_keys WHERE plain_key IN (?)',
      [batch],
    );
    for (const { id, plain_key } of rows) {
      const text = plain_key.toLowerCase();
      found.set(text, [...(found.get(text) ?? []), String(id)]);
    }
  }
  return found;
}

/**
 * The ids of cards whose plain text begins so (letters, digits and dashes) and goes on long enough, at most `most`.
 * Null if that would read too large a table.
 */
export async function searchBeginnings(
  sql: Sql,
  beginnings: readonly KeyBeginning[],
  most: number,
  mostCards = mostRead,
): Promise<readonly string[] | null> {
  if (!(await maySearch(sql, 1, mostCards))) return null;
  const conditions = beginnings.map(
    ({ widths }) =>
      `(plain_key LIKE ? AND CHAR_LENGTH(REPLACE(SUBSTRING(plain_key, ?), '-', '')) >= ${String(leastBehind)}${widths === undefined ? '' : ' AND CHAR_LENGTH(plain_key) IN (?)'})`,
  );
  const rows = await sql.rows<{ id: string | number }>(
    `SELECT id FROM card_keys WHERE (${conditions.join(' OR ')}) AND plain_key <> key_hash LIMIT ?`,
    [
      ...beginnings.flatMap(({ text, widths }) => [
        `${text}%`,
        text.length + 1,
        ...(widths === undefined ? [] : [widths]),
      ]),
      most,
    ],
  );
  return rows.map(({ id }) => String(id));
}
