import type {
  AdminConfig,
  CardKey,
  ContentStat,
  Favorite,
  IPRewardRecord,
  Invitation,
  InvitationConfig,
  PlayRecord,
  PlayStats,
  PointsRecord,
  Role,
  SkipConfig,
  UserCardKey,
  UserCardKeyInfo,
  UserInfo,
  UserPlayStat,
  UserPoints,
} from '../data/types.js';

export type * from '../data/types.js';

/**
 * The storage of a site, over three engines. Every method throws `Refusal`: `unavailable` (MySQL or, for the Redis-only engine, Redis is away),
 * `not_found` (no such user or card where one is needed), `conflict` (taken, used up, bound elsewhere), `invalid_input`.
 * Reads answer null or empty where there is nothing. Names are resolved to their stored spelling first.
 */
export interface IStorage {
  // Plays
  /** One play, or null (also of nobody, and for a key without `+`). Reads `playRecords` (hash, 1 hour). */
  getPlayRecord(userName: string, key: string): Promise<PlayRecord | null>;
  /** Saves where a viewer is; `save_time` is kept to the second, `original_episodes` is not kept, over-long texts are cut. Throws `not_found` (user), `invalid_input` (key, numbers). Writes its field of `playRecords`, drops `recentPlays`. */
  setPlayRecord(userName: string, key: string, record: PlayRecord): Promise<void>;
  /** Saves many in one transaction: all or none. Throws and touches as `setPlayRecord`. */
  setPlayRecordsBatch(userName: string, records: Record<string, PlayRecord>): Promise<void>;
  /** All plays of a user by their keys; empty for nobody. Reads `playRecords`. */
  getAllPlayRecords(userName: string): Promise<Record<string, PlayRecord>>;
  /** Deletes one play; one that is not there is gone already. Drops its field of `playRecords` at once, and `recentPlays`. */
  deletePlayRecord(userName: string, key: string): Promise<void>;
  // Favourites
  /** One favourite, or null. Reads `favorites` (hash, 1 hour). */
  getFavorite(userName: string, key: string): Promise<Favorite | null>;
  /** Saves a favourite; `save_time` is kept to the second, a `releaseDate` that is no day is left out. Throws `not_found` (user), `invalid_input` (key). Drops `favorites`. */
  setFavorite(userName: string, key: string, favorite: Favorite): Promise<void>;
  /** All favourites of a user by their keys; empty for nobody. Reads `favorites`. */
  getAllFavorites(userName: string): Promise<Record<string, Favorite>>;
  /** Deletes one favourite; one that is not there is gone already. Drops `favorites`. */
  deleteFavorite(userName: string, key: string): Promise<void>;
  // Users
  registerUser(userName: string, password: string): Promise<void>;
  verifyUser(userName: string, password: string): Promise<boolean>;
  checkUserExist(userName: string): Promise<boolean>;
  changePassword(userName: string, newPassword: string): Promise<void>;
  deleteUser(userName: string): Promise<void>;
  getAllUsers(): Promise<string[]>;
  createUserV2(
    userName: string,
    password: string,
    role?: Role,
    tags?: string[],
    oidcSub?: string,
    enabledApis?: string[],
    cardKey?: string,
    inviter?: string,
    ipAddress?: string,
  ): Promise<void>;
  verifyUserV2(userName: string, password: string): Promise<boolean>;
  getUserInfoV2(userName: string): Promise<UserInfo | null>;
  /** As `checkUserExist`: here V1 and V2 users are one. */
  checkUserExistV2(userName: string): Promise<boolean>;
  getUserByOidcSub(oidcSub: string): Promise<string | null>;
  banUser(userName: string, banned: boolean): Promise<void>;
  // Search history
  /** The last searches, newest first, each once, at most 20; empty for nobody, and while Redis is away. Reads `searchHistory` (list, 7 days after the last one), which only Redis has. */
  getSearchHistory(userName: string): Promise<string[]>;
  /** Puts a search first; an empty one is not noted, and none while Redis is away. Throws `not_found` (user). Writes `searchHistory`. */
  addSearchHistory(userName: string, keyword: string): Promise<void>;
  /** Removes one search, or all without (or with an empty) keyword. Throws `unavailable` when Redis cannot be reached: it could not be done. Writes `searchHistory`. */
  deleteSearchHistory(userName: string, keyword?: string): Promise<void>;
  // Configuration
  getAdminConfig(): Promise<AdminConfig | null>;
  setAdminConfig(config: AdminConfig): Promise<void>;
  // Skips
  /** What to skip in a content, or null. Not cached; from a replica within the lag bound, from the primary after the user's own write. */
  getSkipConfig(userName: string, source: string, id: string): Promise<SkipConfig | null>;
  /** Saves it under the `source` and `id` given here; `updated_time` is kept to the second. Throws `not_found` (user), `invalid_input` (source of 1–95 characters, id up to 255). Touches no cache. */
  setSkipConfig(userName: string, source: string, id: string, config: SkipConfig): Promise<void>;
  /** Deletes it; what is not there is gone already. Touches no cache. */
  deleteSkipConfig(userName: string, source: string, id: string): Promise<void>;
  /** All of a user by `source+id`; empty for nobody. Not cached. */
  getAllSkipConfigs(userName: string): Promise<Record<string, SkipConfig>>;
  /** As `getSkipConfig`, of the family for episodes: both families keep their own for one content. */
  getEpisodeSkipConfig(userName: string, source: string, id: string): Promise<SkipConfig | null>;
  /** As `setSkipConfig`, of the family for episodes. */
  setEpisodeSkipConfig(userName: string, source: string, id: string, config: SkipConfig): Promise<void>;
  /** As `deleteSkipConfig`, of the family for episodes. */
  deleteEpisodeSkipConfig(userName: string, source: string, id: string): Promise<void>;
  /** As `getAllSkipConfigs`, of the family for episodes. */
  getAllEpisodeSkipConfigs(userName: string): Promise<Record<string, SkipConfig>>;
  // Cards
  createCardKey(card: CardKey): Promise<void>;
  getCardKey(keyHash: string): Promise<CardKey | null>;
  getAllCardKeys(): Promise<CardKey[]>;
  updateCardKey(keyHash: string, updates: Partial<CardKey>): Promise<void>;
  deleteCardKey(keyHash: string): Promise<void>;
  /** Binds what the person typed to them, or renews: exactly one of many at once wins, the others get `conflict`. */
  bindCardKey(userName: string, key: string): Promise<UserCardKeyInfo>;
  getUserCardKeyInfo(userName: string): Promise<UserCardKeyInfo | null>;
  updateUserCardKeyInfo(userName: string, info: UserCardKeyInfo): Promise<void>;
  getFullUserCardKey(userName: string): Promise<CardKey | null>;
  addUserCardKey(card: UserCardKey): Promise<void>;
  getUserCardKeys(userName: string): Promise<UserCardKey[]>;
  updateUserCardKey(id: string, updates: Partial<UserCardKey>): Promise<void>;
  // Points
  getUserPoints(userName: string): Promise<UserPoints | null>;
  updateUserPoints(points: UserPoints): Promise<void>;
  /** Writes the entry and moves the balance with it; `conflict` where the balance would become negative. */
  addPointsRecord(record: PointsRecord): Promise<void>;
  /** Newest first; `page` from 1. */
  getPointsHistory(userName: string, page: number, pageSize?: number): Promise<PointsRecord[]>;
  /** Turns points into a card of the configured type: card, user card and ledger together, never twice for the same points. */
  redeemPoints(userName: string): Promise<UserCardKey>;
  // Invitations
  getInvitationByInvitee(invitee: string): Promise<Invitation | null>;
  getInvitationsByInviter(inviter: string): Promise<Invitation[]>;
  createInvitation(invitation: Invitation): Promise<void>;
  updateInvitation(id: string, updates: Partial<Invitation>): Promise<void>;
  getIPRewardRecord(ipAddress: string): Promise<IPRewardRecord | null>;
  createIPRewardRecord(record: IPRewardRecord): Promise<void>;
  getInvitationConfig(): Promise<InvitationConfig>;
  setInvitationConfig(config: InvitationConfig): Promise<void>;
  // Statistics
  /** Users, plays and seconds in all, and the last 30 days with plays (UTC), oldest first. From `playSummary`, refreshed in time by one process: up to 30 minutes old. */
  getPlayStats(): Promise<PlayStats>;
  /** What a user has played and when they logged in; seconds and milliseconds, null for logins that never were; zeros for nobody. Reads `playRecords` and `recentPlays`; logins are not cached. `recentRecords` are the newest 10. */
  getUserPlayStat(userName: string): Promise<UserPlayStat>;
  /** The most played contents, most first; 10 unless said. Up to 100 from `contentHot`, refreshed in time by one process: up to an hour old; more are read from MySQL. */
  getContentStats(limit?: number): Promise<ContentStat[]>;
  /**
   * One play and `watchTime` more seconds (fractions dropped), counted in MySQL within a second, or when the storage is closed in order; a process
   * that is killed loses the plays of its last second. Throws `not_found` (user), `invalid_input`, `unavailable` (MySQL away for too long). Touches no
   * cache: `playSummary` and `contentHot` follow with their next refresh.
   */
  updatePlayStatistics(userName: string, source: string, id: string, watchTime: number): Promise<void>;
  /** Counts a login at an instant in milliseconds; the first one is kept, an older one moves nothing back. `isFirstLogin` is not needed. Throws `not_found`. Touches no cache. */
  updateUserLoginStats(userName: string, loginTime: number, isFirstLogin?: boolean): Promise<void>;
  // Sessions
  createSession(userName: string, data: Record<string, unknown>): Promise<string>;
  getSession(id: string): Promise<({ username: string } & Record<string, unknown>) | null>;
  deleteSession(id: string): Promise<void>;
  // The site's own cache
  /** An entry of the site's own cache, or null (also while Redis is away). Reads `cache:{key}`. */
  getCache(key: string): Promise<unknown>;
  /** Keeps anything that JSON can say, for so many seconds or without end. Not kept while Redis is away. Writes `cache:{key}`. */
  setCache(key: string, data: unknown, expireSeconds?: number): Promise<void>;
  /** Deletes an entry. Throws `unavailable` when Redis cannot be reached. */
  deleteCache(key: string): Promise<void>;
  /** Deletes every entry whose key begins so, or all: what has run out is gone by itself. Throws `unavailable` when Redis cannot be reached. */
  clearExpiredCache(prefix?: string): Promise<void>;
  /**
   * Empties the site: its 15 tables (the two rows of configuration as on a fresh site), the ledger of plays, and every key of its families; the
   * console's other tables stay. Takes two seconds and more. Throws `unavailable`; with Redis away the tables are empty and keys run out by themselves.
   */
  clearAllData(): Promise<void>;
  /** Sends the plays that are batched, then closes the connections. Throws `unavailable` when they could not be sent; the connections are closed all the same. */
  close(): Promise<void>;
}
