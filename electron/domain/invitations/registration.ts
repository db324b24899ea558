import { type Sql, sqlTime } from '../../data/mysql/database.js';
import { holdAccount } from '../points/account.js';
import { newId } from '../values.js';
import { canonicalIp, rewardOfIp } from './ip.js';
import { claimReward, type Paying, rewardedBefore, writeReward } from './reward.js';
import { mayInvite, registrationOutcome } from './rules.js';
import { readInvitationConfig } from './settings.js';

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
  const settings = await readInvitationConfig(tx);
  const inviter = found.username;
  const what = { id: newId(), inviter, invitee, ip_address: canonicalIp(ip) };
  // Before anybody is waited for: registrations from an address that was rewarded long ago concern nobody.
  const address = (await rewardOfIp(tx, what.ip_address)) !== undefined;
  if (registrationOutcome(settings, { address, pair: false }) === 'nothing') return;
  await claimReward(paying, what);
  const outcome = registrationOutcome(settings, await rewardedBefore(tx, what));
  if (outcome === 'nothing') return;
  const account = await holdAccount(tx, inviter);
  await tx.run(
    'INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address, rewarded, created_at) VALUES (?, ?, ?, ?, ?, 0, ?)',
    [what.id, inviter, invitee, account.invitation_code, what.ip_address, sqlTime(new Date())],
  );
  if (outcome === 'reward') await writeReward(paying, account, what, settings.rewardPoints);
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
