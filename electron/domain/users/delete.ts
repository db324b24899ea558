import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';
import { deleteRowsOfUsers } from '../../data/write/user-rows.js';
import { forgetPlays } from '../plays/statistics-rebuild.js';
import { isError } from '../values.js';

/** What was deleted with users. */
export interface Deletion {
  /** Number of deleted users. */
  readonly users: number;
  /** Hashes of the cards that they had bound. These cards stay used, without a user. */
  readonly cards: readonly string[];
}

/**
 * Deletes users with all their rows in the tables, in one place for the console and the site's storage. The users' rows
 * must be locked, and the config before them. Their cards stay used but lose the user. Rewards of addresses stay, so
 * that nobody is rewarded twice, and so does what others earned through these users. The caller handles the entry in
 * the config and the caches, and must not delete owners. `kept`: the console's tables exist. Throws `unsupported` if
 * another table of the site refers to these users or to rows of theirs.
 */
export async function deleteUsers(
  tx: Sql,
  users: readonly { readonly id: string | number; readonly username: string }[],
  kept: boolean,
): Promise<Deletion> {
  const ids = users.map((user) => keyParameter(user.id));
  const names = users.map((user) => user.username);
  const cards = await tx.rows<{ key_hash: string }>('SELECT key_hash FROM card_keys WHERE bound_to IN (?) FOR UPDATE', [
    names,
  ]);
  if (kept) await tx.run('DELETE FROM console_bans WHERE user_id IN (?)', [ids]);
  try {
    await deleteRowsOfUsers(tx, names);
    await forgetPlays(tx, names);
    const { affectedRows } = await tx.run('DELETE FROM users WHERE id IN (?)', [ids]);
    return { users: affectedRows, cards: cards.map((card) => card.key_hash) };
  } catch (error) {
    throw isError(error, 1451) ? referred(error, users.length > 1) : error;
  }
}

function referred(cause: unknown, several: boolean): Refusal {
  const text = several
    ? {
        zh: '站点有其他数据表引用这些用户，数据库拒绝删除',
        en: 'Another table of this site refers to these users; the database refuses to delete them',
      }
    : {
        zh: '站点有其他数据表引用这个用户，数据库拒绝删除',
        en: 'Another table of this site refers to this user; the database refuses to delete them',
      };
  return new Refusal('unsupported', text, { hint: { zh: '改为封禁。', en: 'Ban them instead.' }, cause });
}
