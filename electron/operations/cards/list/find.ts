import type { FoundCard } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import type { Sql } from '../../../data/mysql/database.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';
import { cardColumns, type CardSqlRow, type CardTables } from '../rows.js';
import { joinMarks } from '../filter.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { lookUpKeys } from '../key-lookup.js';
import { cardRows } from './batch-of.js';

/** A search in plain texts has no index. After this many milliseconds it is given up. */
const timeoutMs = 8_000;

/**
 * Finds the card of a pasted text: first exactly that text, then as a key of a known format, then as a hash. At last,
 * for keys that lost their capitals, the only card that is equal without regard to case. If two cards differ only in
 * case, neither is found.
 */
export async function findCard({ text }: { readonly text: string }, { site, signal }: SiteContext): Promise<FoundCard> {
  const sql = abortable(site.db, signal);
  const about = { tables: await site.has('cards') };
  const [typed] = await lookUpKeys(sql, [text], about);
  if (typed === undefined) return { found: false, why: 'not_a_key' };
  if (typed.id !== null) return answer(sql, typed.id, typed.how, about);
  if (typed.wrongCheck) return { found: false, why: 'check_symbol' };
  if (typed.reading.hash !== null) return { found: false, why: 'unknown' };
  const shapes = [...new Set(typed.reading.candidates.map(({ key }) => key))].filter((key) =>
    /^[\x21-\x7e]{8,64}$/.test(key),
  );
  if (shapes.length === 0) return { found: false, why: 'not_a_key' };
  const rows = await site.db
    .rows<{ id: string | number }>(
      'SELECT id FROM card_keys WHERE plain_key IN (?) LIMIT 2',
      [shapes],
      AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    )
    .catch((error: unknown) => {
      if (signal.aborted || !(error instanceof Refusal) || error.code !== 'cancelled') throw error;
      return [];
    });
  const [only, another] = rows;
  if (only === undefined || another !== undefined) return { found: false, why: 'unknown' };
  return answer(sql, String(only.id), 'mended', about);
}

async function answer(sql: Sql, id: string, how: 'exact' | 'mended' | 'hash', about: CardTables): Promise<FoundCard> {
  const rows = await sql.rows<CardSqlRow>(
    `SELECT ${cardColumns(about)} FROM card_keys c${about.tables ? joinMarks : ''} WHERE c.id = ?`,
    [keyParameter(id)],
  );
  const [card] = await cardRows(sql, rows, about);
  return card === undefined ? { found: false, why: 'unknown' } : { found: true, card, how };
}
