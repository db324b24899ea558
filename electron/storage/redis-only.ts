import type { RedisClient, SingleRedis } from '../data/cache/commands.js';
import { Refusal } from '../contract/errors.js';
import { legacy, legacyPatterns } from '../data/legacy/keys.js';
import { LegacyCards } from './redis-only/cards.js';
import { readConfig } from '../data/legacy/config.js';
import { LegacyInvitations } from './redis-only/invitations.js';
import { LegacyPoints } from './redis-only/points.js';
import { hashLayout, LegacyRecords } from '../data/legacy/records.js';
import { removeAll, removeUser } from './redis-only/removal.js';
import { LegacySessions } from './redis-only/sessions.js';
import { LegacySkips } from './redis-only/skips.js';
import { LegacyStats } from './redis-only/stats.js';
import { LegacyStore } from '../data/legacy/store.js';
import { LegacyUsers } from './redis-only/users.js';
import type { Favorite, IStorage, PlayRecord } from './types.js';

export interface RedisOnlyOptions {
  /** The owner's name: on these sites the owner has an account in the environment and none in Redis. */
  readonly owner?: string;
  /** How many milliseconds a call waits for a missing connection. Default 5000. */
  readonly patience?: number;
}

const historyLength = 20;

/**
 * The site's own layout in Redis (Redis, Kvrocks, Upstash by `rediss://`), without MySQL: the rollback. The site can
 * read what this writes, and this can read what the site wrote; the names are in data/legacy/keys.ts. There is no
 * cache: Redis is the truth, every answer is fresh.
 *
 * A change over several keys is one script that first checks that its input has not changed
 * (data/legacy/optimistic-transaction.ts). All its keys must be on one server, and these names have no hash tags: so a
 * **Cluster is refused** (`unsupported`), as the site itself supports none.
 *
 * Accounts are the site's too: passwords are stored where its own sign-in reads them, in the form that it uses
 * (redis-only/passwords.ts says when that is impossible). A list of users that the site has not started is not started
 * here.
 *
 * Differences from the hybrid storage: `Bob` and `bob` are two users; records of a name without an account are kept
 * (the owner has none); content statistics are computed from the play records, so `updatePlayStatistics` writes
 * nothing; the ledger keeps 1000 entries per user.
 */
export class RedisOnlyStorage implements IStorage {
  readonly #store: LegacyStore;
  readonly #users: LegacyUsers;
  readonly #plays: LegacyRecords<PlayRecord>;
  readonly #favorites: LegacyRecords<Favorite>;
  readonly #skips: LegacySkips;
  readonly #episodeSkips: LegacySkips;
  readonly #cards: LegacyCards;
  readonly #points: LegacyPoints;
  readonly #invitations: LegacyInvitations;
  readonly #stats: LegacyStats;
  readonly #sessions: LegacySessions;

  /** Takes over the connection: `close` ends it. Throws `unsupported` for a Cluster. */
  constructor(redis: RedisClient, { owner, patience }: RedisOnlyOptions = {}) {
    if (redis.isCluster) {
      redis.disconnect();
      throw new Refusal(
        'unsupported',
        { zh: '纯 Redis 存储不支持 Redis Cluster', en: 'The redis-only storage does not run on a Redis Cluster' },
        { hint: { zh: '使用单机或哨兵模式的 Redis。', en: 'Use a single Redis or one behind Sentinel.' } },
      );
    }
    const store = new LegacyStore(redis as SingleRedis, patience);
    const hashes = hashLayout(store);
    this.#store = store;
    this.#users = new LegacyUsers(store, owner);
    this.#plays = new LegacyRecords(store, 'pr', hashes);
    this.#favorites = new LegacyRecords(store, 'fav', hashes);
    this.#skips = new LegacySkips(new LegacyRecords(store, 'skip', hashes));
    this.#episodeSkips = new LegacySkips(new LegacyRecords(store, 'episodeskip', hashes));
    this.#cards = new LegacyCards(store, owner);
    this.#points = new LegacyPoints(store, owner);
    this.#invitations = new LegacyInvitations(store);
    this.#stats = new LegacyStats(store, this.#plays);
    this.#sessions = new LegacySessions(store);
  }

  readonly getPlayRecord: IStorage['getPlayRecord'] = (user, key) => this.#plays.get(user, key);
  readonly setPlayRecord: IStorage['setPlayRecord'] = (user, key, record) => this.#plays.set(user, key, record);
  readonly setPlayRecordsBatch: IStorage['setPlayRecordsBatch'] = (user, all) => this.#plays.setMany(user, all);
  readonly getAllPlayRecords: IStorage['getAllPlayRecords'] = (user) => this.#plays.all(user);
  readonly deletePlayRecord: IStorage['deletePlayRecord'] = (user, key) => this.#plays.delete(user, key);

