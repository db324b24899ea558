import type { CardKey, IStorage } from '../../electron/storage/types.js';
import { at, card, openSiteClient, points } from './hybrid/site-client.js';
import { favorite, openParts, play, skip } from './hybrid/test-storage.js';
import type { Site } from '../../electron/data/site.js';

/** One process of a site, with everything that the hybrid storage can do. */
export function openWhole(site: Site) {
  const parts = openParts(site);
  return { ...parts, ...openSiteClient(site) };
}

export type Whole = ReturnType<typeof openWhole>;

/** The data of one user's write: none of it is shared with another user. */
export interface Person {
  readonly name: string;
  /** An older user, who invites only this one. */
  readonly inviter: string;
  readonly address: string;
  /** A source, and in it a content that no one else watches. */
  readonly key: { readonly source: string; readonly id: string };
  /** In stock, not bound. */
  readonly card: CardKey;
  readonly invitationId: string;
}

export interface SingleUserWrite {
  readonly method: keyof IStorage;
  /** Which of the method's variants, if there are several. */
  readonly way?: string;
  /** The user does not exist yet. */
  readonly newcomer?: boolean;
  /** What both need first. */
  readonly before?: (whole: Whole, person: Person) => Promise<unknown>;
  /** What only the held writer has: a row to change, while the other adds one next to it. */
  readonly beforeHeld?: (whole: Whole, person: Person) => Promise<unknown>;
  readonly write: (whole: Whole, person: Person) => Promise<unknown>;
}

/**
 * What each method of the storage is: a write that concerns one user (or one card of a user), a write that concerns the
 * site, or no write in MySQL. The compiler refuses a missing method.
 */
export const kinds: Readonly<Record<keyof IStorage, 'one user' | 'site' | 'none'>> = {
  getPlayRecord: 'none',
  setPlayRecord: 'one user',
  setPlayRecordsBatch: 'one user',
  getAllPlayRecords: 'none',
  deletePlayRecord: 'one user',
  getFavorite: 'none',
  setFavorite: 'one user',
  getAllFavorites: 'none',
  deleteFavorite: 'one user',
  registerUser: 'one user',
  verifyUser: 'none',
  checkUserExist: 'none',
  changePassword: 'one user',
  deleteUser: 'one user',
  getAllUsers: 'none',
  createUserV2: 'one user',
  verifyUserV2: 'none',
  getUserInfoV2: 'none',
  checkUserExistV2: 'none',
  getUserByOidcSub: 'none',
  banUser: 'one user',
  // Only Redis has searches, sessions and the site's own cache.
  getSearchHistory: 'none',
  addSearchHistory: 'none',
  deleteSearchHistory: 'none',
  getAdminConfig: 'none',
  setAdminConfig: 'site',
  getSkipConfig: 'none',
  setSkipConfig: 'one user',
  deleteSkipConfig: 'one user',
  getAllSkipConfigs: 'none',
  getEpisodeSkipConfig: 'none',
  setEpisodeSkipConfig: 'one user',
  deleteEpisodeSkipConfig: 'one user',
  getAllEpisodeSkipConfigs: 'none',
  createCardKey: 'one user',
  getCardKey: 'none',
  getAllCardKeys: 'none',
  updateCardKey: 'one user',
  deleteCardKey: 'one user',
  bindCardKey: 'one user',
  getUserCardKeyInfo: 'none',
  updateUserCardKeyInfo: 'one user',
  getFullUserCardKey: 'none',
  addUserCardKey: 'one user',
  getUserCardKeys: 'none',
  updateUserCardKey: 'one user',
  getUserPoints: 'none',
  updateUserPoints: 'one user',
  addPointsRecord: 'one user',
  getPointsHistory: 'none',
  redeemPoints: 'one user',
  getInvitationByInvitee: 'none',
  getInvitationsByInviter: 'none',
  createInvitation: 'one user',
  updateInvitation: 'one user',
  getIPRewardRecord: 'none',
  createIPRewardRecord: 'one user',
  getInvitationConfig: 'none',
  setInvitationConfig: 'site',
  getPlayStats: 'none',
  getUserPlayStat: 'none',
  getContentStats: 'none',
  updatePlayStatistics: 'one user',
  updateUserLoginStats: 'one user',
  createSession: 'none',
  getSession: 'none',
  deleteSession: 'none',
  getCache: 'none',
  setCache: 'none',
  deleteCache: 'none',
  clearExpiredCache: 'none',
  clearAllData: 'site',
  close: 'none',
};

