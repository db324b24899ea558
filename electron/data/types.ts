/**
 * What a site expects of its storage. Names and types are the site's own (so that it can switch by one variable):
 * instants are epoch milliseconds, play and skip times are seconds, a record's `key` is `source+id`, split at the first
 * `+`.
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
  /** Length of the episode in seconds. */
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

/** Both families, skip and episode-skip, have this form. */
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
  /** As stored. An unused card past `expiresAt` is expired, whatever this says. */
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
  /** Signed: the change of the balance. */
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
  /** Exactly what the user typed; bound in the same transaction. */
  cardKey?: string;
  /** The inviter's code or name; an unknown one does not stop the registration. */
  inviter?: string;
  /** The address that the registration came from, for the rule of one reward per IP. */
  ipAddress?: string;
}
