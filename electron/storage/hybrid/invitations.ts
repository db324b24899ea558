import type { Cache } from '../../data/cache/cache.js';
import type { Site } from '../../data/site.js';
import { rewardOfIp } from '../../domain/invitations/ip.js';
import { type InvitationRow, invitationColumns, type Paying } from '../../domain/invitations/reward.js';
import { readInvitationConfig, writeInvitationConfig } from '../../domain/invitations/settings.js';
import {
  createInvitation,
  invitationOf,
  rewardAddress,
  updateInvitation,
} from '../../domain/invitations/site-writes.js';
import { millis } from '../../domain/values.js';
import type { IStorage } from '../types.js';
import { usernameResolver } from './username-resolver.js';

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
 * Invitations and their rewards. A reward is stored in four places (invitation, ledger, balance, IP record): whichever
 * the site writes first, all are written, and its later writes find them done. One reward per address, in any spelling.
 * Nothing here is cached; a reward invalidates the inviter's `userPoints`.
 */
export function invitationMethods(site: Site, cache: Cache): InvitationMethods {
  const names = usernameResolver(site);
  const paying = async (touched: readonly string[], work: (paying: Paying) => Promise<void>): Promise<void> => {
    const claims = await site.hasClaims();
    const touches = touched.map((part) => ({ family: 'userPoints', part }) as const);
    await cache.write(touches, (tx, touch) => work({ tx, touch, claims }));
  };
  return {
    /** The invitation by which a user came, or null. */
    async getInvitationByInvitee(invitee) {
      const [row] = await site.db.rows<InvitationRow>(
        `SELECT ${invitationColumns} FROM invitations WHERE invitee = ?`,
        [invitee],
      );
      return row === undefined ? null : invitationOf(row);
    },

    /** The users someone invited, newest first. */
    async getInvitationsByInviter(inviter) {
      const rows = await site.db.rows<InvitationRow>(
        `SELECT ${invitationColumns} FROM invitations WHERE inviter = ? ORDER BY created_at DESC, id DESC`,
        [inviter],
      );
      return rows.map(invitationOf);
    },

    /**
     * Stores an invitation; with `rewarded`, pays it. The inviter must have registered before the invitee, so
     * invitations form no circle, and the code must be theirs (an empty one is filled in). Throws `not_found` (user),
     * `invalid_input` (inviting oneself, an older invitee), `conflict` (invited before, another user's code, the pair
     * or the address rewarded before, inviter banned).
     */
    async createInvitation(invitation) {
      const inviter = await names.need(invitation.inviter);
      const invitee = await names.need(invitation.invitee);
      await paying([inviter], (within) => createInvitation(within, { ...invitation, inviter, invitee }));
    },

    /**
     * Marks an invitation as rewarded, which pays it, or corrects the address of an unrewarded one. A paid invitation
     * stays paid. Throws `not_found`, `invalid_input` (another inviter, invitee or code), `conflict`.
     */
    async updateInvitation(id, updates) {
      await paying([], (within) => updateInvitation(within, id, updates));
    },

    /** The reward that an address got, in any spelling, or null. */
    async getIPRewardRecord(ipAddress) {
      const row = await rewardOfIp(site.db, ipAddress);
      if (row === undefined) return null;
      return {
        id: row.id,
        ipAddress: row.ip_address,
        inviter: row.inviter,
        invitee: row.invitee,
        rewardTime: millis(row.reward_time),
      };
    },

    /**
     * Records that an address was rewarded, which pays the invitation that came from it; repeating it changes nothing.
     * Throws `not_found` (no such invitation), `conflict` (rewarded for another invitation, or another address).
     */
    async createIPRewardRecord(record) {
      await paying([], (within) => rewardAddress(within, record));
    },

    /** The configuration, or the design's defaults. Not cached, because it decides about points. */
    getInvitationConfig: () => readInvitationConfig(site.db),

    /** Sets the configuration; `updatedAt` is the server's. Throws `invalid_input`. */
    async setInvitationConfig(config) {
      await cache.write([], (tx) => writeInvitationConfig(tx, config));
    },
  } satisfies InvitationMethods;
}
