import type { Touch } from '../../data/cache/cache.js';
import { type Sql, sqlTime, type Transaction } from '../../data/mysql/database.js';
import type { PointsRecord } from '../types.js';
import { holdGate } from './invitations-config.js';
import { canonicalIp, rewardOfIp } from '../../domain/invitations/ip.js';
import { holdAccount } from './points-account.js';
import { takeStandIn } from './points-balance.js';
import { enter } from './points-ledger.js';
import { conflict, isError, newId, timestamp } from '../../domain/values.js';

/** A row of invitations. */
export interface InvitationRow {
  readonly id: string;
  readonly inviter: string;
  readonly invitee: string;
  readonly invitation_code: string;
  readonly ip_address: string;
  readonly rewarded: number | null;
  readonly reward_time: string | null;
  readonly created_at: string | null;
}

export const invitationColumns = 'id, inviter, invitee, invitation_code, ip_address, rewarded, reward_time, created_at';

/** An entry that the storage wrote by itself because the site marked a reward before it wrote the earning. */
const automatic = '-auto';

/** The reward's own words, where the site has some. */
export interface RewardWords {
  readonly record?: PointsRecord;
  readonly ipRecordId?: string;
  /** Milliseconds. */
  readonly at?: number;
}

/**
 * Pays for an invitation, whole: the inviter's entry, the IP record and the mark on the invitation. The gate must be held.
 * Throws `conflict` where the address, the pair or the invitation was rewarded before, or the inviter is banned.
 */
export async function payReward(
  tx: Transaction,
  touch: (more: Touch) => void,
  invitation: Pick<InvitationRow, 'id' | 'inviter' | 'invitee' | 'ip_address'>,
  points: number,
  words: RewardWords = {},
): Promise<void> {
  const { invitee, ip_address: ip } = invitation;
  const [user] = await tx.rows<{ username: string; banned: number | null }>(
    'SELECT username, banned FROM users WHERE username = ? LOCK IN SHARE MODE',
    [invitation.inviter],
  );
  if (user === undefined || user.banned === 1) throw conflict('邀请人已被封禁', 'The inviter is banned');
  const inviter = user.username;
  if ((await rewardOfIp(tx, ip)) !== undefined) throw conflict('该 IP 已奖励过', 'This address was rewarded before');
  if (await pairRewarded(tx, inviter, invitee))
    throw conflict('已为该用户奖励过', 'This invitation was rewarded before');
  const at = words.at ?? Date.now();
  const account = await holdAccount(tx, inviter);
  const record: PointsRecord = words.record ?? {
    id: newId() + automatic,
    username: inviter,
    type: 'earn',
    amount: points,
    reason: '邀请好友注册',
    relatedUser: invitee,
    createdAt: at,
  };
  if (words.record === undefined || !(await takeStandIn(tx, account, record))) await enter(tx, account, record);
  const time = timestamp(at, 'rewardTime');
  try {
    await tx.run(
      'INSERT INTO ip_reward_records (id, ip_address, inviter, invitee, reward_time) VALUES (?, ?, ?, ?, ?)',
      [words.ipRecordId ?? newId(), ip, inviter, invitee, time],
    );
  } catch (error) {
    if (isError(error, 1062)) throw conflict('这条 IP 奖励记录已存在', 'This IP record has been written before');
    throw error;
  }
  await tx.run('UPDATE invitations SET rewarded = 1, reward_time = ? WHERE id = ?', [time, invitation.id]);
  touch({ family: 'userPoints', part: inviter });
}

/** True when the inviter was rewarded for somebody of this name before: somebody deleted who registered again earns nobody anything. */
export async function pairRewarded(sql: Sql, inviter: string, invitee: string): Promise<boolean> {
  const [row] = await sql.rows<{ found: number }>(
    `SELECT EXISTS (SELECT 1 FROM points_records WHERE username = ? AND type = 'earn' AND related_user = ?)
         OR EXISTS (SELECT 1 FROM ip_reward_records WHERE inviter = ? AND invitee = ?) AS found`,
    [inviter, invitee, inviter, invitee],
  );
  return Number(row?.found) === 1;
}

/** An earning that the site writes for an invited user: the reward of that invitation, in the site's words. Paid once. */
export async function earnByInvitation(
  tx: Transaction,
  touch: (more: Touch) => void,
  record: PointsRecord & { readonly relatedUser: string },
): Promise<void> {
  await holdGate(tx);
  const [invitation] = await tx.rows<InvitationRow>(
    `SELECT ${invitationColumns} FROM invitations WHERE inviter = ? AND invitee = ? FOR UPDATE`,
    [record.username, record.relatedUser],
  );
  if (invitation === undefined) throw conflict('没有这条邀请记录', 'There is no such invitation');
  if (invitation.rewarded !== 1) {
    await payReward(tx, touch, invitation, record.amount, { record, at: record.createdAt });
    return;
  }
  const { affectedRows } = await tx.run(
    `UPDATE points_records SET id = ?, reason = ? WHERE username = ? AND type = 'earn' AND related_user = ? AND amount = ? AND id LIKE '%${automatic}'`,
    [record.id, record.reason, record.username, record.relatedUser, record.amount],
  );
  if (affectedRows !== 1) throw conflict('该邀请已奖励过', 'This invitation was rewarded before');
}

export interface Registration {
  /** The inviter's code, or name. */
  readonly inviter: string;
  /** The new user, already written. */
  readonly invitee: string;
  readonly ip: string | undefined;
}

/**
 * Remembers who invited a user who registers now, and rewards the inviter. As on the site, an unknown code does not stop the registration,
 * and an address that was rewarded before leaves no invitation at all; so do a banned inviter, oneself, and a name that was rewarded before.
 */
export async function inviteAtRegistration(
  tx: Transaction,
  touch: (more: Touch) => void,
  { inviter: typed, invitee, ip: address }: Registration,
): Promise<void> {
  const found = await inviterOf(tx, typed);
  if (found === null || found.banned === 1 || found.username === invitee) return;
  const { enabled, rewardPoints } = await holdGate(tx);
  if (!enabled) return;
  const ip = canonicalIp(address);
  if ((await rewardOfIp(tx, ip)) !== undefined || (await pairRewarded(tx, found.username, invitee))) return;
  const { invitation_code } = await holdAccount(tx, found.username);
  const id = newId();
  await tx.run(
    'INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, created_at) VALUES (?, ?, ?, ?, ?, 0, ?)',
    [id, found.username, invitee, invitation_code, ip, sqlTime(new Date())],
  );
  if (rewardPoints > 0)
    await payReward(tx, touch, { id, inviter: found.username, invitee, ip_address: ip }, rewardPoints);
}

/** Whose code this is, else who has this name; the row is held against a ban. */
async function inviterOf(
  tx: Sql,
  typed: string,
): Promise<{ readonly username: string; readonly banned: number | null } | null> {
  const [code] = await tx.rows<{ username: string }>('SELECT username FROM user_points WHERE invitation_code = ?', [
    typed,
  ]);
  const [user] = await tx.rows<{ username: string; banned: number | null }>(
    'SELECT username, banned FROM users WHERE username = ? LOCK IN SHARE MODE',
    [code?.username ?? typed],
  );
  return user ?? null;
}
