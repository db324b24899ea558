import type { CardKey } from '../../electron/storage/types.js';
import { at, card, type Half, points } from './hybrid-half.js';
import type { World } from './hybrid-world.js';

/** One thing that an actor does: to whom, with whom, with which card, from which address, how much. */
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

type Doing = (
  half: Half,
  world: World,
  step: Step & { readonly name: string; readonly other: string; readonly held: CardKey },
) => Promise<unknown>;

/** Every write of users, cards, points, invitations, configuration and sessions, and the reads that fill the cache. */
export const doings: Readonly<Record<string, Doing>> = {
  register: (half, _, { name, other, held, ip, yes }) =>
    half.createUserV2(name, 'x', 'user', ['t'], undefined, [], yes ? held.key : undefined, `CODE${other}`, ip),
  registerPlain: (half, _, { name }) => half.registerUser(name, 'x'),
  password: (half, _, { name }) => half.changePassword(name, 'y'),
  delete: (half, _, { name }) => half.deleteUser(name),
  ban: (half, _, { name, yes }) => half.banUser(name, yes),
  bind: (half, _, { name, held }) => half.bindCardKey(name, held.key),
  redeem: (half, _, { name }) => half.redeemPoints(name),
  redeemAgain: (half, _, { name }) => half.redeemPoints(name),
  adjust: (half, world, { name, amount }) =>
    half.addPointsRecord({
      id: world.id(),
      username: name,
      type: 'admin_adjust',
      amount,
      reason: 'r',
      adminUsername: 'boss',
      createdAt: at(),
    }),
  setPoints: (half, _, { name, amount }) => half.updateUserPoints(points(name, Math.abs(amount))),
  earn: async (half, world, { name, other, amount, yes }) => {
    const invitation = yes ? await half.getInvitationByInvitee(other) : null;
    const [username, relatedUser] = [invitation?.inviter ?? name, invitation?.invitee ?? other];
    const words = { type: 'earn', amount: Math.abs(amount), reason: 'r', createdAt: at() } as const;
    await half.addPointsRecord({ id: world.id(), username, relatedUser, ...words });
  },
  invite: (half, world, { name, other, ip, yes }) =>
    half.createInvitation({
      id: world.id(),
      inviter: name,
      invitee: other,
      invitationCode: '',
      ipAddress: ip,
      rewarded: yes,
      createdAt: at(),
    }),
  mark: async (half, _, { other, ip, yes }) => {
    const invitation = await half.getInvitationByInvitee(other);
    if (invitation !== null) await half.updateInvitation(invitation.id, yes ? { rewarded: true } : { ipAddress: ip });
  },
  ipReward: async (half, world, { name, other, ip, yes }) => {
    const invitation = yes ? await half.getInvitationByInvitee(other) : null;
    const { inviter, invitee, ipAddress } = invitation ?? { inviter: name, invitee: other, ipAddress: ip };
    await half.createIPRewardRecord({ id: world.id(), inviter, invitee, ipAddress, rewardTime: at() });
  },
  terms: async (half, _, { yes, amount }) =>
    half.setInvitationConfig({
      ...(await half.getInvitationConfig()),
      enabled: yes,
      redeemThreshold: Math.abs(amount),
    }),
  cardNew: (half, world) => half.createCardKey(card({ key: world.id() })),
  cardUse: (half, _, { name, held }) => half.updateCardKey(held.keyHash, { status: 'used', boundTo: name }),
  cardState: (half, _, { held, yes, amount }) =>
    half.updateCardKey(
      held.keyHash,
      yes ? { expiresAt: at(amount * 3_600) } : { status: amount > 0 ? 'expired' : 'unused' },
    ),
  cardGone: (half, _, { held }) => half.deleteCardKey(held.keyHash),
  info: (half, _, { name, held, amount }) =>
    half.updateUserCardKeyInfo(name, {
      boundKey: held.keyHash,
      expiresAt: at(Math.abs(amount) * 3_600),
      boundAt: at(),
    }),
  record: (half, world, { name, held, yes }) =>
    half.addUserCardKey({
      id: world.id(),
      keyHash: held.keyHash,
      username: name,
      type: held.keyType,
      status: yes ? 'used' : 'unused',
      source: 'manual',
      createdAt: at(),
      expiresAt: held.expiresAt,
    }),
  recordUse: async (half, _, { name, other, yes, amount }) => {
    const [first] = await half.getUserCardKeys(name);
    if (first !== undefined)
      await half.updateUserCardKey(
        first.id,
        yes ? { status: 'used', usedBy: other } : { expiresAt: at(amount * 3_600) },
      );
  },
  redeemedBind: async (half, _, { name, other }) => {
    const [first] = await half.getUserCardKeys(name);
    const stock = first === undefined ? null : await half.getCardKey(first.keyHash);
    if (stock !== null) await half.bindCardKey(other, stock.key);
  },
  config: async (half, _, { name, other, yes, amount }) => {
    const config = await half.getAdminConfig();
    const changed = { banned: yes, role: amount > 0 ? 'admin' : 'user', tvboxToken: `new-${name}`, cardKey: undefined };
    const Users = (config?.UserConfig?.Users ?? []).map((entry) =>
      entry['username'] === name
        ? { ...entry, ...changed }
        : entry['username'] === other
          ? { ...entry, tags: ['x'] }
          : entry,
    );
    await half.setAdminConfig({ ...config, UserConfig: { ...config?.UserConfig, Users } });
  },
  session: async (half, _, { name }) => half.getSession(await half.createSession(name, {})),
  read: (half, _, { name, other }) =>
    Promise.all([half.getUserInfoV2(name), half.getUserPoints(other), half.getAdminConfig()]),
};

/** What touches rewards, and what touches memberships: the whole list meets them too seldom. */
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
