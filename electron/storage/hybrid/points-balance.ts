import type { PointsRecord, UserPoints } from '../types.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import { isSuspended } from '../../domain/invitations/code.js';
import { keyOf } from '../../data/write/rows.js';
import { type AccountRow, holdAccount } from './points-account.js';
import { enter, movement } from './points-ledger.js';
import { conflict, invalid, isError, newId, timestamp } from '../../domain/values.js';

/*
 * The site changes points in two steps: it sets a balance (`updateUserPoints`), then writes why (`addPointsRecord`).
 * Here the balance is the sum of the ledger at every moment, so the first step leaves an entry that stands in for the reason, and the second,
 * if it comes within a minute with the same amount, takes that entry's place instead of moving the balance again.
 * A site that only ever calls `addPointsRecord` is served as well.
 */
/** At the end of the id, whose beginning sorts by time. */
const standIn = '-set';
const standInReason = '站点写入余额';
const standInAdmin = 'site';

/**
 * Gives an account the balance that the site says, and its totals where they go together with it (else the totals follow from the movement).
 * `kept`: the console's tables are there. Throws `invalid_input` for a balance below zero, `conflict` for a code that another user has.
 */
export async function setBalance(tx: Transaction, username: string, points: UserPoints, kept: boolean): Promise<void> {
  for (const field of ['balance', 'totalEarned', 'totalRedeemed'] as const) {
    if (!Number.isInteger(points[field]) || points[field] < 0)
      throw invalid(field, '积分须为非负整数', 'Points are a whole number, not below zero');
  }
  const account = await holdAccount(tx, username);
  for (const amount of steps(account, points)) {
    await enter(tx, account, {
      id: newId() + standIn,
      username,
      type: 'admin_adjust',
      amount,
      reason: standInReason,
      adminUsername: standInAdmin,
      createdAt: Date.now(),
    });
  }
  await setCode(tx, account, points.invitationCode, kept);
}

/** Up, then down: the movements that lead from one state to the other. */
function steps(account: AccountRow, points: UserPoints): number[] {
  const moved = points.balance - account.balance;
  const earned = points.totalEarned - account.total_earned;
  const redeemed = points.totalRedeemed - account.total_redeemed;
  const whole = earned >= 0 && redeemed >= 0 && earned - redeemed === moved;
  return (whole ? [earned, -redeemed] : [moved]).filter((amount) => amount !== 0);
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
    if (kept) await tx.run('UPDATE console_bans SET invitation_code = ? WHERE user_id = ?', [code, keyOf(user.id)]);
    return;
  }
  try {
    await tx.run('UPDATE user_points SET invitation_code = ? WHERE username = ?', [code, account.username]);
  } catch (error) {
    if (isError(error, 1062)) throw conflict('邀请码已被使用', 'Another user has this code');
    throw error;
  }
}

/** Puts an entry in the place of the stand-in for the same movement, if there is one of the last minute. Answers whether it did. */
export async function takeStandIn(tx: Sql, account: AccountRow, record: PointsRecord): Promise<boolean> {
  const moved = movement(record);
  const [row] = await tx.rows<{ id: string }>(
    `SELECT id FROM points_records WHERE username = ? AND type = 'admin_adjust' AND amount = ? AND admin_username = ? AND id LIKE '%${standIn}'
       AND created_at >= UTC_TIMESTAMP() - INTERVAL 60 SECOND ORDER BY created_at LIMIT 1 FOR UPDATE`,
    [account.username, moved, standInAdmin],
  );
  if (row === undefined) return false;
  try {
    await tx.run(
      'UPDATE points_records SET id = ?, type = ?, reason = ?, related_user = ?, card_key_id = ?, admin_username = ?, created_at = ? WHERE id = ?',
      [
        record.id,
        record.type,
        record.reason,
        record.relatedUser ?? null,
        record.cardKeyId ?? null,
        record.adminUsername ?? null,
        timestamp(record.createdAt, 'createdAt'),
        row.id,
      ],
    );
  } catch (error) {
    if (isError(error, 1062)) throw conflict('这条积分记录已存在', 'This entry has been written before');
    throw error;
  }
  return true;
}
