import type { Sql } from '../mysql/database.js';
import { namelessAfterUsers, tablesOfUsers } from '../tables.js';

/**
 * What the design's foreign keys do by themselves when users are deleted: their rows go, their cards lose them. A site may lack the keys, and
 * R004 takes one away: whoever registered under the name again would have the points and the membership of who was deleted.
 */
export async function deleteRowsOfUsers(tx: Sql, names: readonly string[]): Promise<void> {
  for (const [table, columns] of tablesOfUsers) {
    for (const column of columns) await tx.run(`DELETE FROM ${table} WHERE ${column} IN (?)`, [names]);
  }
  for (const [table, columns] of namelessAfterUsers) {
    for (const column of columns) await tx.run(`UPDATE ${table} SET ${column} = NULL WHERE ${column} IN (?)`, [names]);
  }
}
