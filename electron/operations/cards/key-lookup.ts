import type { Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';
import { formatsOf } from './batch-store.js';
import { hashOf, type Reading, readKey } from './key.js';
import type { CardTables } from './rows.js';

/** The result for a typed key. `id` is null if it was not found. `wrongCheck`: one of our keys with a typing error. */
export interface LookedUpKey {
  readonly id: string | null;
  readonly how: 'exact' | 'mended' | 'hash';
  readonly wrongCheck: boolean;
  readonly reading: Reading;
}

/**
 * Looks up typed keys by their hashes, in the given order: first as typed, then with corrections, then as a hash.
 * Throws nothing: a key that does not exist has no id.
 */
export async function lookUpKeys(
  sql: Sql,
  texts: readonly string[],
  about: CardTables,
): Promise<readonly LookedUpKey[]> {
  const formats = about.tables ? await formatsOf(sql) : [];
  const asked = texts.map((text) => {
    const reading = readKey(text, formats);
    const ways = reading.candidates.map(({ key, how }) => ({ hash: hashOf(key), how }));
    return { reading, ways: reading.hash === null ? ways : [...ways, { hash: reading.hash, how: 'hash' as const }] };
  });
  const ids = await idsOf(sql, new Set(asked.flatMap(({ ways }) => ways.map(({ hash }) => hash))));
  return asked.map(({ reading, ways }) => {
    for (const { hash, how } of ways) {
      const id = ids.get(hash);
      if (id !== undefined) return { id, how, wrongCheck: false, reading };
    }
    return { id: null, how: 'exact', wrongCheck: reading.wrongCheck, reading };
  });
}

async function idsOf(sql: Sql, hashes: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const batch of chunked([...hashes], 1_000)) {
    const rows = await sql.rows<{ id: string | number; key_hash: string }>(
      'SELECT id, key_hash FROM card_keys WHERE key_hash IN (?)',
      [batch],
    );
    for (const { id, key_hash } of rows) ids.set(key_hash.toLowerCase(), String(id));
  }
  return ids;
}
