import { sqlTime, type Transaction } from '../../data/mysql/database.js';
import type { InvitationConfig } from '../../data/types.js';
import { newId } from '../values.js';
import { canonicalIp, rewardedIpParameters, rewardedIpSql } from './ip.js';
import { claimReward, holdAccountToReward, type Paying, payOut } from './reward.js';
import { mayInvite, registrationOutcome } from './rules.js';
import { type RewardRow, rewardSettingsOf, rewardSql } from './settings.js';

export interface Registration {
  /** The inviter's code or name. */
  readonly inviter: string;
  /** The new user, already inserted. */
  readonly invitee: string;
  readonly ip: string | undefined;
}

/**
 * Records who invited a user who is registering, and rewards the inviter. As on the site, an unknown code does not stop
 * the registration. An address that was rewarded before creates no invitation; nor does a banned inviter, inviting
 * oneself, or a name that was rewarded before.
 */
export async function inviteAtRegistration(
  paying: Paying,
  { inviter: typed, invitee, ip }: Registration,
): Promise<void> {
  const { tx } = paying;
  const ip_address = canonicalIp(ip);
  // Locks only the inviter so far: registrations from an address that was rewarded long ago wait for no one else.
  const found = await holdInviter(tx, typed, ip_address);
  if (found === null || !mayInvite(found, invitee)) return;
  const { username: inviter, settings, address } = found;
  const what = { id: newId(), inviter, invitee, ip_address };
  if (registrationOutcome(settings, { address, pair: false }) === 'nothing') return;
  await claimReward(paying, what);
  const { account, before } = await holdAccountToReward(tx, what);
  const outcome = registrationOutcome(settings, before);
  if (outcome === 'nothing') return;
  const at = Date.now();
  const time = sqlTime(new Date(at));
  const rewarded = outcome === 'reward' ? [1, time] : [0, null];
  await tx.run(
    'INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, reward_time, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [what.id, inviter, invitee, account.invitation_code, what.ip_address, ...rewarded, time],
  );
  if (outcome === 'reward') await payOut(paying, account, what, settings.rewardPoints, { at });
}

interface Inviter {
  readonly username: string;
  readonly banned: boolean;
  readonly settings: Pick<InvitationConfig, 'enabled' | 'rewardPoints'>;
  /** The address was rewarded before, in any spelling. */
  readonly address: boolean;
}

/**
 * The user with this code, else with this name; the row is locked against a ban. The same statement reads what a
 * registration checks first, in nested SELECTs, which take no locks.
 */
async function holdInviter(tx: Transaction, typed: string, ip: string): Promise<Inviter | null> {
  const [row] = await tx.prepared<RewardRow & { username: string; banned: number | null; address: number | string }>(
    `SELECT u.username, u.banned, ${rewardSql}, ${rewardedIpSql} AS address
     FROM users u
     WHERE u.username = COALESCE((SELECT p.username FROM user_points p WHERE p.invitation_code = ?), ?) LOCK IN SHARE MODE`,
    [...rewardedIpParameters(ip), typed, typed],
  );
  if (row === undefined) return null;
  const { username, banned } = row;
  return { username, banned: banned === 1, settings: rewardSettingsOf(row), address: Number(row.address) === 1 };
}
