import { type Seconds } from './clock.js';
import type { Invitation, PointsAccount, User } from './model.js';
import { at, CAPITALS_AND_DIGITS, Random } from './random.js';

/** One points account per user, each with its own invitation code. */
export function openAccounts(users: readonly User[], seed: number): PointsAccount[] {
  const random = new Random(seed, 'invitation codes');
  const taken = new Set<string>();
  return users.map((user) => {
    let code = random.text(CAPITALS_AND_DIGITS, 16);
    while (taken.has(code)) code = random.text(CAPITALS_AND_DIGITS, 16);
    taken.add(code);
    return { user, code, balance: 0, earned: 0, redeemed: 0, updatedAt: user.createdAt };
  });
}

/**
 * Who invited whom, oldest first. An inviter is always an older user, so the graph has no loop. One address is rewarded
 * once. The addresses are from ranges without owners (carrier-grade NAT, documentation).
 */
export function buildInvitations(accounts: readonly PointsAccount[], seed: number, now: Seconds): Invitation[] {
  const random = new Random(seed, 'invitations');
  const rewardedIps = new Set<string>();
  const busy: PointsAccount[] = [];
  const ring: PointsAccount[] = [];
  const invitations: Invitation[] = [];

  accounts.forEach((account, index) => {
    const { user } = account;
    const invitation = user.inRing
      ? inviteIntoRing(random, ring, user)
      : index > 10 && user.role === 'user' && random.chance(0.22)
        ? invite(random, chooseInviter(random, accounts, busy, index), user, rewardedIps, now)
        : null;
    if (invitation !== null) {
      invitations.push(invitation);
      if (invitation.rewarded) rewardedIps.add(invitation.ip);
    }
    if (user.inRing) ring.push(account);
    else if (user.engagement !== 'never' && random.chance(0.03)) busy.push(account);
  });
  return invitations;
}

/** Most invitations come from a few users who share their code widely. */
function chooseInviter(
  random: Random,
  accounts: readonly PointsAccount[],
  busy: readonly PointsAccount[],
  index: number,
): PointsAccount {
  if (busy.length > 0 && random.chance(0.62)) return at(busy, Math.floor(random.next() ** 1.4 * busy.length));
  let inviter = at(accounts, random.between(0, index - 1));
  // A ring member invites only into the ring.
  for (let tries = 0; inviter.user.inRing && tries < 50; tries++) inviter = at(accounts, random.between(0, index - 1));
  return inviter.user.inRing ? at(accounts, 0) : inviter;
}

function invite(
  random: Random,
  inviter: PointsAccount,
  invitee: User,
  rewarded: ReadonlySet<string>,
  now: Seconds,
): Invitation {
  const ip = drawIp(random);
  const createdAt = Math.min(now, invitee.createdAt + random.between(0, 3));
  return {
    id: random.uuid(),
    inviter: inviter.user,
    invitee,
    code: inviter.code,
    ip,
    rewarded: !rewarded.has(ip) && inviter.user.createdAt < invitee.createdAt && !random.chance(0.03),
    createdAt,
  };
}

/** The ring: one head, a few lieutenants, all in one /24. Each address is used once, so that each was rewarded. */
function inviteIntoRing(random: Random, ring: readonly PointsAccount[], invitee: User): Invitation | null {
  const head = ring[0];
  if (head === undefined) return null;
  const lieutenant = at(ring, Math.min(ring.length - 1, random.between(1, 4)));
  const inviter = ring.length > 8 && random.chance(0.25) ? lieutenant : head;
  return {
    id: random.uuid(),
    inviter: inviter.user,
    invitee,
    code: inviter.code,
    ip: `203.0.113.${10 + ring.length * 3}`,
    rewarded: true,
    createdAt: invitee.createdAt + 1,
  };
}

function drawIp(random: Random): string {
  const roll = random.next();
  if (roll < 0.0015) return 'unknown';
  if (roll < 0.08) {
    const group = (): string => random.between(0x1000, 0xffff).toString(16);
    return `2001:db8:${random.between(1, 0xfff).toString(16)}:${group()}:${group()}:${group()}:${group()}:${group()}`;
  }
  // A few shared networks: a school, an office. Their second user earns nothing.
  if (roll < 0.1) return `198.51.100.${random.between(1, 20)}`;
  return `100.${random.between(64, 127)}.${random.between(0, 255)}.${random.between(1, 254)}`;
}
