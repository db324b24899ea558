import type { CardKey } from '../../../electron/storage/types.js';
import { at, card, type SiteClient, points } from './site-client.js';
import type { World } from './world.js';

/** One action of an actor: on which user, with which other user, card, address and amount. */
export interface Step {
  readonly actor: number;
  readonly what: string;
  readonly who: number;
  readonly whom: number;
  readonly card: number;
  readonly ip: string;
  readonly amount: number;
  readonly yes: boolean;
}

type SiteAction = (
  siteClient: SiteClient,
  world: World,
  step: Step & { readonly name: string; readonly other: string; readonly held: CardKey },
) => Promise<unknown>;

/** Every write of users, cards, points, invitations, configuration and sessions, and the reads that fill the cache. */
export const siteActions: Readonly<Record<string, SiteAction>> = {
  register: (siteClient, _, { name, other, held, ip, yes }) =>
    siteClient.createUserV2(name, 'x', 'user', ['t'], undefined, [], yes ? held.key : undefined, `CODE${other}`, ip),
  registerPlain: (siteClient, _, { name }) => siteClient.registerUser(name, 'x'),
  password: (siteClient, _, { name }) => siteClient.changePassword(name, 'y'),
  delete: (siteClient, _, { name }) => siteClient.deleteUser(name),
  ban: (siteClient, _, { name, yes }) => siteClient.banUser(name, yes),
  bind: (siteClient, _, { name, held }) => siteClient.bindCardKey(name, held.key),
  redeem: (siteClient, _, { name }) => siteClient.redeemPoints(name),
  redeemAgain: (siteClient, _, { name }) => siteClient.redeemPoints(name),
  adjust: (siteClient, world, { name, amount }) =>
    siteClient.addPointsRecord({
      id: world.id(),
      username: name,
      type: 'admin_adjust',
      amount,
      reason: 'r',
      adminUsername: 'boss',
      createdAt: at(),
    }),
  setPoints: (siteClient, _, { name, amount }) => siteClient.updateUserPoints(points(name, Math.abs(amount))),
  earn: async (siteClient, world, { name, other, amount, yes }) => {
    const invitation = yes ? await siteClient.getInvitationByInvitee(other) : null;
    const [username, relatedUser] = [invitation?.inviter ?? name, invitation?.invitee ?? other];
    const words = { type: 'earn', amount: Math.abs(amount), reason: 'r', createdAt: at() } as const;
    await siteClient.addPointsRecord({ id: world.id(), username, relatedUser, ...words });
  },
  invite: (siteClient, world, { name, other, ip, yes }) =>
    siteClient.createInvitation({
      id: world.id(),
      inviter: name,
      invitee: other,
      invitationCode: '',
      ipAddress: ip,
      rewarded: yes,
      createdAt: at(),
    }),
  mark: async (siteClient, _, { other, ip, yes }) => {
    const invitation = await siteClient.getInvitationByInvitee(other);
    if (invitation !== null)
      await siteClient.updateInvitation(invitation.id, yes ? { rewarded: true } : { ipAddress: ip });
  },
  ipReward: async (siteClient, world, { name, other, ip, yes }) => {
    const invitation = yes ? await siteClient.getInvitationByInvitee(other) : null;
    const { inviter, invitee, ipAddress } = invitation ?? { inviter: name, invitee: other, ipAddress: ip };
    await siteClient.createIPRewardRecord({ id: world.id(), inviter, invitee, ipAddress, rewardTime: at() });
  },
  terms: async (siteClient, _, { yes, amount }) =>
    siteClient.setInvitationConfig({
      ...(await siteClient.getInvitationConfig()),
      enabled: yes,
      redeemThreshold: Math.abs(amount),
    }),
  cardNew: (siteClient, world) => siteClient.createCardKey(card({ key: world.id() })),
  cardUse: (siteClient, _, { name, held }) => siteClient.updateCardKey(held.keyHash, { status: 'used', boundTo: name }),
  cardState: (siteClient, _, { held, yes, amount }) =>
    siteClient.updateCardKey(
      held.keyHash,
      yes ? { expiresAt: at(amount * 3_600) } : { status: amount > 0 ? 'expired' : 'unused' },
    ),
  cardGone: (siteClient, _, { held }) => siteClient.deleteCardKey(held.keyHash),
  info: (siteClient, _, { name, held, amount }) =>
    siteClient.updateUserCardKeyInfo(name, {
      boundKey: held.keyHash,
      expiresAt: at(Math.abs(amount) * 3_600),
      boundAt: at(),
    }),
  record: (siteClient, world, { name, held, yes }) =>
    siteClient.addUserCardKey({
      id: world.id(),
      keyHash: held.keyHash,
      username: name,
      type: held.keyType,
      status: yes ? 'used' : 'unused',
      source: 'manual',
      createdAt: at(),
      expiresAt: held.expiresAt,
    }),
  recordUse: async (siteClient, _, { name, other, yes, amount }) => {
    const [first] = await siteClient.getUserCardKeys(name);
    if (first !== undefined)
      await siteClient.updateUserCardKey(
        first.id,
        yes ? { status: 'used', usedBy: other } : { expiresAt: at(amount * 3_600) },
      );
  },
  redeemedBind: async (siteClient, _, { name, other }) => {
    const [first] = await siteClient.getUserCardKeys(name);
    const stock = first === undefined ? null : await siteClient.getCardKey(first.keyHash);
    if (stock !== null) await siteClient.bindCardKey(other, stock.key);
  },
  config: async (siteClient, _, { name, other, yes, amount }) => {
    const config = await siteClient.getAdminConfig();
    const changed = { banned: yes, role: amount > 0 ? 'admin' : 'user', tvboxToken: `new-${name}`, cardKey: undefined };
    const Users = (config?.UserConfig?.Users ?? []).map((entry) =>
      entry['username'] === name
        ? { ...entry, ...changed }
        : entry['username'] === other
          ? { ...entry, tags: ['x'] }
          : entry,
    );
    await siteClient.setAdminConfig({ ...config, UserConfig: { ...config?.UserConfig, Users } });
  },
  session: async (siteClient, _, { name }) => siteClient.getSession(await siteClient.createSession(name, {})),
  read: (siteClient, _, { name, other }) =>
    Promise.all([siteClient.getUserInfoV2(name), siteClient.getUserPoints(other), siteClient.getAdminConfig()]),
};

/** Actions on rewards, and on memberships: the whole list has them too rarely. */
export const rewarding = [
  'register',
  'delete',
  'ban',
  'setPoints',
  'earn',
  'invite',
  'mark',
  'ipReward',
  'terms',
  'read',
];
export const carding = [
  'register',
  'delete',
  'bind',
  'redeem',
  'redeemedBind',
  'cardUse',
  'cardState',
  'cardGone',
  'info',
  'record',
  'recordUse',
  'config',
];
