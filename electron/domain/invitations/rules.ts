import type { InvitationConfig, PointsRecord } from '../../data/types.js';
import { conflict } from '../values.js';

/*
 * The rules of invitations, without a database: who may invite, what a registration earns, what a reward's entry
 * contains. The spelling of addresses is in ip.ts.
 */

/** The default settings: on, 100 points per reward, 300 for a card of a week. */
export const defaultSettings: InvitationConfig = {
  enabled: true,
  rewardPoints: 100,
  redeemThreshold: 300,
  cardKeyType: 'week',
  updatedAt: 0,
};

/** True if an invitation counts: a banned user cannot invite, and no one can invite themselves. */
export function mayInvite(inviter: { readonly username: string; readonly banned: boolean }, invitee: string): boolean {
  return !inviter.banned && inviter.username !== invitee;
}

/** What was rewarded before. */
export interface RewardedBefore {
  /** The address, in any spelling. */
  readonly address: boolean;
  /** This inviter for this invitee, or for a user of the same name who was deleted since. */
  readonly pair: boolean;
}

/**
 * The result of a registration with an inviter: nothing while invitations are off, or if the address or the pair was
 * rewarded before; an invitation without a reward if the reward is zero.
 */
export function registrationOutcome(
  settings: Pick<InvitationConfig, 'enabled' | 'rewardPoints'>,
  before: RewardedBefore,
): 'nothing' | 'invitation' | 'reward' {
  if (!settings.enabled || before.address || before.pair) return 'nothing';
  return settings.rewardPoints > 0 ? 'reward' : 'invitation';
}

/** Refuses a second reward. Throws `conflict`. */
export function checkNotRewarded(before: RewardedBefore): void {
  if (before.address) throw conflict('该 IP 已奖励过', 'This address was rewarded before');
  if (before.pair) throw conflict('已为该用户奖励过', 'This invitation was rewarded before');
}

/** The ledger's entry for a reward; `at` is in milliseconds. */
export function rewardEntry(entry: {
  readonly id: string;
  readonly inviter: string;
  readonly invitee: string;
  readonly points: number;
  readonly at: number;
}): PointsRecord {
  return {
    id: entry.id,
    username: entry.inviter,
    type: 'earn',
    amount: entry.points,
    reason: '邀请好友注册',
    relatedUser: entry.invitee,
    createdAt: entry.at,
  };
}
