import type { Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';
import { formatsOf } from './batch-store.js';
import { hashOf, type Reading, readKey } from './key.js';
import { searchPlain } from './plain-search.js';
import { readLines } from './pasted-text.js';
import type { CardTables } from './rows.js';

/** The result for a typed or pasted text. */
export interface LookedUpKey {
  /** The cards that it names, each once: usually one, none if nothing was found. */
  readonly ids: readonly string[];
  readonly how: 'exact' | 'mended' | 'hash';
  /** One of our keys with a typing error. */
  readonly wrongCheck: boolean;
  /** Lines of it that look like keys, without a card. */
  readonly missing: number;
  readonly readings: readonly Reading[];
}

/**
 * Looks up typed keys by their hashes, in the given order: first the whole text, as typed, then with corrections, then
 * as a hash; then everything in its lines that may be a key. Throws nothing: a key that does not exist has no id.
 */
export async function lookUpKeys(
  sql: Sql,
  texts: readonly string[],
  about: CardTables,
): Promise<readonly LookedUpKey[]> {
  const formats = about.tables ? await formatsOf(sql) : [];
  const wholes = texts.map((text) => readKey(text, formats));
  const ids = new Map(await idsOf(sql, wholes.flatMap(waysOf)));
  const lines = texts.map((text, at) => {
    const whole = wholes[at];
    return whole === undefined || idOf(whole, ids) !== null ? null : readLines(text, formats);
  });
  const inLines = lines.flatMap((some) => (some ?? []).flatMap(({ readings }) => readings.flatMap(waysOf)));
  for (const [hash, id] of await idsOf(sql, inLines)) ids.set(hash, id);
  return wholes.map((whole, at): LookedUpKey => {
    const found = idOf(whole, ids);
    const some = lines[at] ?? [];
    if (found !== null) return { ids: [found.id], how: found.how, wrongCheck: false, missing: 0, readings: [whole] };
    const perLine = some.map(({ readings }) => readings.flatMap((reading) => idOf(reading, ids)?.id ?? []));
    const all = [whole, ...some.flatMap(({ readings }) => readings)];
    return {
      ids: [...new Set(perLine.flat())],
      how: 'mended',
      wrongCheck: all.some(({ wrongCheck }) => wrongCheck),
      missing: some.filter(({ looksLikeKey }, line) => looksLikeKey && perLine[line]?.length === 0).length,
      readings: all,
    };
  });
}

/** As `lookUpKeys`; what is not found so is looked for without regard to upper and lower case, where that is quick. */
export async function lookUpKeysCaseless(
  sql: Sql,
  texts: readonly string[],
  about: CardTables,
): Promise<readonly LookedUpKey[]> {
  const known = await lookUpKeys(sql, texts, about);
  const open = known.filter(({ ids }) => ids.length === 0);
  const shapes = open.flatMap(({ readings }) => shapesOf(readings));
  const byShape = shapes.length === 0 ? null : await searchPlain(sql, shapes);
  if (byShape === null || byShape.size === 0) return known;
  return known.map((one) => {
    const ids = one.ids.length > 0 ? [] : idsOfShapes(shapesOf(one.readings), byShape);
    // Two cards that differ only in case: nobody knows which is meant.
    return ids.length === 1 ? { ...one, ids, wrongCheck: false } : one;
  });
}

/** Texts that may be a key in another case. */
export function shapesOf(readings: readonly Reading[]): readonly string[] {
  const keys = readings.flatMap(({ candidates }) => candidates.map(({ key }) => key));
  return [...new Set(keys)].filter((key) => /^[\x21-\x7e]{8,64}$/.test(key) && !/^[0-9a-f]{64}$/i.test(key));
}

/** The cards of texts, each once, as `searchPlain` has found them. */
export function idsOfShapes(
  shapes: readonly string[],
  byShape: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return [...new Set(shapes.flatMap((shape) => byShape.get(shape.toLowerCase()) ?? []))];
}

interface Way {
  readonly hash: string;
  readonly how: LookedUpKey['how'];
}

function waysOf({ candidates, hash }: Reading): readonly Way[] {
  const ways = candidates.map(({ key, how }) => ({ hash: hashOf(key), how }));
  return hash === null ? ways : [...ways, { hash, how: 'hash' }];
}

function idOf(
  reading: Reading,
  ids: ReadonlyMap<string, string>,
): { readonly id: string; readonly how: Way['how'] } | null {
  for (const { hash, how } of waysOf(reading)) {
    const id = ids.get(hash);
    if (id !== undefined) return { id, how };
  }
  return null;
}

async function idsOf(sql: Sql, ways: readonly Way[]): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const batch of chunked([...new Set(ways.map(({ hash }) => hash))], 1_000)) {
    const rows = await sql.rows<{ id: string | number; key_hash: string }>(
      'SELECT id, key_hash FROM card_keys WHERE key_hash IN (?)',
      [batch],
    );
    for (const { id, key_hash } of rows) ids.set(key_hash.toLowerCase(), String(id));
  }
  return ids;
}
