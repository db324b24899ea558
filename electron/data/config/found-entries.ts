import type { Sql } from '../mysql/database.js';
import { chunked } from '../write/row-writer.js';
import type { EntryRow } from './entry-rows.js';

/** The rows of a name: its entry, and further elements of the name in order. */
export interface FoundEntry {
  readonly row: EntryRow | null;
  readonly behind: readonly EntryRow[];
}

/**
 * The rows of these names, by name; with `hold`, locked until the transaction ends. Names without rows are missing from
 * the result.
 */
export async function findEntries(sql: Sql, names: readonly string[], hold: boolean): Promise<Map<string, FoundEntry>> {
  const found = new Map<string, FoundEntry>();
  for (const batch of chunked(names, 1_000)) {
    const rows = await sql.rows<EntryRow & { readonly repeated: number | string }>(
      `SELECT e.id, CONVERT(e.username USING utf8mb4) AS username, e.entry, e.base,
         EXISTS (SELECT 1 FROM console_config_entries r WHERE r.repeats = e.username) AS repeated
       FROM console_config_entries e WHERE e.username IN (?)${lockOf(hold)}`,
      [batch],
    );
    const first = new Map(rows.map((row) => [row.username, row]));
    const repeated = batch.filter((name) => Number(first.get(name)?.repeated ?? 1) !== 0);
    const behind = await findBehind(sql, repeated, hold);
    for (const name of batch) {
      const row = first.get(name) ?? null;
      const others = behind.get(name) ?? [];
      if (row !== null || others.length > 0) found.set(name, { row, behind: others });
    }
  }
  return found;
}

/** Further elements of these names, in order, by name; with `hold`, locked until the transaction ends. */
export async function findBehind(sql: Sql, names: readonly string[], hold: boolean): Promise<Map<string, EntryRow[]>> {
  const behind = new Map<string, EntryRow[]>();
  if (names.length === 0) return behind;
  const rows = await sql.rows<EntryRow>(
    `SELECT id, CONVERT(repeats USING utf8mb4) AS username, entry, base FROM console_config_entries
     WHERE repeats IN (?) ORDER BY id${lockOf(hold)}`,
    [names],
  );
  for (const row of rows) behind.set(row.username ?? '', [...(behind.get(row.username ?? '') ?? []), row]);
  return behind;
}

function lockOf(hold: boolean): string {
  return hold ? ' FOR UPDATE' : '';
}
