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
 * The storage of a site, over three engines. Every method throws `Refusal`: `unavailable` (MySQL or, for the Redis-only
 * engine, Redis is away), `not_found` (no such user or card where one is needed), `conflict` (taken, used up, bound
 * elsewhere), `invalid_input`. Reads return null or empty if there is nothing. Names are first resolved to their stored
 * spelling.
 */
export interface IStorage {
  // Plays
  /** One play, or null (also for an unknown user, and for a key without `+`). Reads `playRecords` (hash, 1 hour). */
  getPlayRecord(userName: string, key: string): Promise<PlayRecord | null>;
  /**
   * Saves a viewer's position; `save_time` is kept to the second, `original_episodes` is not kept, over-long texts are
   * cut. Throws `not_found` (user), `invalid_input` (key, numbers). Writes its field of `playRecords`, deletes
   * `recentPlays`.
   */
  setPlayRecord(userName: string, key: string, record: PlayRecord): Promise<void>;
  /** Saves many in one transaction: all or none. Throws and invalidates as `setPlayRecord`. */
  setPlayRecordsBatch(userName: string, records: Record<string, PlayRecord>): Promise<void>;
  /** All plays of a user by their keys; empty for an unknown user. Reads `playRecords`. */
  getAllPlayRecords(userName: string): Promise<Record<string, PlayRecord>>;
  /** Deletes one play; a missing one is no error. Deletes its field of `playRecords` at once, and `recentPlays`. */
  deletePlayRecord(userName: string, key: string): Promise<void>;
  // Favourites
  /** One favourite, or null. Reads `favorites` (hash, 1 hour). */
  getFavorite(userName: string, key: string): Promise<Favorite | null>;
  /**
   * Saves a favourite; `save_time` is kept to the second, a `releaseDate` that is not a date is left out. Throws
   * `not_found` (user), `invalid_input` (key). Deletes `favorites`.
   */
  setFavorite(userName: string, key: string, favorite: Favorite): Promise<void>;
  /** All favourites of a user by their keys; empty for an unknown user. Reads `favorites`. */
  getAllFavorites(userName: string): Promise<Record<string, Favorite>>;
  /** Deletes one favourite; a missing one is no error. Deletes `favorites`. */
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
  /**
   * The last searches, newest first, each once, at most 20; empty for an unknown user, and while Redis is away. Reads
   * `searchHistory` (list, 7 days after the last one), which only Redis has.
   */
  getSearchHistory(userName: string): Promise<string[]>;
  /**
   * Puts a search first; an empty search is not recorded, and none is while Redis is away. Throws `not_found` (user).
   * Writes `searchHistory`.
   */
  addSearchHistory(userName: string, keyword: string): Promise<void>;
  /**
   * Removes one search, or all if the keyword is missing or empty. Throws `unavailable` if Redis cannot be reached,
   * because it was not done. Writes `searchHistory`.
   */
  deleteSearchHistory(userName: string, keyword?: string): Promise<void>;
  // Configuration
  getAdminConfig(): Promise<AdminConfig | null>;
  setAdminConfig(config: AdminConfig): Promise<void>;
  // Skips
  /**
   * What to skip in a content, or null. Not cached; from a replica within the lag bound, from the primary after the
   * user's own write.
   */
  getSkipConfig(userName: string, source: string, id: string): Promise<SkipConfig | null>;
  /**
   * Saves it under the `source` and `id` given here; `updated_time` is kept to the second. Throws `not_found` (user),
   * `invalid_input` (source of 1–95 characters, id up to 255). Invalidates no cache.
   */
  setSkipConfig(userName: string, source: string, id: string, config: SkipConfig): Promise<void>;
  /** Deletes it; a missing one is no error. Invalidates no cache. */
  deleteSkipConfig(userName: string, source: string, id: string): Promise<void>;
  /** All of a user by `source+id`; empty for an unknown user. Not cached. */
  getAllSkipConfigs(userName: string): Promise<Record<string, SkipConfig>>;
  /** As `getSkipConfig`, for the family of episodes: each family has its own config for a content. */
  getEpisodeSkipConfig(userName: string, source: string, id: string): Promise<SkipConfig | null>;
  /** As `setSkipConfig`, for the family of episodes. */
  setEpisodeSkipConfig(userName: string, source: string, id: string, config: SkipConfig): Promise<void>;
  /** As `deleteSkipConfig`, for the family of episodes. */
  deleteEpisodeSkipConfig(userName: string, source: string, id: string): Promise<void>;
  /** As `getAllSkipConfigs`, for the family of episodes. */
  getAllEpisodeSkipConfigs(userName: string): Promise<Record<string, SkipConfig>>;
  // Cards
  createCardKey(card: CardKey): Promise<void>;
  getCardKey(keyHash: string): Promise<CardKey | null>;
  getAllCardKeys(): Promise<CardKey[]>;
  updateCardKey(keyHash: string, updates: Partial<CardKey>): Promise<void>;
  deleteCardKey(keyHash: string): Promise<void>;
  /**
   * Binds the typed card to the user, or renews with it: of many concurrent binds exactly one succeeds, the others get
   * `conflict`.
   */
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
  /** Writes the entry and moves the balance with it; `conflict` if the balance would become negative. */
  addPointsRecord(record: PointsRecord): Promise<void>;
  /** Newest first; `page` from 1. */
  getPointsHistory(userName: string, page: number, pageSize?: number): Promise<PointsRecord[]>;
  /**
   * Turns points into a card of the configured type: card, user card and ledger together, never twice for the same
   * points.
   */
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
  /**
   * Users, plays and seconds in all, and the last 30 days with plays (UTC), oldest first. From `playSummary`, which one
   * process refreshes in time: up to 30 minutes old.
   */
  getPlayStats(): Promise<PlayStats>;
  /**
   * What a user has played and when they logged in; seconds and milliseconds, null for logins that never happened;
   * zeros for an unknown user. Reads `playRecords` and `recentPlays`; logins are not cached. `recentRecords` are the
   * newest 10.
   */
  getUserPlayStat(userName: string): Promise<UserPlayStat>;
  /**
   * The most played contents, most first; default 10. Up to 100 from `contentHot`, which one process refreshes in time:
   * up to an hour old; more are read from MySQL.
   */
  getContentStats(limit?: number): Promise<ContentStat[]>;
  /**
   * Adds one play and `watchTime` seconds (fractions dropped). Counted in MySQL within a second, or when the storage is
   * closed properly; a killed process loses the plays of its last second. Throws `not_found` (user), `invalid_input`,
   * `unavailable` (MySQL away for too long). Invalidates no cache: `playSummary` and `contentHot` follow with their
   * next refresh.
   */
  updatePlayStatistics(userName: string, source: string, id: string, watchTime: number): Promise<void>;
  /**
   * Counts a login at an instant in milliseconds; the first one is kept, an older one moves nothing back.
   * `isFirstLogin` is not needed. Throws `not_found`. Invalidates no cache.
   */
  updateUserLoginStats(userName: string, loginTime: number, isFirstLogin?: boolean): Promise<void>;
  // Sessions
  createSession(userName: string, data: Record<string, unknown>): Promise<string>;
  getSession(id: string): Promise<({ username: string } & Record<string, unknown>) | null>;
  deleteSession(id: string): Promise<void>;
  // The site's own cache
  /** An entry of the site's own cache, or null (also while Redis is away). Reads `cache:{key}`. */
  getCache(key: string): Promise<unknown>;
  /**
   * Stores any value that JSON can express, for that many seconds or without expiry. Not stored while Redis is away.
   * Writes `cache:{key}`.
   */
  setCache(key: string, data: unknown, expireSeconds?: number): Promise<void>;
  /** Deletes an entry. Throws `unavailable` if Redis cannot be reached. */
  deleteCache(key: string): Promise<void>;
  /**
   * Deletes every entry whose key has this prefix, or all; expired entries are gone already. Throws `unavailable` if
   * Redis cannot be reached.
   */
  clearExpiredCache(prefix?: string): Promise<void>;
  /**
   * Empties the site: its 15 tables (the two rows of configuration as on a fresh site), the ledger of plays, and every
   * key of its families; the console's other tables stay. Takes at least two seconds. Throws `unavailable`; with Redis
   * away the tables are empty and keys expire on their own.
   */
  clearAllData(): Promise<void>;
  /**
   * Sends the batched plays, then closes the connections. Throws `unavailable` if they could not be sent; the
   * connections are closed all the same.
   */
  close(): Promise<void>;
}
