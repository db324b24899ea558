import { randomUUID } from 'node:crypto';
import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { Invitation, InvitationConfig, IPRewardRecord, UserPoints } from '../types.js';
import { canonicalIp } from '../../domain/invitations/ip.js';
import { entryOf, readConfig } from '../../data/legacy/config.js';
import { addEntryInto } from './ledger.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import type { Unit } from '../../data/legacy/unit.js';

/** The site's defaults, as its tables have them. */
const defaults: InvitationConfig = {
  enabled: true,
  rewardPoints: 100,
  redeemThreshold: 300,
  cardKeyType: 'week',
  updatedAt: 0,
};

export function readInvitationConfig(text: string | null): InvitationConfig {
  return { ...defaults, ...parse<InvitationConfig>(text) };
}

export interface Inviter {
  readonly username: string;
  /** The code that was used. */
  readonly code: string;
}

/** Whose code this is, or whose name; null for nobody, and for somebody who is banned: their code works no more. */
export async function findInviter(store: LegacyStore, codeOrName: string): Promise<Inviter | null> {
  if (codeOrName === '') return null;
  const owned = await store.json<UserPoints>(legacy.points(codeOrName)).catch(() => null);
  const found = await store.scan(legacyPatterns.points);
  // A name `history:…` aside, which is a user's list of entries and no account.
  const accounts = await store.values(found);
  const points =
    accounts.map((text) => parse<UserPoints>(text)).find((account) => account?.invitationCode === codeOrName) ?? owned;
  if (points === null) return null;
  const { username, invitationCode } = points;
  const [known, banned, config] = await store.ask((redis) =>
    Promise.all([
      redis.exists(legacy.info(username), legacy.password(username)),
      redis.hget(legacy.info(username), 'banned'),
      redis.get(legacy.adminConfig),
    ]),
  );
  const entry = entryOf(readConfig(config), username);
  if (known === 0 || (entry === null ? banned === 'true' : entry['banned'] === true)) return null;
  return { username, code: invitationCode };
}

/**
 * Adds an invitation and the inviter's reward to a change. As on the site, an address that was rewarded before leaves no invitation at all;
 * nor is there one while invitations are switched off.
 */
export async function rewardInto(
  unit: Unit,
  { username, code, invitee, ip: typed, now }: Inviter & { invitee: string; ip: string | undefined; now: number },
): Promise<void> {
  const config = readInvitationConfig(await unit.get(legacy.invitationConfig));
  const ip = canonicalIp(typed);
  for (const spelling of new Set([ip, typed ?? ip])) if (await unit.exists(legacy.ipReward(spelling))) return;
  if (!config.enabled) return;
  const rewarded = config.rewardPoints > 0;
  const invitation: Invitation = {
    id: randomUUID(),
    inviter: username,
    invitee,
    invitationCode: code,
    ipAddress: ip,
    rewarded,
    ...(rewarded ? { rewardTime: now } : {}),
    createdAt: now,
  };
  unit.set(legacy.invitee(invitee), invitation);
  unit.set(legacy.inviter(username, invitation.id), invitation);
  if (!rewarded) return;
  const reward: IPRewardRecord = { id: randomUUID(), ipAddress: ip, inviter: username, invitee, rewardTime: now };
  unit.set(legacy.ipReward(ip), reward);
  await addEntryInto(unit, [], {
    id: randomUUID(),
    username,
    type: 'earn',
    amount: config.rewardPoints,
    reason: '邀请好友注册',
    relatedUser: invitee,
    createdAt: now,
  });
}
