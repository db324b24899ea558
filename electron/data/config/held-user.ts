import type { Transaction } from '../mysql/database.js';
import type { Texts } from '../mysql/statement.js';
import { findBehind, type FoundEntry } from './found-entries.js';
import { modeSql, NotInRows } from './state.js';

/** What is read besides a user. */
interface UserEntry {
  readonly entry_mode: string | null;
  readonly entry_id: string | number | null;
  readonly entry_text: string | null;
  readonly entry_base: string | null;
  readonly entry_repeated: string | number;
}

/** A locked user, and their entry if they have one. */
interface HeldUser<User> {
  readonly user: User;
  readonly found: FoundEntry | undefined;
}

/**
 * Locks a user and reads their entry in one statement, as described at `RowEntries.holdUser`; `hold`: locks the entry's
 * further elements too.
 */
export async function holdUserWithEntry<User extends { readonly username: string }>(
  tx: Transaction,
  name: string,
  columns: string,
  parameters: Texts,
  hold: boolean,
): Promise<HeldUser<User> | undefined> {
  // The bytes of the name as entries store it, whatever the charset of the site's tables.
  const stored = 'CAST(CONVERT(u.username USING utf8mb4) AS BINARY)';
  const [row] = await tx.prepared<User & UserEntry>(
    `SELECT ${columns}, ${modeSql} AS entry_mode, e.id AS entry_id, e.entry AS entry_text, e.base AS entry_base,
       EXISTS (SELECT 1 FROM console_config_entries r WHERE r.repeats = ${stored}) AS entry_repeated
     FROM users u LEFT JOIN console_config_entries e ON e.username = ${stored} WHERE u.username = ? FOR UPDATE`,
    [...parameters, name],
  );
  if (row === undefined) return undefined;
  if (row.entry_mode !== 'rows') throw new NotInRows();
  const { entry_mode: _, entry_id: id, entry_text: entry, entry_base: base, entry_repeated: repeated, ...user } = row;
  const { username } = row;
  const first = id === null || entry === null ? null : { id, username, entry, base };
  const behind = Number(repeated) === 0 ? [] : ((await findBehind(tx, [username], hold)).get(username) ?? []);
  const found = first === null && behind.length === 0 ? undefined : { row: first, behind };
  return { user: user as unknown as User, found };
}
