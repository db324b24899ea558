import { type Sql, sqlTime } from '../../data/mysql/database.js';
import { holdAccount } from '../points/account.js';
import { newId } from '../values.js';
import { canonicalIp } from './ip.js';
import { claimReward, type Paying, payOut, rewardedBefore } from './reward.js';
import { mayInvite, registrationOutcome } from './rules.js';
import { readBeforeClaims } from './settings.js';

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
  paying: Paying,
  { inviter: typed, invitee, ip }: Registration,
): Promise<void> {
  const { tx } = paying;
  const found = await inviterOf(tx, typed);
  if (found === null || !mayInvite({ username: found.username, banned: found.banned === 1 }, invitee)) return;
  const inviter = found.username;
  const what = { id: newId(), inviter, invitee, ip_address: canonicalIp(ip) };
  // Before anybody is waited for: registrations from an address that was rewarded long ago concern nobody.
  const { settings, address } = await readBeforeClaims(tx, what.ip_address);
  if (registrationOutcome(settings, { address, pair: false }) === 'nothing') return;
  await claimReward(paying, what);
  const outcome = registrationOutcome(settings, await rewardedBefore(tx, what));
  if (outcome === 'nothing') return;
  const account = await holdAccount(tx, inviter);
  const at = Date.now();
  const time = sqlTime(new Date(at));
  const rewarded = outcome === 'reward' ? [1, time] : [0, null];
  await tx.run(
    'INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, reward_time, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [what.id, inviter, invitee, account.invitation_code, what.ip_address, ...rewarded, time],
  );
  if (outcome === 'reward') await payOut(paying, account, what, settings.rewardPoints, { at });
}

/** Whose code this is, else who has this name; the row is held against a ban. */
async function inviterOf(
  tx: Sql,
  typed: string,
): Promise<{ readonly username: string; readonly banned: number | null } | null> {
  // The account, in a nested SELECT, is not held.
  const [user] = await tx.rows<{ username: string; banned: number | null }>(
    `SELECT username, banned FROM users
     WHERE username = COALESCE((SELECT p.username FROM user_points p WHERE p.invitation_code = ?), ?) LOCK IN SHARE MODE`,
    [typed, typed],
  );
  return user ?? null;
}
