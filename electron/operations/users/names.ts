import type { OtherName, OtherNames } from '../../contract/common.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked } from '../../data/write/row-writer.js';

export interface ResolvedNames {
  /** Stored spelling by id, each user once. */
  readonly found: ReadonlyMap<string, string>;
  readonly unknown: readonly string[];
  /** Typed names of a user who was already named. */
  readonly duplicates: readonly string[];
  /** Typed names whose user has another name that the collation treats as equal: to it, all emoji are one, é is e. */
  readonly others: readonly OtherName[];
}

/**
 * True if two names differ by more than case and trailing spaces. Composed and decomposed letters also differ, because
 * both forms can be stored.
 */
export function differs(typed: string, stored: string): boolean {
  return folded(typed) !== folded(stored);
}

/** A name without what `differs` overlooks. Letter by letter: at the end of a whole word, Σ would become another. */
export function folded(name: string): string {
  return Array.from(name.replace(/ +$/, ''), (letter) => letter.toLowerCase()).join('');
}

/** These names as a preview shows them; empty if there are none. */
export function otherNames(others: readonly OtherName[]): { readonly otherNames?: OtherNames } {
  return others.length === 0 ? {} : { otherNames: { count: others.length, sample: others.slice(0, 200) } };
}

/**
 * Finds the users of typed names as the database compares names: `bob ` finds `Bob`. Names that are typed as stored are
 * looked up a thousand at a time. The few others get one branch each, so that the column's own collation decides.
 */
export async function resolveNames(sql: Sql, typed: readonly string[]): Promise<ResolvedNames> {
  const found = new Map<string, string>();
  const unknown: string[] = [];
  const duplicates: string[] = [];
  const others: OtherName[] = [];
  const once = new Set<string>();
  for (const name of typed) {
    if (once.has(name)) duplicates.push(name);
    else once.add(name);
  }
  for (const batch of chunked([...once], 1_000)) {
    const rows = await sql.rows<{ id: string | number; username: string }>(
      'SELECT id, username FROM users WHERE username IN (?)',
      [batch],
    );
    const exact = new Map(rows.map((row) => [row.username, String(row.id)]));
    const unmatched: string[] = [];
    for (const name of batch) {
      const id = exact.get(name);
      if (id === undefined) unmatched.push(name);
      else if (found.has(id)) duplicates.push(name);
      else found.set(id, name);
    }
    const spelled = await lookUp(sql, unmatched, rows.length > 0);
    for (const name of unmatched) {
      const user = spelled.get(name);
      if (user !== undefined && differs(name, user.username)) others.push({ typed: name, stored: user.username });
      if (user === undefined) unknown.push(name);
      else if (found.has(user.id)) duplicates.push(name);
      else found.set(user.id, user.username);
    }
  }
  return { found, unknown, duplicates, others };
}

/**
 * As `resolveNames`, for entries that may be several names with blanks between them. A name may contain blanks itself,
 * so an entry is taken apart only if no user is called so, and if a part of it is somebody's name.
 */
export async function resolvePasted(sql: Sql, entries: readonly string[]): Promise<ResolvedNames> {
  const whole = await resolveNames(sql, entries);
  const apart = new Map(whole.unknown.map((entry) => [entry, entry.split(/\s+/u).filter((name) => name !== '')]));
  const parts = await resolveNames(
    sql,
    [...apart.values()].flatMap((names) => (names.length > 1 ? names : [])),
  );
  const found = new Map(whole.found);
  const duplicates = [...whole.duplicates, ...parts.duplicates];
  for (const [id, name] of parts.found) {
    if (found.has(id)) duplicates.push(name);
    else found.set(id, name);
  }
  const nobody = new Set(parts.unknown);
  const unknown = [...apart].flatMap(([entry, names]) => {
    const missing = names.filter((name) => nobody.has(name));
    return names.length < 2 || missing.length === names.length ? [entry] : missing;
  });
  return { found, unknown: [...new Set(unknown)], duplicates, others: [...whole.others, ...parts.others] };
}

/** Users by names typed in another spelling. If no name of the batch found a row, there is nothing to look for. */
export async function lookUp(
  sql: Sql,
  names: readonly string[],
  worthwhile: boolean,
): Promise<Map<string, { readonly id: string; readonly username: string }>> {
  const spelled = new Map<string, { readonly id: string; readonly username: string }>();
  if (!worthwhile) return spelled;
  for (const batch of chunked(names, 200)) {
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

/**
 * The stored spelling of one name, or null. A column's collation may allow several names that compare as equal; then
 * the exact one is preferred.
 */
export async function storedSpelling(
  sql: Sql,
  typed: string,
): Promise<{ readonly id: string; readonly username: string } | null> {
  const rows = await sql.rows<{ id: string | number; username: string }>(
    'SELECT id, username FROM users WHERE username = ?',
    [typed],
  );
  const row = rows.find((one) => one.username === typed) ?? rows[0];
  return row === undefined ? null : { id: String(row.id), username: row.username };
}
