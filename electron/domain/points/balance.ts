import { keyParameter } from '../../data/write/row-writer.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { PointsRecord, UserPoints } from '../../data/types.js';
import { isSuspended } from '../invitations/code.js';
import { conflict, invalid, isError, newId } from '../values.js';
import { type AccountRow, holdAccount, totalsOf } from './account.js';
import { enter, replaceEntry } from './ledger.js';
import { checkTotals, movement, movementsTo, standInAdmin, standInEntry, standInLife } from './rules.js';

/*
 * The site changes points in two steps: it sets a balance (`updateUserPoints`), then writes why (`addPointsRecord`).
 * Here the balance is the sum of the ledger at every moment, so the first step leaves an entry that stands in for the reason, and the second,
 * if it comes within a minute with the same amount, takes that entry's place instead of moving the balance again.
 * A site that only ever calls `addPointsRecord` is served as well.
 */
/** At the end of the id, whose beginning sorts by time. */
const standIn = '-set';

/**
 * Gives an account the balance that the site says, and its totals where they go together with it (else the totals follow from the movement).
 * `kept`: the console's tables are there. Throws `invalid_input` for a balance below zero, `conflict` for a code that another user has.
 */
export async function setBalance(tx: Transaction, username: string, points: UserPoints, kept: boolean): Promise<void> {
  checkTotals(points);
  let account = await holdAccount(tx, username);
  for (const amount of movementsTo(totalsOf(account), points))
    account = await enter(tx, account, standInEntry(newId() + standIn, username, amount, Date.now()));
  await setCode(tx, account, points.invitationCode, kept);
}

/** An empty code keeps the one that stands. Whoever is banned gets theirs with the end of the ban: until then they have no live one. */
async function setCode(tx: Sql, account: AccountRow, code: string, kept: boolean): Promise<void> {
  // A code of a ban that has ended since the site read the account is nobody's.
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
 * Writes an entry of a held account: in the place of the stand-in for the same movement, if there is one of the last minute, else as a new one
 * that moves the balance. Throws `conflict` as `enter`.
 */
export async function enterOrReplace(tx: Sql, account: AccountRow, record: PointsRecord): Promise<void> {
  // Without a lock: the account is held, and so is its ledger. A locking look may go by the time, over what other users have just written.
  const [row] = await tx.rows<{ id: string }>(
    `SELECT id FROM points_records WHERE username = ? AND type = 'admin_adjust' AND amount = ? AND admin_username = ? AND id LIKE '%${standIn}'
       AND created_at >= UTC_TIMESTAMP() - INTERVAL ? SECOND ORDER BY created_at, id`,
    [account.username, movement(record), standInAdmin, standInLife / 1_000],
  );
  if (row === undefined) await enter(tx, account, record);
  else await replaceEntry(tx, row.id, record);
}
