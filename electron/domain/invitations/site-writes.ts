import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../../data/mysql/database.js';
import type { Invitation, IPRewardRecord } from '../../data/types.js';
import { holdAccount } from '../points/account.js';
import { conflict, invalid, isError, millis, optionalMillis, timestamp } from '../values.js';
import { canonicalIp, rewardOfIp } from './ip.js';
import {
  claimReward,
  type InvitationRow,
  invitationColumns,
  type Paying,
  payReward,
  rewardedBefore,
  payOut,
} from './reward.js';
import { checkNotRewarded } from './rules.js';
import { readInvitationConfig } from './settings.js';

/*
 * An invitation as a site writes it, step by step: created, changed, its address marked as rewarded. A reward is stored
 * in four places (invitation, ledger, balance, IP record): whichever the site writes first, all are written, and its
 * later writes find them done.
 */

export function invitationOf(row: InvitationRow): Invitation {
  return {
    id: row.id,
    inviter: row.inviter,
    invitee: row.invitee,
    invitationCode: row.invitation_code,
    ipAddress: row.ip_address,
    rewarded: row.rewarded === 1,
    ...optionalMillis('rewardTime', row.reward_time),
    createdAt: millis(row.created_at),
  };
}

interface Party {
  readonly id: string | number;
  readonly username: string;
  readonly created_at: string | null;
  readonly banned: number | null;
}

async function parties(tx: Sql, inviter: string, invitee: string): Promise<[Party, Party]> {
  const rows = await tx.rows<Party>(
    'SELECT id, username, created_at, banned FROM users WHERE username IN (?) ORDER BY id LOCK IN SHARE MODE',
    [[inviter, invitee]],
  );
  const [first, second] = [inviter, invitee].map((name) => rows.find((row) => row.username === name));
  if (first === undefined || second === undefined)
    throw new Refusal('not_found', { zh: '没有这个用户', en: 'There is no such user' });
  return [first, second];
}

/**
 * Stores an invitation between two users, in their stored spelling; with `rewarded`, pays it. The inviter must have
 * registered before the invitee, so invitations form no circle, and the code must be theirs (an empty one is filled
 * in). Throws `not_found` (user), `invalid_input` (inviting oneself, an older invitee), `conflict` (invited before,
 * another user's code, the pair or the address rewarded before, inviter banned).
 */
export async function createInvitation(paying: Paying, invitation: Invitation): Promise<void> {
  const { tx } = paying;
  const { inviter, invitee, id } = invitation;
  if (inviter === invitee) throw invalid('invitee', '不能邀请自己', 'Nobody invites themselves');
  if (id === '' || id.length > 36) throw invalid('id', '编号须为 1—36 个字符', 'An id has 1 to 36 characters');
  const [older, younger] = await parties(tx, inviter, invitee);
  if (BigInt(older.id) > BigInt(younger.id) || (older.created_at ?? '') > (younger.created_at ?? '9999'))
    throw invalid('inviter', '邀请人须先于被邀请人注册', 'The inviter registered after the invitee');
  // A banned user's code is suspended: no one can have used it.
  if (older.banned === 1) throw conflict('邀请人已被封禁', 'The inviter is banned');
  const { rewardPoints } = await readInvitationConfig(tx);
  const what = { id, inviter, invitee, ip_address: canonicalIp(invitation.ipAddress) };
  if (invitation.rewarded) await claimReward(paying, what);
  const account = await holdAccount(tx, inviter);
  const { invitation_code: code } = account;
  if (invitation.invitationCode !== '' && invitation.invitationCode !== code)
    throw conflict('邀请码不属于该邀请人', 'The code is not the inviter’s');
  const before = await rewardedBefore(tx, what);
  // For an unpaid invitation the address does not matter yet.
  checkNotRewarded({ ...before, address: before.address && invitation.rewarded });
  const at = invitation.rewardTime ?? Date.now();
  const rewarded = invitation.rewarded ? [1, timestamp(at, 'rewardTime')] : [0, null];
  try {
    await tx.run(
      'INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, reward_time, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      [id, inviter, invitee, code, what.ip_address, ...rewarded, timestamp(invitation.createdAt, 'createdAt')],
    );
  } catch (error) {
    if (isError(error, 1062)) throw conflict('该用户已有邀请记录', 'This user was invited before');
    throw error;
  }
  if (!invitation.rewarded) return;
  await payOut(paying, account, what, needReward(rewardPoints), { at });
}

function needReward(points: number): number {
  if (points > 0) return points;
  throw conflict('当前邀请奖励为零', 'The reward is set to nothing');
}

/**
 * Marks an invitation as rewarded, which pays it, or corrects the address of an unrewarded one. A paid one stays paid.
 * Throws `not_found`, `invalid_input` (another inviter, invitee or code), `conflict` (rewarded before, inviter banned).
 */
export async function updateInvitation(paying: Paying, id: string, updates: Partial<Invitation>): Promise<void> {
  const { tx } = paying;
  const [row] = await tx.rows<InvitationRow>(`SELECT ${invitationColumns} FROM invitations WHERE id = ? FOR UPDATE`, [
    id,
  ]);
  if (row === undefined) throw noInvitation();
  const now = invitationOf(row);
  for (const field of ['id', 'inviter', 'invitee', 'invitationCode', 'createdAt'] as const) {
    if (updates[field] !== undefined && updates[field] !== now[field])
      throw invalid(field, '邀请记录的这一项不能改', 'This of an invitation does not change');
  }
  if (now.rewarded) {
    if (
      updates.rewarded === false ||
      (updates.ipAddress !== undefined && canonicalIp(updates.ipAddress) !== now.ipAddress)
    )
      throw conflict('该邀请已奖励，不能撤回', 'This invitation was paid; that is not taken back here');
    return;
  }
  const ip = updates.ipAddress === undefined ? row.ip_address : canonicalIp(updates.ipAddress);
  if (ip !== row.ip_address) await tx.run('UPDATE invitations SET ip_address = ? WHERE id = ?', [ip, id]);
  if (updates.rewarded !== true) return;
  const { rewardPoints } = await readInvitationConfig(tx);
  const at = updates.rewardTime ?? Date.now();
  await payReward(paying, { ...row, ip_address: ip }, needReward(rewardPoints), { at });
}

/**
 * Marks an address as rewarded, which pays the invitation that came from it; repeating it changes nothing. Throws
 * `not_found` (no such invitation), `conflict` (rewarded for another, another address, inviter banned).
 */
export async function rewardAddress(paying: Paying, record: IPRewardRecord): Promise<void> {
  const { tx } = paying;
  const [row] = await tx.rows<InvitationRow>(
    `SELECT ${invitationColumns} FROM invitations WHERE inviter = ? AND invitee = ? FOR UPDATE`,
    [record.inviter, record.invitee],
  );
  if (row === undefined) throw noInvitation();
  const paid = await rewardOfIp(tx, record.ipAddress);
  if (paid !== undefined && paid.inviter === row.inviter && paid.invitee === row.invitee) return;
  const ip = canonicalIp(record.ipAddress);
  if (ip !== row.ip_address) throw conflict('与邀请记录的 IP 不同', 'The invitation came from another address');
  const { rewardPoints } = await readInvitationConfig(tx);
  await payReward(paying, row, needReward(rewardPoints), { ipRecordId: record.id, at: record.rewardTime });
}

function noInvitation(): Refusal {
  return new Refusal('not_found', { zh: '没有这条邀请记录', en: 'There is no such invitation' });
}
