import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { Invitation, InvitationConfig, IPRewardRecord } from '../types.js';
import { canonicalIp } from '../../domain/invitations/ip.js';
import { readInvitationConfig } from './inviting.js';
import { Refusal } from '../../contract/errors.js';
import { invalid, taken } from '../../data/legacy/errors.js';
import type { LegacyStore } from '../../data/legacy/store.js';
import { atomically } from '../../data/legacy/optimistic-transaction.js';

/**
 * Invitations and rewards in the legacy layout: each invitation is stored twice, under the invitee and under the
 * inviter.
 */
export class LegacyInvitations {
  readonly #store: LegacyStore;

  constructor(store: LegacyStore) {
    this.#store = store;
  }

  async byInvitee(invitee: string): Promise<Invitation | null> {
    const found = await this.#store.json<Invitation>(legacy.invitee(invitee));
    return found === null ? null : this.#withReward(found);
  }

  /** Newest first. */
  async byInviter(inviter: string): Promise<Invitation[]> {
    const found = await this.#store.scanJson<Invitation>(legacyPatterns.invitationsBy(inviter));
    const own = found.map(({ value }) => value).filter((value) => value.inviter === inviter);
    const told = await Promise.all(own.map((value) => this.#withReward(value)));
    return told.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Throws `conflict` if the invitee was invited already, `invalid_input` if users invite themselves. */
  async create(invitation: Invitation): Promise<void> {
    const { inviter, invitee, id } = invitation;
    if (inviter === invitee) throw invalid('不能邀请自己', 'Nobody invites themselves');
    await atomically(this.#store, async (unit) => {
      if (await unit.exists(legacy.invitee(invitee))) throw taken('该用户已被邀请过', 'The user was invited already');
      unit.set(legacy.invitee(invitee), invitation);
      unit.set(legacy.inviter(inviter, id), invitation);
    });
  }

  /** Throws `not_found`. Inviter and invitee stay the same. */
  async update(id: string, updates: Partial<Invitation>): Promise<void> {
    const found = await this.#store.scanJson<Invitation>(legacyPatterns.invitationById(id));
    const key = found.find(({ value }) => value.id === id)?.key;
    const missing = (): Refusal => new Refusal('not_found', { zh: '没有这条邀请', en: 'There is no such invitation' });
    if (key === undefined) throw missing();
    await atomically(this.#store, async (unit) => {
      const stored = await unit.json<Invitation>(key);
      if (stored === null) throw missing();
      const { inviter, invitee } = stored;
      const next = { ...stored, ...updates, id, inviter, invitee };
      unit.set(key, next);
      const twin = await unit.json<Invitation>(legacy.invitee(invitee));
      if (twin?.id === id) unit.set(legacy.invitee(invitee), next);
    });
  }

  /** By the address as typed, or in its canonical spelling; null if it was never rewarded. */
  async rewardOf(ip: string): Promise<IPRewardRecord | null> {
    const canonical = canonicalIp(ip);
    const exact = await this.#store.json<IPRewardRecord>(legacy.ipReward(ip));
    return exact ?? (ip === canonical ? null : this.#store.json<IPRewardRecord>(legacy.ipReward(canonical)));
  }

  /** Throws `conflict`: an address is rewarded once. */
  async createReward(record: IPRewardRecord): Promise<void> {
    await atomically(this.#store, async (unit) => {
      const ipAddress = canonicalIp(record.ipAddress);
      const key = legacy.ipReward(ipAddress);
      if ((await unit.exists(key)) || (await unit.exists(legacy.ipReward(record.ipAddress))))
        throw taken('该 IP 已发放过奖励', 'This address was rewarded already');
      unit.set(key, { ...record, ipAddress });
    });
  }

  async config(): Promise<InvitationConfig> {
    return readInvitationConfig(await this.#store.get(legacy.invitationConfig));
  }

  async setConfig(config: InvitationConfig): Promise<void> {
    await this.#store.ask((redis) => redis.set(legacy.invitationConfig, JSON.stringify(config)));
  }

  /** The site never writes `rewarded`: the reward of the address shows it, if it names the same invitee. */
  async #withReward(invitation: Invitation): Promise<Invitation> {
    if (invitation.rewarded) return invitation;
    const reward = await this.rewardOf(invitation.ipAddress);
    return reward?.invitee === invitation.invitee && reward.inviter === invitation.inviter
      ? { ...invitation, rewarded: true, rewardTime: reward.rewardTime }
      : invitation;
  }
}
