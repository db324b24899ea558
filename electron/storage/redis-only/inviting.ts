import { randomUUID } from 'node:crypto';
import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { Invitation, InvitationConfig, IPRewardRecord, UserPoints } from '../types.js';
import { canonicalIp, spellings } from '../../domain/invitations/ip.js';
import { defaultSettings, mayInvite, registrationOutcome, rewardEntry } from '../../domain/invitations/rules.js';
import { entryOf, readConfig } from '../../data/legacy/config.js';
import { addEntryInto } from './ledger.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

export function readInvitationConfig(text: string | null): InvitationConfig {
  return { ...defaultSettings, ...parse<InvitationConfig>(text) };
}

export interface Inviter {
  readonly username: string;
  /** The code that was used. */
  readonly code: string;
  /** By the config if it has the user, else by the user's own record. */
  readonly banned: boolean;
}

/** The user with this code or this name; null if there is none. */
export async function findInviter(store: LegacyStore, codeOrName: string): Promise<Inviter | null> {
  if (codeOrName === '') return null;
  const owned = await store.json<UserPoints>(legacy.points(codeOrName)).catch(() => null);
  const found = await store.scan(legacyPatterns.points);
  // Except a key `history:…`, which is a user's list of entries and no account.
  const accounts = await store.values(found);
  const points =
    accounts.map((text) => parse<UserPoints>(text)).find((account) => account?.invitationCode === codeOrName) ?? owned;
  if (points === null) return null;
  const { username, invitationCode } = points;
  const [known, marked, config] = await store.ask((redis) =>
    Promise.all([
      redis.exists(legacy.info(username), legacy.password(username)),
      redis.hget(legacy.info(username), 'banned'),
      redis.get(legacy.adminConfig),
    ]),
  );
  const entry = entryOf(readConfig(config), username);
  if (known === 0) return null;
  const banned = entry === null ? marked === 'true' : entry['banned'] === true;
  return { username, code: invitationCode, banned };
}

/**
 * Adds an invitation and the inviter's reward to a transaction. As on the site, an address that was rewarded before
 * creates no invitation; nor do switched-off invitations or a banned inviter, whose code no longer works.
 */
export async function rewardInto(
  unit: OptimisticTransaction,
  {
    username,
    code,
    banned,
    invitee,
    ip: typed,
    now,
  }: Inviter & { invitee: string; ip: string | undefined; now: number },
): Promise<void> {
  const config = readInvitationConfig(await unit.get(legacy.invitationConfig));
  const ip = canonicalIp(typed);
  if (!mayInvite({ username, banned }, invitee)) return;
  let address = false;
  for (const spelling of new Set([...spellings(typed ?? ip), typed ?? ip]))
    address ||= await unit.exists(legacy.ipReward(spelling));
  // The rewards of this pair cannot be found: the ledger keeps the newest thousand entries, and an invitation is
  // deleted with its invitee.
  const outcome = registrationOutcome(config, { address, pair: false });
  if (outcome === 'nothing') return;
  const rewarded = outcome === 'reward';
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
  const entry = rewardEntry({
    id: randomUUID(),
    inviter: username,
    invitee,
    points: config.rewardPoints,
    at: now,
  });
  await addEntryInto(unit, [], entry);
}