const keyOf = ({ key }: Person): string => `${key.source}+${key.id}`;

const bind = (whole: Whole, { name, card: { key } }: Person): Promise<unknown> => whole.bindCardKey(name, key);

const record = (whole: Whole, person: Person): Promise<void> =>
  whole.addUserCardKey({
    id: `record-${person.name}`,
    keyHash: person.card.keyHash,
    username: person.name,
    type: 'month',
    status: 'unused',
    source: 'manual',
    createdAt: at(),
    expiresAt: person.card.expiresAt,
  });

const invite = (whole: Whole, person: Person, rewarded = false): Promise<void> =>
  whole.createInvitation({
    id: person.invitationId,
    inviter: person.inviter,
    invitee: person.name,
    invitationCode: '',
    ipAddress: person.address,
    rewarded,
    createdAt: at(),
  });

const adjust = (whole: Whole, { name }: Person, amount: number): Promise<void> =>
  whole.addPointsRecord({
    id: `adjust-${name}-${String(amount)}`,
    username: name,
    type: 'admin_adjust',
    amount,
    reason: '活动',
    adminUsername: 'boss',
    createdAt: at(),
  });

const watch = async (whole: Whole, { name, key }: Person): Promise<void> => {
  await whole.updatePlayStatistics(name, key.source, key.id, 60);
  await whole.batches.flush();
};

