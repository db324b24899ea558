import type { Cache, Touch } from '../../data/cache/cache.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import type { Site } from '../../data/site.js';
import type { Invitation, IPRewardRecord, IStorage } from '../types.js';
import { holdGate, readInvitationConfig, writeInvitationConfig } from './invitations-config.js';
import { canonicalIp, rewardOfIp } from '../../domain/invitations/ip.js';
import { type InvitationRow, invitationColumns, pairRewarded, payReward } from './invitations-reward.js';
import { namesOf, noSuchUser } from './names.js';
import { holdAccount } from './points-account.js';
import { conflict, invalid, isError, millis, optionalMillis, timestamp } from '../../domain/values.js';
import { Refusal } from '../../contract/errors.js';

type InvitationMethods = Pick<
  IStorage,
  | 'getInvitationByInvitee'
  | 'getInvitationsByInviter'
  | 'createInvitation'
  | 'updateInvitation'
  | 'getIPRewardRecord'
  | 'createIPRewardRecord'
  | 'getInvitationConfig'
  | 'setInvitationConfig'
>;

/**
 * Invitations and their rewards. A reward is one thing in four places (invitation, ledger, balance, IP record): whichever of them the site
 * writes first, all are written, and what it writes afterwards finds itself done. One reward an address, in any spelling of it.
 * Nothing here is cached; a reward touches the inviter's `userPoints`.
 */
export function invitationMethods(site: Site, cache: Cache): InvitationMethods {
  const names = namesOf(site);
  return {
    /** How a user came here, or null. */
    async getInvitationByInvitee(invitee) {
      const [row] = await site.db.rows<InvitationRow>(
        `SELECT ${invitationColumns} FROM invitations WHERE invitee = ?`,
        [invitee],
      );
      return row === undefined ? null : invitationOf(row);
    },

    /** Whom a user brought, newest first. */
    async getInvitationsByInviter(inviter) {
      const rows = await site.db.rows<InvitationRow>(
        `SELECT ${invitationColumns} FROM invitations WHERE inviter = ? ORDER BY created_at DESC, id DESC`,
        [inviter],
      );
      return rows.map(invitationOf);
    },

    /**
     * Writes an invitation; with `rewarded`, pays it. The inviter registered before the invitee, so no circle can close, and the code is theirs
     * (an empty one is filled in). Throws `not_found` (user), `invalid_input` (oneself, an older invitee),
     * `conflict` (invited before, another's code, the pair or the address rewarded before, inviter banned).
     */
    async createInvitation(invitation) {
      const inviter = await names.need(invitation.inviter);
      const invitee = await names.need(invitation.invitee);
      await cache.write([{ family: 'userPoints', part: inviter }], (tx, touch) =>
        create(tx, touch, { ...invitation, inviter, invitee }),
      );
    },

    /**
     * Marks an invitation as rewarded, which pays it, or mends the address of one that is not. An invitation that was paid stays paid.
     * Throws `not_found`, `invalid_input` (another inviter, invitee or code), `conflict`.
     */
    async updateInvitation(id, updates) {
      await cache.write([], (tx, touch) => update(tx, touch, id, updates));
    },

    /** The reward that an address had, in whatever spelling, or null. */
    async getIPRewardRecord(ipAddress) {
      const row = await rewardOfIp(site.db, ipAddress);
      if (row === undefined) return null;
      return {
        id: row.id,
        ipAddress: row.ip_address,
        inviter: row.inviter,
        invitee: row.invitee,
        rewardTime: row.reward_time === null ? 0 : millis(row.reward_time),
      };
    },

    /**
     * Writes that an address was rewarded, which pays the invitation that came from it; the same again changes nothing.
     * Throws `not_found` (no such invitation), `conflict` (rewarded for another, or another address).
     */
    async createIPRewardRecord(record) {
      await cache.write([], (tx, touch) => rewardIp(tx, touch, record));
    },

    /** The configuration, or the design's defaults. Not cached: it decides about points. */
    getInvitationConfig: () => readInvitationConfig(site.db),

    /** Sets the configuration; `updatedAt` is the server's. Throws `invalid_input`. */
    async setInvitationConfig(config) {
      await cache.write([], (tx) => writeInvitationConfig(tx, config));
    },
  } satisfies InvitationMethods;
}

