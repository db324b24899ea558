import type { Sql } from '../../storage/mysql/database.js';
import { batches } from '../../storage/rows.js';

export interface ResolvedNames {
  /** Stored spelling by id, each user once. */
  readonly found: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
  /** Typed names that meant a user who was named before. */
  readonly duplicates: readonly string[];
}

/**
 * Finds the users that typed names mean, as the database compares names: `bob ` finds `Bob`.
 * Names typed as stored are looked up a thousand at a time; the few others one branch each, so that the column's own collation judges.
 */
export async function resolveNames(sql: Sql, typed: readonly string[]): Promise<ResolvedNames> {
  const found = new Map<string, string>();
  const unknown: string[] = [];
  const duplicates: string[] = [];
  const once = new Set<string>();
  for (const name of typed) {
    if (once.has(name)) duplicates.push(name);
    else once.add(name);
  }
  for (const batch of batches([...once], 1_000)) {
    const rows = await sql.rows<{ id: string | number; username: string }>(
      'SELECT id, username FROM users WHERE username IN (?)',
      [batch],
    );
    const exact = new Map(rows.map((row) => [row.username, String(row.id)]));
    const others: string[] = [];
    for (const name of batch) {
      const id = exact.get(name);
      if (id === undefined) others.push(name);
      else if (found.has(id)) duplicates.push(name);
      else found.set(id, name);
    }
    const spelled = await lookUp(sql, others, rows.length > 0);
    for (const name of others) {
      const user = spelled.get(name);
      if (user === undefined) unknown.push(name);
      else if (found.has(user.id)) duplicates.push(name);
      else found.set(user.id, user.username);
    }
  }
  return { found, unknown, duplicates };
}

/** Names in another spelling, by how they were typed. Where the batch met no row at all there is nothing to find. */
export async function lookUp(
  sql: Sql,
  names: readonly string[],
  worthwhile: boolean,
): Promise<Map<string, { readonly id: string; readonly username: string }>> {
  const spelled = new Map<string, { readonly id: string; readonly username: string }>();
  if (!worthwhile) return spelled;
  for (const batch of batches(names, 200)) {
    const branches = batch.map((_, at) => `SELECT ${String(at)} AS place, id, username FROM users WHERE username = ?`);
    const rows = await sql.rows<{ place: string | number; id: string | number; username: string }>(
      branches.join(' UNION ALL '),
      batch,
    );
    for (const row of rows) {
      const name = batch[Number(row.place)];
      if (name !== undefined) spelled.set(name, { id: String(row.id), username: row.username });
    }
  }
  return spelled;
}

/** The stored spelling of one name, or null. */
export async function storedSpelling(
  sql: Sql,
  typed: string,
): Promise<{ readonly id: string; readonly username: string } | null> {
  const [row] = await sql.rows<{ id: string | number; username: string }>(
    'SELECT id, username FROM users WHERE username = ?',
    [typed],
  );
  return row === undefined ? null : { id: String(row.id), username: row.username };
}
