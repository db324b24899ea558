import type { CardSelection } from '../../contract/cards-list.js';
import type { SkippedGroup, SkipReason } from '../../contract/common.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked, keyParameter } from '../../data/write/row-writer.js';
import { type Part, part } from '../../data/mysql/sql.js';
import { matchingCards, whole } from './filter.js';
import { type CardTables, maskKey } from './rows.js';
import { lookUpKeys } from './key-lookup.js';

/** Which cards a selection is about: pieces `FROM card_keys c [LEFT JOIN console_card_marks m …] WHERE …`, and what led nowhere. */
export interface CardScope {
  readonly parts: readonly Part[];
  /** Unknown, named twice, taken out. Pasted keys are masked here: a sample ends in answers and logs. */
  readonly unresolved: readonly SkippedGroup[];
}

/** Ids in one IN list. */
const most = 2_000;

/** Resolves a selection: ids, keys as buyers write them, or every card that a filter matches; less those taken out. Each card is in one part, once. */
export async function resolveCards(sql: Sql, who: CardSelection, about: CardTables): Promise<CardScope> {
  if ('keys' in who) {
    const typed = await lookUpKeys(sql, who.keys, about);
    const ids = new Set<string>();
    const unknown: string[] = [];
    const duplicates: string[] = [];
    for (const [at, key] of who.keys.entries()) {
      const id = typed[at]?.id ?? null;
      if (id === null) unknown.push(maskKey(key.trim()));
      else if (ids.has(id)) duplicates.push(maskKey(key.trim()));
      else ids.add(id);
    }
    return {
      parts: byIds([...ids], about),
      unresolved: [...group('unknown', unknown), ...group('duplicate', duplicates)],
    };
  }
  const out = new Set((who.except ?? []).map(plain));
  if ('ids' in who) {
    const once = new Set<string>();
    const duplicates: string[] = [];
    for (const id of who.ids.map(plain)) {
      if (once.has(id)) duplicates.push(id);
      else once.add(id);
    }
    const known = await knownIds(sql, [...once]);
    const unknown = [...once].filter((id) => !known.has(id));
    return {
      parts: byIds(
        [...known].filter((id) => !out.has(id)),
        about,
      ),
      unresolved: [
        ...group('unknown', unknown),
        ...group('duplicate', duplicates),
        ...group(
          'taken_out',
          [...known].filter((id) => out.has(id)),
        ),
      ],
    };
  }
  if (out.size === 0) return { parts: [await matchingCards(sql, who.filter, about)], unresolved: [] };
  const ids = [...out].map((id) => keyParameter(id));
  const without = await matchingCards(sql, who.filter, about, [part('c.id IN (?)', ids)]);
  const taken = await sql.rows<{ id: string | number }>(`SELECT c.id ${without.sql}`, without.parameters);
  return {
    parts: [await matchingCards(sql, who.filter, about, [part('c.id NOT IN (?)', ids)])],
    unresolved: group(
      'taken_out',
      taken.map(({ id }) => String(id)),
    ),
  };
}

function group(why: SkipReason, names: readonly string[]): readonly SkippedGroup[] {
  return names.length === 0 ? [] : [{ why, count: names.length, sample: names.slice(0, 20) }];
}

/** `007` and `7` are one id. */
function plain(id: string): string {
  return String(BigInt(id));
}

function byIds(ids: readonly string[], { tables }: CardTables): readonly Part[] {
  return [...chunked(ids, most)].map((batch) =>
    whole(part('FROM card_keys c'), tables, [
      part(
        'c.id IN (?)',
        batch.map((id) => keyParameter(id)),
      ),
    ]),
  );
}

async function knownIds(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (const batch of chunked(ids, most)) {
    const rows = await sql.rows<{ id: string | number }>('SELECT id FROM card_keys WHERE id IN (?)', [
      batch.map((id) => keyParameter(id)),
    ]);
    for (const { id } of rows) known.add(String(id));
  }
  return known;
}
