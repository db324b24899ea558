import type { Sql } from '../mysql/database.js';
import { namelessAfterUsers, tablesOfUsers } from '../tables.js';
import type { Images } from './audited-change.js';
import { chunked } from './row-writer.js';

/** Locks users by their stored names, in the order of their ids. Every change of a user does this first. */
export async function holdUsers(sql: Sql, names: readonly string[]): Promise<void> {
  for (const batch of chunked(names, 1_000))
    await sql.rows('SELECT u.id FROM users u WHERE u.username IN (?) ORDER BY u.id FOR UPDATE', [batch]);
}

/** Users whose complete rows are in the images. */
export function usersIn(images: Images): readonly string[] {
  return (images['users'] ?? []).flatMap(({ username }) => (typeof username === 'string' ? [username] : []));
}

/**
 * Does what the designed foreign keys do when users are deleted: their rows are deleted, and their cards lose the user.
 * A site may lack the keys, and R004 removes one of them. Without this, a new user of the same name would get the
 * points and the membership of the deleted user.
 */
export async function deleteRowsOfUsers(tx: Sql, names: readonly string[]): Promise<void> {
  for (const [table, columns] of tablesOfUsers) {
    for (const column of columns) await tx.run(`DELETE FROM ${table} WHERE ${column} IN (?)`, [names]);
  }
  for (const [table, columns] of namelessAfterUsers) {
    for (const column of columns) await tx.run(`UPDATE ${table} SET ${column} = NULL WHERE ${column} IN (?)`, [names]);
  }
}