  readonly getFavorite: IStorage['getFavorite'] = (user, key) => this.#favorites.get(user, key);
  readonly setFavorite: IStorage['setFavorite'] = (user, key, value) => this.#favorites.set(user, key, value);
  readonly getAllFavorites: IStorage['getAllFavorites'] = (user) => this.#favorites.all(user);
  readonly deleteFavorite: IStorage['deleteFavorite'] = (user, key) => this.#favorites.delete(user, key);

  readonly registerUser: IStorage['registerUser'] = (user, password) => this.#users.create(user, password);
  readonly verifyUser: IStorage['verifyUser'] = (user, password) => this.#users.verify(user, password);
  readonly checkUserExist: IStorage['checkUserExist'] = (user) => this.#users.exists(user);
  readonly changePassword: IStorage['changePassword'] = (user, password) => this.#users.changePassword(user, password);
  readonly getAllUsers: IStorage['getAllUsers'] = () => this.#users.all();
  readonly createUserV2: IStorage['createUserV2'] = (user, password, role, tags, oidcSub, enabledApis, ...more) => {
    const [cardKey, inviter, ipAddress] = more;
    const given = { role, tags, oidcSub, enabledApis, cardKey, inviter, ipAddress };
    const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return this.#users.create(user, password, options);
  };
  readonly verifyUserV2: IStorage['verifyUserV2'] = (user, password) => this.#users.verify(user, password);
  readonly getUserInfoV2: IStorage['getUserInfoV2'] = (user) => this.#users.info(user);
  readonly checkUserExistV2: IStorage['checkUserExistV2'] = (user) => this.#users.exists(user);
  readonly getUserByOidcSub: IStorage['getUserByOidcSub'] = (sub) => this.#users.bySubject(sub);
  readonly banUser: IStorage['banUser'] = async (user, banned) => {
    await this.#users.ban(user, banned);
    if (banned) await this.#sessions.end(user);
  };
  readonly deleteUser: IStorage['deleteUser'] = async (user) => {
    await removeUser(this.#store, user);
    await this.#sessions.end(user);
  };

  readonly getSearchHistory: IStorage['getSearchHistory'] = (user) =>
    this.#store.ask((redis) => redis.lrange(legacy.searchHistory(user), 0, historyLength - 1));
  readonly addSearchHistory: IStorage['addSearchHistory'] = async (user, keyword) => {
    if (keyword === '') return;
    const key = legacy.searchHistory(user);
    await this.#store.together((multi) =>
      multi
        .lrem(key, 0, keyword)
        .lpush(key, keyword)
        .ltrim(key, 0, historyLength - 1),
    );
  };
  readonly deleteSearchHistory: IStorage['deleteSearchHistory'] = async (user, keyword) => {
    const key = legacy.searchHistory(user);
    await this.#store.ask((redis) =>
      keyword === undefined || keyword === '' ? redis.del(key) : redis.lrem(key, 0, keyword),
    );
  };

  readonly getAdminConfig: IStorage['getAdminConfig'] = async () =>
    readConfig(await this.#store.get(legacy.adminConfig));
  readonly setAdminConfig: IStorage['setAdminConfig'] = async (config) => {
    await this.#store.ask((redis) => redis.set(legacy.adminConfig, JSON.stringify(config)));
  };

  readonly getSkipConfig: IStorage['getSkipConfig'] = (...at) => this.#skips.get(...at);
  readonly setSkipConfig: IStorage['setSkipConfig'] = (...at) => this.#skips.set(...at);
  readonly deleteSkipConfig: IStorage['deleteSkipConfig'] = (...at) => this.#skips.delete(...at);
  readonly getAllSkipConfigs: IStorage['getAllSkipConfigs'] = (user) => this.#skips.all(user);
  readonly getEpisodeSkipConfig: IStorage['getEpisodeSkipConfig'] = (...at) => this.#episodeSkips.get(...at);
  readonly setEpisodeSkipConfig: IStorage['setEpisodeSkipConfig'] = (...at) => this.#episodeSkips.set(...at);
  readonly deleteEpisodeSkipConfig: IStorage['deleteEpisodeSkipConfig'] = (...at) => this.#episodeSkips.delete(...at);
  readonly getAllEpisodeSkipConfigs: IStorage['getAllEpisodeSkipConfigs'] = (user) => this.#episodeSkips.all(user);

  readonly createCardKey: IStorage['createCardKey'] = (card) => this.#cards.create(card);
  readonly getCardKey: IStorage['getCardKey'] = (hash) => this.#cards.get(hash);
  readonly getAllCardKeys: IStorage['getAllCardKeys'] = () => this.#cards.all();
  readonly updateCardKey: IStorage['updateCardKey'] = (hash, updates) => this.#cards.update(hash, updates);
  readonly deleteCardKey: IStorage['deleteCardKey'] = (hash) => this.#cards.delete(hash);
  readonly bindCardKey: IStorage['bindCardKey'] = (user, key) => this.#cards.bind(user, key);
  readonly getUserCardKeyInfo: IStorage['getUserCardKeyInfo'] = (user) => this.#cards.infoOf(user);
  readonly updateUserCardKeyInfo: IStorage['updateUserCardKeyInfo'] = (user, info) => this.#cards.setInfo(user, info);
  readonly getFullUserCardKey: IStorage['getFullUserCardKey'] = async (user) => {
    const info = await this.#cards.infoOf(user);
    return info === null ? null : this.#cards.get(info.boundKey);
  };
  readonly addUserCardKey: IStorage['addUserCardKey'] = (card) => this.#cards.addUserCard(card);
  readonly getUserCardKeys: IStorage['getUserCardKeys'] = (user) => this.#cards.userCards(user);
  readonly updateUserCardKey: IStorage['updateUserCardKey'] = (id, updates) => this.#cards.updateUserCard(id, updates);

  readonly getUserPoints: IStorage['getUserPoints'] = (user) => this.#points.get(user);
  readonly updateUserPoints: IStorage['updateUserPoints'] = (points) => this.#points.set(points);
  readonly addPointsRecord: IStorage['addPointsRecord'] = (record) => this.#points.add(record);
  readonly getPointsHistory: IStorage['getPointsHistory'] = (user, page, size = 20) =>
    this.#points.history(user, page, size);
  readonly redeemPoints: IStorage['redeemPoints'] = (user) => this.#points.redeem(user);

  readonly getInvitationByInvitee: IStorage['getInvitationByInvitee'] = (user) => this.#invitations.byInvitee(user);
  readonly getInvitationsByInviter: IStorage['getInvitationsByInviter'] = (user) => this.#invitations.byInviter(user);
  readonly createInvitation: IStorage['createInvitation'] = (invitation) => this.#invitations.create(invitation);
  readonly updateInvitation: IStorage['updateInvitation'] = (id, updates) => this.#invitations.update(id, updates);
  readonly getIPRewardRecord: IStorage['getIPRewardRecord'] = (ip) => this.#invitations.rewardOf(ip);
  readonly createIPRewardRecord: IStorage['createIPRewardRecord'] = (record) => this.#invitations.createReward(record);
  readonly getInvitationConfig: IStorage['getInvitationConfig'] = () => this.#invitations.config();
  readonly setInvitationConfig: IStorage['setInvitationConfig'] = (config) => this.#invitations.setConfig(config);

  readonly getPlayStats: IStorage['getPlayStats'] = async () => this.#stats.summary((await this.#users.all()).length);
  readonly getUserPlayStat: IStorage['getUserPlayStat'] = (user) => this.#stats.ofUser(user);
  readonly getContentStats: IStorage['getContentStats'] = (limit = 10) => this.#stats.hottest(limit);
  /** Does nothing: statistics are computed from the records. */
  readonly updatePlayStatistics: IStorage['updatePlayStatistics'] = () => Promise.resolve();
  readonly updateUserLoginStats: IStorage['updateUserLoginStats'] = (user, at, isFirst = false) =>
    this.#stats.login(user, at, isFirst);

  readonly createSession: IStorage['createSession'] = (user, data) => this.#sessions.create(user, data);
  readonly getSession: IStorage['getSession'] = (id) => this.#sessions.get(id);
  readonly deleteSession: IStorage['deleteSession'] = (id) => this.#sessions.delete(id);

  readonly getCache: IStorage['getCache'] = async (key) => {
    const text = await this.#store.get(legacy.cache(key));
    return text === null ? null : (JSON.parse(text) as unknown);
  };
  readonly setCache: IStorage['setCache'] = async (key, data, seconds) => {
    const text = JSON.stringify(data ?? null);
    await this.#store.ask((redis) =>
      seconds === undefined
        ? redis.set(legacy.cache(key), text)
        : redis.set(legacy.cache(key), text, 'EX', Math.max(1, Math.ceil(seconds))),
    );
  };
  readonly deleteCache: IStorage['deleteCache'] = (key) => this.#store.remove([legacy.cache(key)]);
  readonly clearExpiredCache: IStorage['clearExpiredCache'] = async (prefix = '') =>
    this.#store.remove(await this.#store.scan(legacyPatterns.cache(prefix)));

  readonly clearAllData: IStorage['clearAllData'] = () => removeAll(this.#store);
  readonly close: IStorage['close'] = () => this.#store.close();
}
