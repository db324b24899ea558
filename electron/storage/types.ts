/**
 * What a site asks of its storage. Names and shapes are the site's own (so that it can switch by one variable):
 * instants are epoch milliseconds, play and skip times are seconds, a record's `key` is `source+id`, split at the first `+`.
 */

export type Role = 'owner' | 'admin' | 'user';
export type CardKeyType = 'year' | 'quarter' | 'month' | 'week';
export type CardKeyStatus = 'unused' | 'used' | 'expired';

export interface PlayRecord {
  title: string;
  source_name: string;
  cover: string;
  year: string;
  /** Episode, from 1. */
  index: number;
  total_episodes: number;
  original_episodes?: number;
  /** Seconds into the episode. */
  play_time: number;
  /** Seconds that the episode lasts. */
  total_time: number;
  /** Milliseconds since 1970. */
  save_time: number;
  search_title: string;
  remarks?: string;
  douban_id?: number;
  type?: string;
}

export interface Favorite {
  source_name: string;
  total_episodes: number;
  title: string;
  year: string;
  cover: string;
  save_time: number;
  search_title: string;
  origin?: 'vod' | 'live' | 'shortdrama';
  type?: string;
  /** YYYY-MM-DD */
  releaseDate?: string;
  remarks?: string;
}

export interface SkipSegment {
  start: number;
  end: number;
  type: 'opening' | 'ending';
  title?: string;
  autoSkip?: boolean;
  autoNextEpisode?: boolean;
  mode?: 'absolute' | 'remaining';
  remainingTime?: number;
}

/** Both families, skip and episode-skip, have this shape. */
export interface SkipConfig {
  source: string;
  id: string;
  title: string;
  segments: SkipSegment[];
  updated_time: number;
}

/** The site's configuration; unknown fields survive a round trip. */
export interface AdminConfig {
  UserConfig?: { Users?: Record<string, unknown>[]; Tags?: Record<string, unknown>[]; [field: string]: unknown };
  [field: string]: unknown;
}

export interface UserInfo {
  username: string;
  role: Role;
  banned: boolean;
  tags: string[];
  enabledApis: string[];
  oidcSub?: string;
  tvboxToken?: string;
  showAdultContent: boolean;
  createdAt: number;
  /** The membership that lasts longest, if any card is bound. */
  cardKey?: UserCardKeyInfo;
}

export interface CardKey {
  /** What the buyer types; its SHA-256 in hex is `keyHash`. */
  key: string;
  keyHash: string;
  keyType: CardKeyType;
  /** As stored. An unused card past `expiresAt` is expired whatever this says. */
  status: CardKeyStatus;
  createdAt: number;
  expiresAt: number;
  boundTo?: string;
  boundAt?: number;
}

export interface UserCardKeyInfo {
  /** Hash of the bound key. */
  boundKey: string;
  expiresAt: number;
  boundAt: number;
}

export interface UserCardKey {
  id: string;
  keyHash: string;
  username: string;
  type: CardKeyType;
  status: CardKeyStatus;
  source: 'invitation' | 'redeem' | 'manual' | 'promotion_register';
  createdAt: number;
  expiresAt: number;
  usedAt?: number;
  usedBy?: string;
  notes?: string;
}

export interface UserPoints {
  username: string;
  invitationCode: string;
  balance: number;
  totalEarned: number;
  totalRedeemed: number;
  updatedAt: number;
}

export interface PointsRecord {
  id: string;
  username: string;
  type: 'earn' | 'redeem' | 'admin_adjust';
  /** Signed: what the balance moves by. */
  amount: number;
  reason: string;
  relatedUser?: string;
  cardKeyId?: string;
  adminUsername?: string;
  createdAt: number;
}

export interface Invitation {
  id: string;
  inviter: string;
  invitee: string;
  invitationCode: string;
  ipAddress: string;
  rewarded: boolean;
  rewardTime?: number;
  createdAt: number;
}

export interface IPRewardRecord {
  id: string;
  ipAddress: string;
  inviter: string;
  invitee: string;
  rewardTime: number;
}

export interface InvitationConfig {
  enabled: boolean;
  rewardPoints: number;
  redeemThreshold: number;
  cardKeyType: CardKeyType;
  updatedAt: number;
}

export interface UserPlayStat {
  username: string;
  totalPlays: number;
  /** Seconds. */
  totalWatchTime: number;
  lastPlayTime: number;
  recentRecords: PlayRecord[];
  mostWatchedSource: string;
  loginCount: number;
  firstLoginTime: number | null;
  lastLoginTime: number | null;
  lastLoginDate: number | null;
}

