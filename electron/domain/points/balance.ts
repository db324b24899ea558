import { keyParameter } from '../../data/write/row-writer.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { PointsRecord, UserPoints } from '../../data/types.js';
import { isSuspended } from '../invitations/code.js';
import { conflict, invalid, isError, newId } from '../values.js';
import { type AccountRow, holdAccount, totalsOf } from './account.js';
import { enter, replaceEntry } from './ledger.js';
import { checkTotals, movement, movementsTo, standInAdmin, standInEntry, standInLife } from './rules.js';

/*
 * The site changes points in two steps: it sets a balance (`updateUserPoints`), then records the reason
 * (`addPointsRecord`). Here the balance is always the sum of the ledger, so the first step writes a stand-in entry. The
 * second, if it comes within a minute with the same amount, replaces that entry instead of moving the balance again. A
 * site that only calls `addPointsRecord` works too.
 */
/** Suffix of the id, whose beginning sorts by time. */
const standIn = '-set';

/**
 * Sets an account's balance, and its totals if they match the balance (otherwise they follow from the movement).
 * `kept`: the console's tables exist. Throws `invalid_input` for a balance below zero, `conflict` for another user's
 * code.
 */
export async function setBalance(tx: Transaction, username: string, points: UserPoints, kept: boolean): Promise<void> {
  checkTotals(points);
  let account = await holdAccount(tx, username);
  for (const amount of movementsTo(totalsOf(account), points))
    account = await enter(tx, account, standInEntry(newId() + standIn, username, amount, Date.now()));
  await setCode(tx, account, points.invitationCode, kept);
}

/**
 * An empty code keeps the current one. A banned user gets theirs when the ban is lifted: until then they have no live
 * one.
 */
async function setCode(tx: Sql, account: AccountRow, code: string, kept: boolean): Promise<void> {
  // The placeholder of a ban that was lifted since the site read the account is no one's code.
  if (code === '' || code === account.invitation_code || isSuspended(code)) return;
  if (code.length > 20) throw invalid('invitationCode', '邀请码最多 20 个字符', 'A code has at most 20 characters');
  const [user] = await tx.rows<{ id: string | number; banned: number | null }>(
    'SELECT id, banned FROM users WHERE username = ?',
    [account.username],
  );
  if (user?.banned === 1) {
    if (kept)
      await tx.run('UPDATE console_bans SET invitation_code = ? WHERE user_id = ?', [code, keyParameter(user.id)]);
    return;
  }
  try {
    await tx.run('UPDATE user_points SET invitation_code = ? WHERE username = ?', [code, account.username]);
  } catch (error) {
    if (isError(error, 1062)) throw conflict('邀请码已被使用', 'Another user has this code');
    throw error;
  }
}

/**
 * Writes an entry of a locked account: replaces the stand-in for the same movement, if there is one of the last minute;
 * otherwise adds a new entry, which moves the balance. Throws `conflict` as `enter`.
 */
export async function enterOrReplace(tx: Sql, account: AccountRow, record: PointsRecord): Promise<void> {
  // Without a lock: the locked account protects its ledger. A locking read may use the index on time, and wait for
  // other users' new entries.
  const [row] = await tx.rows<{ id: string }>(
    `SELECT id FROM points_records WHERE username = ? AND type = 'admin_adjust' AND amount = ? AND admin_username = ? AND id LIKE '%${standIn}'
       AND created_at >= UTC_TIMESTAMP() - INTERVAL ? SECOND ORDER BY created_at, id`,
    [account.username, movement(record), standInAdmin, standInLife / 1_000],
  );
  if (row === undefined) await enter(tx, account, record);
  else await replaceEntry(tx, row.id, record);
}
