import type { CacheKey } from '../../data/cache/cache.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import { hasTables } from '../../data/tables.js';
import type { PointsRecord } from '../../data/types.js';
import { claim, claimOn } from '../claims.js';
import { type AccountRow, holdAccount, holdAccountWith, type TextPart } from '../points/account.js';
import { enterOrReplace } from '../points/balance.js';
import { enter } from '../points/ledger.js';
import { conflict, isError, newId, timestamp } from '../values.js';
import { canonicalIp, rewardedIpParameters, rewardedIpSql } from './ip.js';
import { checkNotRewarded, type RewardedBefore, rewardEntry } from './rules.js';

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

/** The data of an invitation that a reward needs; `ip_address` in its canonical spelling. */
export type Rewardable = Pick<InvitationRow, 'id' | 'inviter' | 'invitee' | 'ip_address'>;

/** The transaction in which a reward may be paid. */
export interface Paying {
  readonly tx: Transaction;
  readonly touch: (more: CacheKey) => void;
  /** Migration 0006 has run (`Site.hasClaims`). */
  readonly claims: boolean;
}

/** Marks an entry that the storage wrote itself because the site marked a reward before it wrote the earning. */
const automatic = '-auto';

/** The site's own text of the reward, if it gives one. */
export interface RewardWords {
  readonly record?: PointsRecord;
  readonly ipRecordId?: string;
  /** Milliseconds. */
  readonly at?: number;
}

/**
 * Claims a reward: from now on no other transaction can pay one for this address, or to this inviter for this invitee,
 * so the result of `rewardedBefore` stays true until the transaction ends. Only claims of the same reward wait for each
 * other. All unknown addresses are one (`unknown`), and so wait for each other until it was rewarded. Lock the users
 * and the invitation first, the account afterwards.
 *
 * Without migration 0006 all rewards wait for each other, at the row of invitation_configs. The table may have been
 * created since this transaction began: then it takes both, so that transactions that use only claims wait for it too.
 */
export async function claimReward(
  { tx, claims }: Pick<Paying, 'tx' | 'claims'>,
  { inviter, invitee, ip_address: ip }: Omit<Rewardable, 'id'>,
): Promise<void> {
  if (!claims) {
    await tx.run('INSERT INTO invitation_configs (id) VALUES (1) ON DUPLICATE KEY UPDATE id = 1');
    if (!(await hasTables(tx, 'claims'))) return;
  }
  await claim(tx, [claimOn('address', canonicalIp(ip)), claimOn('pair', inviter, invitee)]);
}

/**
 * Whether the address, in any spelling, or the inviter for a user of this name was rewarded before: a deleted user who
 * registers again earns no reward. Reads the site's tables, written by any program.
 */
export async function rewardedBefore(sql: Sql, what: Omit<Rewardable, 'id'>): Promise<RewardedBefore> {
  const { sql: columns, parameters } = beforeSql(what);
  const [row] = await sql.rows<BeforeRow>(`SELECT ${columns}`, parameters);
  return beforeOf(row);
}

interface BeforeRow {
  readonly address: number | string;
  readonly pair: number | string;
}

function beforeSql({ inviter, invitee, ip_address: ip }: Omit<Rewardable, 'id'>): TextPart {
  const sql = `${rewardedIpSql} AS address,
       (EXISTS (SELECT 1 FROM points_records WHERE username = ? AND type = 'earn' AND related_user = ?)
         OR EXISTS (SELECT 1 FROM ip_reward_records WHERE inviter = ? AND invitee = ?)) AS pair`;
  return { sql, parameters: [...rewardedIpParameters(ip), inviter, invitee, inviter, invitee] };
}

function beforeOf(row: BeforeRow | undefined): RewardedBefore {
  return { address: Number(row?.address) === 1, pair: Number(row?.pair) === 1 };
}

/**
 * Locks the inviter's account for a claimed reward, and returns the same as `rewardedBefore`, in one statement. Its
 * read may be older than its lock; but no other transaction can change what it reads while the claims last.
 */
export async function holdAccountToReward(
  tx: Transaction,
  what: Omit<Rewardable, 'id'>,
): Promise<{ readonly account: AccountRow; readonly before: RewardedBefore }> {
  const row = await holdAccountWith<BeforeRow>(tx, what.inviter, beforeSql(what));
  if (row === undefined)
    return { before: await rewardedBefore(tx, what), account: await holdAccount(tx, what.inviter) };
  const { address, pair, ...account } = row;
  return { account, before: beforeOf({ address, pair }) };
}

/**
 * Pays completely for an invitation that is written already: the inviter's entry, the IP record and the mark on the
 * invitation. Throws `conflict` if the address, the pair or the invitation was rewarded before, or the inviter is
 * banned.
 */
export async function payReward(
  paying: Paying,
  invitation: Rewardable,
  points: number,
  words: RewardWords = {},
): Promise<void> {
  const { tx } = paying;
  await claimReward(paying, invitation);
  const [user] = await tx.rows<{ username: string; banned: number | null }>(
    'SELECT username, banned FROM users WHERE username = ? LOCK IN SHARE MODE',
    [invitation.inviter],
  );
  if (user === undefined || user.banned === 1) throw conflict('邀请人已被封禁', 'The inviter is banned');
  const { account, before } = await holdAccountToReward(tx, { ...invitation, inviter: user.username });
  checkNotRewarded(before);
  const time = await payOut(paying, account, invitation, points, words);
  await tx.run('UPDATE invitations SET rewarded = 1, reward_time = ? WHERE id = ?', [time, invitation.id]);
}

/**
 * Writes a claimed and approved reward: the entry and the IP record; the caller has locked the inviter's account.
 * Returns the time for the invitation; an invitation created in the same transaction has it from the start. Throws
 * `conflict` for an id that exists.
 */
export async function payOut(
  { tx, touch }: Paying,
  account: AccountRow,
  { invitee, ip_address: ip }: Omit<Rewardable, 'id'>,
  points: number,
  words: RewardWords = {},
): Promise<string> {
  const inviter = account.username;
  const at = words.at ?? Date.now();
  if (words.record === undefined)
    await enter(tx, account, rewardEntry({ id: newId() + automatic, inviter, invitee, points, at }));
  else await enterOrReplace(tx, account, words.record);
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
  touch({ family: 'userPoints', part: inviter });
  return time;
}

/**
 * An earning that the site writes for an invited user: the reward of that invitation, with the site's text. Paid once.
 * Throws `conflict`.
 */
export async function earnByInvitation(
  paying: Paying,
  record: PointsRecord & { readonly relatedUser: string },
): Promise<void> {
  const { tx } = paying;
  const [invitation] = await tx.rows<InvitationRow>(
    `SELECT ${invitationColumns} FROM invitations WHERE inviter = ? AND invitee = ? FOR UPDATE`,
    [record.username, record.relatedUser],
  );
  if (invitation === undefined) throw conflict('没有这条邀请记录', 'There is no such invitation');
  if (invitation.rewarded !== 1) {
    await payReward(paying, invitation, record.amount, { record, at: record.createdAt });
    return;
  }
  const { affectedRows } = await tx.run(
    `UPDATE points_records SET id = ?, reason = ? WHERE username = ? AND type = 'earn' AND related_user = ? AND amount = ? AND id LIKE '%${automatic}'`,
    [record.id, record.reason, record.username, record.relatedUser, record.amount],
  );
  if (affectedRows !== 1) throw conflict('该邀请已奖励过', 'This invitation was rewarded before');
}