export interface ContentStat {
  source: string;
  id: string;
  title: string;
  source_name: string;
  cover: string;
  year: string;
  playCount: number;
  /** Seconds. */
  totalWatchTime: number;
  uniqueUsers: number;
  lastPlayed: number;
}

export interface PlayStats {
  totalUsers: number;
  totalPlays: number;
  /** Seconds. */
  totalWatchTime: number;
  /** Last 30 days that had plays, oldest first; `date` is YYYY-MM-DD in UTC. */
  daily: { date: string; plays: number; watchTime: number; uniqueUsers: number }[];
}

export interface CreateUser {
  role?: Role;
  tags?: string[];
  oidcSub?: string;
  enabledApis?: string[];
  /** What the person typed; bound in the same transaction. */
  cardKey?: string;
  /** The inviter's code or name; an unknown one does not stop the registration. */
  inviter?: string;
  /** Where the registration came from, for the rule of one reward an IP. */
  ipAddress?: string;
}

/**
 * The storage of a site, over three engines. Every method throws `Refusal`: `unavailable` (MySQL or, for the Redis-only engine, Redis is away),
 * `not_found` (no such user or card where one is needed), `conflict` (taken, used up, bound elsewhere), `invalid_input`.
 * Reads answer null or empty where there is nothing. Names are resolved to their stored spelling first.
 */
export interface IStorage {
  // Plays
  getPlayRecord(userName: string, key: string): Promise<PlayRecord | null>;
  setPlayRecord(userName: string, key: string, record: PlayRecord): Promise<void>;
  setPlayRecordsBatch(userName: string, records: Record<string, PlayRecord>): Promise<void>;
  getAllPlayRecords(userName: string): Promise<Record<string, PlayRecord>>;
  deletePlayRecord(userName: string, key: string): Promise<void>;
  // Favourites
  getFavorite(userName: string, key: string): Promise<Favorite | null>;
  setFavorite(userName: string, key: string, favorite: Favorite): Promise<void>;
  getAllFavorites(userName: string): Promise<Record<string, Favorite>>;
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
  checkUserExistV2(userName: string): Promise<boolean>;
  getUserByOidcSub(oidcSub: string): Promise<string | null>;
  banUser(userName: string, banned: boolean): Promise<void>;
  // Search history
  getSearchHistory(userName: string): Promise<string[]>;
  addSearchHistory(userName: string, keyword: string): Promise<void>;
  deleteSearchHistory(userName: string, keyword?: string): Promise<void>;
  // Configuration
  getAdminConfig(): Promise<AdminConfig | null>;
  setAdminConfig(config: AdminConfig): Promise<void>;
  // Skips
  getSkipConfig(userName: string, source: string, id: string): Promise<SkipConfig | null>;
  setSkipConfig(userName: string, source: string, id: string, config: SkipConfig): Promise<void>;
  deleteSkipConfig(userName: string, source: string, id: string): Promise<void>;
  getAllSkipConfigs(userName: string): Promise<Record<string, SkipConfig>>;
  getEpisodeSkipConfig(userName: string, source: string, id: string): Promise<SkipConfig | null>;
  setEpisodeSkipConfig(userName: string, source: string, id: string, config: SkipConfig): Promise<void>;
  deleteEpisodeSkipConfig(userName: string, source: string, id: string): Promise<void>;
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
  getPlayStats(): Promise<PlayStats>;
  getUserPlayStat(userName: string): Promise<UserPlayStat>;
  getContentStats(limit?: number): Promise<ContentStat[]>;
  /** One play and `watchTime` more seconds; batched. */
  updatePlayStatistics(userName: string, source: string, id: string, watchTime: number): Promise<void>;
  updateUserLoginStats(userName: string, loginTime: number, isFirstLogin?: boolean): Promise<void>;
  // Sessions
  createSession(userName: string, data: Record<string, unknown>): Promise<string>;
  getSession(id: string): Promise<({ username: string } & Record<string, unknown>) | null>;
  deleteSession(id: string): Promise<void>;
  // The site's own cache
  getCache(key: string): Promise<unknown>;
  setCache(key: string, data: unknown, expireSeconds?: number): Promise<void>;
  deleteCache(key: string): Promise<void>;
  clearExpiredCache(prefix?: string): Promise<void>;
  /** Everything of the site; the console's own tables stay. */
  clearAllData(): Promise<void>;
  /** Finishes what is batched and closes the connections. */
  close(): Promise<void>;
}
