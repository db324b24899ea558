import type { FoundCard } from '../../../contract/cards-list.js';
import { Refusal } from '../../../contract/errors.js';
import type { Sql } from '../../../data/mysql/database.js';
import { abortable } from '../../kit/abortable.js';
import type { SiteContext } from '../../context.js';
import { formatsOf } from '../batch-store.js';
import { beginningsOf, type KeyBeginning } from '../key.js';
import { cardColumns, type CardSqlRow, type CardTables } from '../rows.js';
import { joinMarks } from '../filter.js';
import { keyParameter } from '../../../data/write/row-writer.js';
import { idsOfShapes, lookUpKeys, shapesOf } from '../key-lookup.js';
import { wordOf } from '../pasted-text.js';
import { searchBeginnings, searchPlain } from '../plain-search.js';
import { cardRows } from './batch-of.js';

/** A search without an index is given up after this many milliseconds. */
const timeoutMs = 8_000;

/** Most cards that an answer lists. */
const mostListed = 20;

/**
 * Finds the cards of a pasted text: first exactly that text, then as a key of a known format, then as a hash; then
 * every key in its lines. At last, without regard to upper and lower case, and by a key's beginning. `unknown` is said
 * only if all of that was looked for; `unsearched` if the last two would have read a large table.
 */
export async function findCard({ text }: { readonly text: string }, { site, signal }: SiteContext): Promise<FoundCard> {
  const sql = abortable(site.db, signal);
  const about = { tables: await site.has('cards') };
  const [typed] = await lookUpKeys(sql, [text], about);
  if (typed === undefined) return { found: false, why: 'not_a_key' };
  const { ids, how, missing, wrongCheck, readings } = typed;
  if (ids.length > 0) return answer(sql, { ids, how, missing }, about);
  if (readings.some(({ hash }) => hash !== null)) return { found: false, why: 'unknown' };
  const shapes = shapesOf(readings);
  const beginnings = wrongCheck ? [] : beginningsOf(wordOf(text), about.tables ? await formatsOf(sql) : []);
  if (shapes.length === 0 && beginnings.length === 0) return { found: false, why: 'not_a_key' };
  const patient = abortable(site.db, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  const found = await searched(patient, shapes, beginnings).catch((error: unknown) => {
    if (signal.aborted || !(error instanceof Refusal) || error.code !== 'cancelled') throw error;
    return null;
  });
  if (found !== null && found.ids.length > 0) return answer(sql, { ...found, missing: 0 }, about);
  if (wrongCheck) return { found: false, why: 'check_symbol' };
  return { found: false, why: found === null ? 'unsearched' : 'unknown' };
}

type How = Extract<FoundCard, { readonly found: true }>['how'];

async function searched(
  sql: Sql,
  shapes: readonly string[],
  beginnings: readonly KeyBeginning[],
): Promise<{ readonly ids: readonly string[]; readonly how: How } | null> {
  const byShape = shapes.length === 0 ? new Map<string, string[]>() : await searchPlain(sql, shapes);
  if (byShape === null) return null;
  const ids = idsOfShapes(shapes, byShape);
  if (ids.length > 0 || beginnings.length === 0) return { ids, how: 'mended' };
  const begin = await searchBeginnings(sql, beginnings, mostListed + 1);
  return begin === null ? null : { ids: begin, how: 'beginning' };
}

async function answer(
  sql: Sql,
  { ids, how, missing }: { readonly ids: readonly string[]; readonly how: How; readonly missing: number },
  about: CardTables,
): Promise<FoundCard> {
  const listed = ids.slice(0, mostListed).map((id) => keyParameter(id));
  const rows = await sql.rows<CardSqlRow>(
    `SELECT ${cardColumns(about)} FROM card_keys c${about.tables ? joinMarks : ''} WHERE c.id IN (?)`,
    [listed],
  );
  const cards = (await cardRows(sql, rows, about)).toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  const [card] = cards;
  if (card === undefined) return { found: false, why: 'unknown' };
  if (ids.length === 1 && missing === 0) return { found: true, card, how };
  return { found: false, why: 'several', cards, more: ids.length > mostListed, missing };
}
