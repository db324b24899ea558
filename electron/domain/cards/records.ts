import type { Sql } from '../../data/mysql/database.js';
import { waited } from '../clock.js';
import { type Card, type RecordRow, recordColumns } from './rows.js';

/** What every record of a card says of it: type, status, expiry, when it was used and by whom. `usedBy`: who the record says has used it. */
export function recordState(
  card: Card,
  usedBy: string | null,
): Pick<RecordRow, 'key_type' | 'status' | 'expires_at' | 'used_at' | 'used_by'> {
  return {
    key_type: card.key_type,
    status: card.status,
    expires_at: card.expires_at,
    used_at: card.bound_at,
    used_by: card.status === 'used' ? (card.bound_to ?? usedBy) : null,
  };
}

/** Records of cards that are held. */
export interface HeldRecords {
  readonly records: readonly RecordRow[];
  /** The server's clock, where there are records and none of them was waited for: else it has to be asked. */
  readonly now: string | undefined;
}

/**
 * Holds the users' records of cards, by their hashes. Hold the cards first: whoever gives one holds it too. Records that are being written without
 * holding the card are waited for.
 */
export async function holdRecords(tx: Sql, hashes: readonly string[]): Promise<HeldRecords> {
  const began = performance.now();
  const rows = await tx.rows<RecordRow & { readonly now: string }>(
    `SELECT ${recordColumns}, UTC_TIMESTAMP() AS now FROM user_card_keys WHERE key_hash IN (?) ORDER BY id FOR UPDATE`,
    [hashes],
  );
  const records = rows.map((row) => {
    const { now: _, ...record } = row;
    return record;
  });
  return { records, now: performance.now() - began < waited ? rows[0]?.now : undefined };
}

/**
 * Whose these records are, as `users` spells them, by the record's id; none for a record whose user is gone. `known`: stored names that need not be
 * looked up.
 */
export async function ownersOf(
  tx: Sql,
  records: readonly RecordRow[],
  known: readonly string[],
): Promise<ReadonlyMap<RecordRow['id'], string>> {
  const owners = new Map(records.flatMap(({ id, username }) => (known.includes(username) ? [[id, username]] : [])));
  const others = records.flatMap(({ id }) => (owners.has(id) ? [] : [id]));
  if (others.length === 0) return owners;
  const found = await tx.rows<{ id: string; owner: string }>(
    'SELECT k.id, u.username AS owner FROM user_card_keys k JOIN users u ON u.username = k.username WHERE k.id IN (?)',
    [others],
  );
  for (const { id, owner } of found) owners.set(id, owner);
  return owners;
}
