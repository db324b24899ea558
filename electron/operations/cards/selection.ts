import type { CardFilter, CardSelection } from '../../contract/cards-list.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import { type Chosen, scopeOf, skippedGroup } from '../kit/selection.js';
import type { Scope } from '../kit/selection-survey.js';
import { matchingCards } from './filter.js';
import { type CardTables, maskKey } from './rows.js';
import { lookUpKeys } from './key-lookup.js';

/**
 * The cards of a selection: ids, keys as buyers write them, or every card that a filter matches; without the removed
 * ones. Pasted keys that were not found are masked here, because samples appear in answers and logs.
 */
export async function chooseCards(sql: Sql, who: CardSelection, about: CardTables): Promise<Chosen<CardFilter>> {
  const column = 'c.id';
  const out = new Set('keys' in who ? [] : (who.except ?? []).map(plain));
  if ('filter' in who) return { column, ids: null, filter: who.filter, except: [...out], unresolved: [] };
  const once = new Set<string>();
  const unknown: string[] = [];
  const duplicates: string[] = [];
  const add = (id: string | null, name: string): void => {
    if (id === null) unknown.push(name);
    else if (once.has(id)) duplicates.push(name);
    else once.add(id);
  };
  if ('keys' in who) {
    const typed = await lookUpKeys(sql, who.keys, about);
    for (const [at, key] of who.keys.entries()) add(typed[at]?.id ?? null, maskKey(key.trim()));
  } else for (const id of who.ids.map(plain)) add(id, id);
  const known = 'keys' in who ? once : await knownIds(sql, [...once]);
  unknown.push(...[...once].filter((id) => !known.has(id)));
  return {
    column,
    ids: [...known].filter((id) => !out.has(id)),
    filter: {},
    except: [],
    unresolved: [
      ...skippedGroup('unknown', unknown),
      ...skippedGroup('duplicate', duplicates),
      ...skippedGroup(
        'taken_out',
        [...known].filter((id) => out.has(id)),
      ),
    ],
  };
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

async function knownIds(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (const batch of chunked(ids, 2_000)) {
    const rows = await sql.rows<{ id: string | number }>('SELECT id FROM card_keys WHERE id IN (?)', [
      batch.map((id) => keyParameter(id)),
    ]);
    for (const { id } of rows) known.add(String(id));
  }
  return known;
}
