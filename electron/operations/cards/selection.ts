import type { CardFilter, CardSelection } from '../../contract/cards-list.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import { type Chosen, chosenOnes, scopeOf } from '../kit/selection.js';
import type { Scope } from '../kit/selection-survey.js';
import { matchingCards } from './filter.js';
import { type CardTables, maskKey } from './rows.js';
import { lookUpKeysCaseless } from './key-lookup.js';

/**
 * The cards of a selection: ids, keys as buyers write them, or every card that a filter matches; without the removed
 * ones. Pasted keys that were not found are masked here, because samples appear in answers and logs.
 */
export async function chooseCards(sql: Sql, who: CardSelection, about: CardTables): Promise<Chosen<CardFilter>> {
  const column = { table: 'card_keys', name: 'c.id' };
  const out = new Set('keys' in who ? [] : (who.except ?? []).map(plain));
  if ('filter' in who) return { column, ids: null, filter: who.filter, except: [...out], unresolved: [] };
  const names = 'keys' in who ? who.keys.map((key) => maskKey(key.trim())) : who.ids.map(plain);
  const ids =
    'keys' in who
      ? (await lookUpKeysCaseless(sql, who.keys, about)).map(({ ids: some }) => some)
      : (await storedIds(sql, names)).map((id) => (id === null ? [] : [id]));
  const found = new Map<string, string>();
  const [unknown, duplicates]: [string[], string[]] = [[], []];
  for (const [at, name] of names.entries()) {
    const some = ids[at] ?? [];
    if (some.length === 0) unknown.push(name);
    for (const id of some) {
      if (found.has(id)) duplicates.push(name);
      else found.set(id, name);
    }
  }
  return chosenOnes(column, { found, unknown, duplicates }, out);
}

/**
 * A selection as pieces `FROM card_keys c [LEFT JOIN console_card_marks m …] WHERE …`; each card is in exactly one
 * piece.
 */
export async function resolveCards(sql: Sql, who: CardSelection, about: CardTables): Promise<Scope> {
  const chosen = await chooseCards(sql, who, about);
  return scopeOf(sql, chosen, 'c.id', (filter, more) => matchingCards(sql, filter, about, more));
}

/** `007` and `7` are the same id. */
function plain(id: string): string {
  return String(BigInt(id));
}

/** These ids, in the order given; null for one that no card has. */
async function storedIds(sql: Sql, ids: readonly string[]): Promise<readonly (string | null)[]> {
  const stored = new Set<string>();
  for (const batch of chunked(ids, 2_000)) {
    const rows = await sql.rows<{ id: string | number }>('SELECT id FROM card_keys WHERE id IN (?)', [
      batch.map((id) => keyParameter(id)),
    ]);
    for (const { id } of rows) stored.add(String(id));
  }
  return ids.map((id) => (stored.has(id) ? id : null));
}
