import type { Parameter, Sql } from '../mysql/database.js';
import { chunked, keyParameter } from '../write/row-writer.js';
import { nameOf } from './list-parts.js';
import { needStorable } from './storable.js';

/** A row of console_config_entries. */
export interface EntryRow {
  /** Null for a row to be created; it gets the next place in the list. */
  readonly id: string | number | null;
  readonly username: string | null;
  readonly entry: string;
  readonly base: string | null;
}

/**
 * Characters of entries in one statement: at four bytes each, far below the 16 MB that servers accept in one packet.
 */
const mostCharacters = 1_000_000;
const mostRows = 1_000;

/** Slices of rows that fit into a statement. */
export function* packets(rows: readonly EntryRow[]): Generator<readonly EntryRow[]> {
  let packet: EntryRow[] = [];
  let length = 0;
  for (const row of rows) {
    packet.push(row);
    length += row.entry.length + (row.base?.length ?? 0) + 100;
    if (packet.length < mostRows && length < mostCharacters) continue;
    yield packet;
    packet = [];
    length = 0;
  }
  if (packet.length > 0) yield packet;
}

export async function deleteEntries(tx: Sql, ids: readonly string[]): Promise<void> {
  for (const batch of chunked(ids, mostRows))
    await tx.run('DELETE FROM console_config_entries WHERE id IN (?)', [batch.map(keyParameter)]);
}

/** Makes existing rows the first of their name, or elements behind the first. */
export async function renameEntries(tx: Sql, rows: readonly Renamed[]): Promise<void> {
  for (const { id, name, first } of rows)
    await tx.run('UPDATE console_config_entries SET username = ?, repeats = ? WHERE id = ?', [
      first ? name : null,
      first ? null : name,
      keyParameter(id),
    ]);
}

export interface Renamed {
  readonly id: string;
  readonly name: string;
  readonly first: boolean;
}

/** Writes the text and base of existing rows. Throws `invalid_input` for what the config's JSON could not hold. */
export async function rewriteEntries(tx: Sql, rows: readonly EntryRow[]): Promise<void> {
  await needStorable(
    tx,
    rows.map(({ entry }) => entry),
  );
  for (const packet of packets(rows)) {
    const [only] = packet;
    if (packet.length === 1 && only !== undefined) {
      await tx.run('UPDATE console_config_entries SET entry = ?, base = ? WHERE id = ?', [
        only.entry,
        only.base,
        keyParameter(only.id ?? ''),
      ]);
      continue;
    }
    const ids = packet.map((row) => keyParameter(row.id ?? ''));
    await tx.run(
      'UPDATE console_config_entries SET entry = ELT(FIELD(id, ?), ?), base = ELT(FIELD(id, ?), ?) WHERE id IN (?)',
      [ids, packet.map((row) => row.entry), ids, packet.map((row) => row.base), ids],
    );
  }
}

/**
 * Adds rows. If another process has since taken a row's place, it gets the next one at the end of the list. Throws as
 * `rewriteEntries`.
 */
export async function insertEntries(tx: Sql, rows: readonly EntryRow[]): Promise<void> {
  await needStorable(
    tx,
    rows.map(({ entry }) => entry),
  );
  const wanted = rows.flatMap((row) => (row.id === null ? [] : [keyParameter(row.id)]));
  const taken = new Set<string>();
  for (const batch of chunked(wanted, mostRows)) {
    const found = await tx.rows<{ id: string | number }>('SELECT id FROM console_config_entries WHERE id IN (?)', [
      batch,
    ]);
    for (const { id } of found) taken.add(String(id));
  }
  const placed = rows.filter((row) => row.id !== null && !taken.has(String(row.id)));
  const others = rows.filter((row) => row.id === null || taken.has(String(row.id)));
  for (const packet of packets(placed))
    await tx.run('INSERT INTO console_config_entries (id, username, repeats, entry, base) VALUES ?', [
      packet.map((row): Parameter[] => [keyParameter(row.id ?? ''), row.username, repeated(row), row.entry, row.base]),
    ]);
  for (const packet of packets(others))
    await tx.run('INSERT INTO console_config_entries (username, repeats, entry, base) VALUES ?', [
      packet.map((row): Parameter[] => [row.username, repeated(row), row.entry, row.base]),
    ]);
}

/** The name of which a row is a further element; null for a user's own row and for other elements. */
function repeated({ username, entry }: EntryRow): string | null {
  return username === null ? nameOf(JSON.parse(entry)) : null;
}