/** Every write of the storage that concerns one user. */
export const singleUserWrites: readonly SingleUserWrite[] = [
  { method: 'registerUser', newcomer: true, write: (whole, { name }) => whole.registerUser(name, 'secret') },
  {
    method: 'createUserV2',
    way: 'with a card and an inviter',
    newcomer: true,
    write: (whole, { name, card: { key }, inviter, address }) =>
      whole.createUserV2(name, 'secret', 'user', ['vip'], `sub-${name}`, ['a'], key, inviter, address),
  },
  { method: 'changePassword', write: (whole, { name }) => whole.changePassword(name, 'another') },
  { method: 'banUser', write: (whole, { name }) => whole.banUser(name, true) },
  {
    method: 'banUser',
    way: 'lifted',
    before: (whole, { name }) => whole.banUser(name, true),
    write: (whole, { name }) => whole.banUser(name, false),
  },
  {
    method: 'deleteUser',
    before: async (whole, person) => {
      await bind(whole, person);
      await adjust(whole, person, 30);
      await invite(whole, person, true);
      await whole.setPlayRecord(person.name, keyOf(person), play());
      await whole.setFavorite(person.name, keyOf(person), favorite());
      await whole.updateUserLoginStats(person.name, at());
      await watch(whole, person);
    },
    write: (whole, { name }) => whole.deleteUser(name),
  },
  { method: 'createCardKey', write: (whole) => whole.createCardKey(card()) },
  {
    method: 'updateCardKey',
    before: bind,
    write: (whole, { card: { keyHash, expiresAt } }) =>
      whole.updateCardKey(keyHash, { expiresAt: expiresAt + 86_400_000 }),
  },
  { method: 'deleteCardKey', write: (whole, { card: { keyHash } }) => whole.deleteCardKey(keyHash) },
  { method: 'bindCardKey', write: bind },
  {
    method: 'updateUserCardKeyInfo',
    before: bind,
    write: (whole, { name, card: { keyHash, expiresAt } }) =>
      whole.updateUserCardKeyInfo(name, { boundKey: keyHash, expiresAt: expiresAt + 86_400_000, boundAt: at() }),
  },
  { method: 'addUserCardKey', write: record },
  {
    method: 'updateUserCardKey',
    before: record,
    write: (whole, { name }) => whole.updateUserCardKey(`record-${name}`, { notes: 'a note' }),
  },
  { method: 'updateUserPoints', write: (whole, { name }) => whole.updateUserPoints(points(name, 50)) },
  { method: 'addPointsRecord', write: (whole, person) => adjust(whole, person, 20) },
  {
    method: 'addPointsRecord',
    way: 'after a balance that was set',
    before: (whole, { name }) => whole.updateUserPoints(points(name, 20)),
    write: (whole, person) => adjust(whole, person, 20),
  },
  {
    method: 'addPointsRecord',
    way: 'of an invitation',
    before: (whole, person) => invite(whole, person),
    write: (whole, { name, inviter }) =>
      whole.addPointsRecord({
        id: `earn-${name}`,
        username: inviter,
        relatedUser: name,
        type: 'earn',
        amount: 100,
        reason: '邀请好友注册',
        createdAt: at(),
      }),
  },
  {
    method: 'redeemPoints',
    before: (whole, person) => adjust(whole, person, 300),
    write: (whole, { name }) => whole.redeemPoints(name),
  },
  { method: 'createInvitation', write: (whole, person) => invite(whole, person) },
  { method: 'createInvitation', way: 'rewarded', write: (whole, person) => invite(whole, person, true) },
  {
    method: 'updateInvitation',
    before: (whole, person) => invite(whole, person),
    write: (whole, { invitationId }) => whole.updateInvitation(invitationId, { rewarded: true }),
  },
  {
    method: 'createIPRewardRecord',
    before: (whole, person) => invite(whole, person),
    write: (whole, { name, inviter, address }) =>
      whole.createIPRewardRecord({ id: `ip-${name}`, ipAddress: address, inviter, invitee: name, rewardTime: at() }),
  },
  {
    method: 'setPlayRecord',
    write: (whole, person) => whole.setPlayRecord(person.name, keyOf(person), play()),
  },
  {
    method: 'setPlayRecord',
    way: 'that is there',
    beforeHeld: (whole, person) => whole.setPlayRecord(person.name, keyOf(person), play()),
    write: (whole, person) => whole.setPlayRecord(person.name, keyOf(person), play({ play_time: 700 })),
  },
  {
    method: 'setPlayRecordsBatch',
    beforeHeld: (whole, person) => whole.setPlayRecord(person.name, keyOf(person), play()),
    write: (whole, person) =>
      whole.setPlayRecordsBatch(person.name, { [keyOf(person)]: play(), [`${keyOf(person)}-2`]: play() }),
  },
  {
    method: 'deletePlayRecord',
    before: (whole, person) => whole.setPlayRecord(person.name, keyOf(person), play()),
    write: (whole, person) => whole.deletePlayRecord(person.name, keyOf(person)),
  },
  { method: 'setFavorite', write: (whole, person) => whole.setFavorite(person.name, keyOf(person), favorite()) },
  {
    method: 'setFavorite',
    way: 'that is there',
    beforeHeld: (whole, person) => whole.setFavorite(person.name, keyOf(person), favorite()),
    write: (whole, person) => whole.setFavorite(person.name, keyOf(person), favorite({ title: '三体' })),
  },
  {
    method: 'deleteFavorite',
    before: (whole, person) => whole.setFavorite(person.name, keyOf(person), favorite()),
    write: (whole, person) => whole.deleteFavorite(person.name, keyOf(person)),
  },
  ...(['SkipConfig', 'EpisodeSkipConfig'] as const).flatMap((family): SingleUserWrite[] => {
    const set = (whole: Whole, { name, key: { source, id } }: Person): Promise<void> =>
      whole[`set${family}`](name, source, id, skip(source, id));
    return [
      { method: `set${family}`, write: set },
      { method: `set${family}`, way: 'that is there', beforeHeld: set, write: set },
      {
        method: `delete${family}`,
        before: set,
        write: (whole, { name, key: { source, id } }) => whole[`delete${family}`](name, source, id),
      },
    ];
  }),
  { method: 'updateUserLoginStats', write: (whole, { name }) => whole.updateUserLoginStats(name, at()) },
  {
    method: 'updateUserLoginStats',
    way: 'again',
    beforeHeld: (whole, { name }) => whole.updateUserLoginStats(name, at()),
    write: (whole, { name }) => whole.updateUserLoginStats(name, at()),
  },
  { method: 'updatePlayStatistics', way: 'with its batch', write: watch },
  { method: 'updatePlayStatistics', way: 'again, with its batch', beforeHeld: watch, write: watch },
];
