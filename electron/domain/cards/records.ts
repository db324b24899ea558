import type { Sql } from '../../data/mysql/database.js';
import { waited } from '../clock.js';
import { type Card, type RecordRow, recordColumns } from './rows.js';

/**
 * What every record of a card repeats: type, status, expiry, when it was used and by whom. `usedBy`: the user who has
 * used it, by the record.
 */
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

/** Locked records of cards. */
export interface HeldRecords {
  readonly records: readonly RecordRow[];
  /** The server's clock, if there are records and the lock did not wait; otherwise it has to be asked. */
  readonly now: string | undefined;
}

/**
 * Locks the users' records of cards, by their hashes. Lock the cards first, as every function that gives a card does.
 * Waits for records that are being written without a lock on the card.
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
 * The owners of these records, as spelled in `users`, by the record's id; none for a record of a deleted user. `known`:
 * stored names that need no lookup.
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