function invitationOf(row: InvitationRow): Invitation {
  return {
    id: row.id,
    inviter: row.inviter,
    invitee: row.invitee,
    invitationCode: row.invitation_code,
    ipAddress: row.ip_address,
    rewarded: row.rewarded === 1,
    ...optionalMillis('rewardTime', row.reward_time),
    createdAt: row.created_at === null ? 0 : millis(row.created_at),
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
  if (first === undefined || second === undefined) throw noSuchUser();
  return [first, second];
}

async function create(tx: Transaction, touch: (more: Touch) => void, invitation: Invitation): Promise<void> {
  const { inviter, invitee, id } = invitation;
  if (inviter === invitee) throw invalid('invitee', '不能邀请自己', 'Nobody invites themselves');
  if (id === '' || id.length > 36) throw invalid('id', '编号须为 1—36 个字符', 'An id has 1 to 36 characters');
  const [older, younger] = await parties(tx, inviter, invitee);
  if (BigInt(older.id) > BigInt(younger.id) || (older.created_at ?? '') > (younger.created_at ?? '9999'))
    throw invalid('inviter', '邀请人须先于被邀请人注册', 'The inviter registered after the invitee');
  // The code of who is banned is suspended: nobody came by it.
  if (older.banned === 1) throw conflict('邀请人已被封禁', 'The inviter is banned');
  const { rewardPoints } = await holdGate(tx);
  const { invitation_code: code } = await holdAccount(tx, inviter);
  if (invitation.invitationCode !== '' && invitation.invitationCode !== code)
    throw conflict('邀请码不属于该邀请人', 'The code is not the inviter’s');
  if (await pairRewarded(tx, inviter, invitee)) throw conflict('已为该用户奖励过', 'This pair was rewarded before');
  const ip = canonicalIp(invitation.ipAddress);
  try {
    await tx.run(
      'INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, created_at) VALUES (?, ?, ?, ?, ?, 0, ?)',
      [id, inviter, invitee, code, ip, timestamp(invitation.createdAt, 'createdAt')],
    );
  } catch (error) {
    if (isError(error, 1062)) throw conflict('该用户已有邀请记录', 'This user was invited before');
    throw error;
  }
  if (!invitation.rewarded) return;
  const at = invitation.rewardTime ?? Date.now();
  await payReward(tx, touch, { id, inviter, invitee, ip_address: ip }, needReward(rewardPoints), { at });
}

function needReward(points: number): number {
  if (points > 0) return points;
  throw conflict('当前邀请奖励为零', 'The reward is set to nothing');
}

async function update(
  tx: Transaction,
  touch: (more: Touch) => void,
  id: string,
  updates: Partial<Invitation>,
): Promise<void> {
  const { rewardPoints } = await holdGate(tx);
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
  const at = updates.rewardTime ?? Date.now();
  await payReward(tx, touch, { ...row, ip_address: ip }, needReward(rewardPoints), { at });
}

async function rewardIp(tx: Transaction, touch: (more: Touch) => void, record: IPRewardRecord): Promise<void> {
  const { rewardPoints } = await holdGate(tx);
  const [row] = await tx.rows<InvitationRow>(
    `SELECT ${invitationColumns} FROM invitations WHERE inviter = ? AND invitee = ? FOR UPDATE`,
    [record.inviter, record.invitee],
  );
  if (row === undefined) throw noInvitation();
  const paid = await rewardOfIp(tx, record.ipAddress);
  if (paid !== undefined && paid.inviter === row.inviter && paid.invitee === row.invitee) return;
  const ip = canonicalIp(record.ipAddress);
  if (ip !== row.ip_address) throw conflict('与邀请记录的 IP 不同', 'The invitation came from another address');
  const words = { ipRecordId: record.id, at: record.rewardTime };
  await payReward(tx, touch, row, needReward(rewardPoints), words);
}

function noInvitation(): Refusal {
  return new Refusal('not_found', { zh: '没有这条邀请记录', en: 'There is no such invitation' });
}
