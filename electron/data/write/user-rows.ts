import type { Sql } from '../mysql/database.js';

/** Tables whose rows go with a user (ON DELETE CASCADE in the design), and the columns that name the user. */
export const userTables = {
  user_card_keys: ['username'],
  user_points: ['username'],
  points_records: ['username'],
  invitations: ['inviter', 'invitee'],
  play_records: ['username'],
  favorites: ['username'],
  episode_skip_configs: ['username'],
  user_login_stats: ['username'],
} as const;

/**
 * What the design's foreign keys do by themselves when users are deleted: their rows go, their cards lose them. A site may lack the keys, and
 * R004 takes one away: whoever registered under the name again would have the points and the membership of who was deleted.
 */
export async function deleteRowsOfUsers(tx: Sql, names: readonly string[]): Promise<void> {
  for (const [table, columns] of Object.entries(userTables)) {
    for (const column of columns) await tx.run(`DELETE FROM ${table} WHERE ${column} IN (?)`, [names]);
  }
  await tx.run('UPDATE card_keys SET bound_to = NULL WHERE bound_to IN (?)', [names]);
}
