import type { Seconds } from './clock.js';

export type Role = 'owner' | 'admin' | 'user';
export type KeyType = 'year' | 'quarter' | 'month' | 'week';
export type KeyStatus = 'unused' | 'used' | 'expired';
export type Engagement = 'heavy' | 'regular' | 'casual' | 'lapsed' | 'never';

export interface User {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
  readonly createdAt: Seconds;
  readonly engagement: Engagement;
  readonly inRing: boolean;
  readonly bannedAt: Seconds | null;
  readonly tags: readonly string[];
  readonly enabledApis: readonly string[];
  readonly oidcSub: string | null;
  readonly tvboxToken: string | null;
  readonly showAdult: boolean;
  readonly firstLogin: Seconds | null;
  readonly lastLogin: Seconds | null;
  readonly loginCount: number;
  readonly updatedAt: Seconds;
  /** The card bound last: the user's card in the admin config. Set while cards are dealt. */
  membership: Card | null;
}

/** Key, end, status and batch are set when the batches are made; the id when the rows are made. */
export interface Card {
  plain: string;
  hash: string;
  readonly type: KeyType;
  readonly createdAt: Seconds;
  expiresAt: Seconds;
  status: KeyStatus;
  readonly boundTo: User | null;
  readonly boundAt: Seconds | null;
  batch: CardBatch | null;
  id: number;
}

/** Cards that this console issued together. */
export interface CardBatch {
  readonly kind: 'issue' | 'reissue' | 'renewal';
  readonly type: KeyType;
  readonly createdAt: Seconds;
  readonly operator: string;
  readonly note: string | null;
  readonly channel: string | null;
  readonly cards: Card[];
}

export interface UserCard {
  readonly id: string;
  readonly card: Card;
  readonly user: User;
  readonly source: 'invitation' | 'redeem' | 'manual';
  readonly notes: string | null;
}

export interface Invitation {
  readonly id: string;
  readonly inviter: User;
  readonly invitee: User;
  readonly code: string;
  readonly ip: string;
  readonly rewarded: boolean;
  readonly createdAt: Seconds;
}

export interface PointsRecord {
  readonly id: string;
  readonly user: User;
  readonly type: 'earn' | 'redeem' | 'admin_adjust';
  /** Signed, as the site writes it: redeemed and deducted points are negative. */
  readonly amount: number;
  readonly reason: string;
  readonly relatedUser: string | null;
  readonly userCardId: string | null;
  readonly admin: string | null;
  readonly createdAt: Seconds;
}

export interface PointsAccount {
  readonly user: User;
  readonly code: string;
  balance: number;
  earned: number;
  redeemed: number;
  updatedAt: Seconds;
}

/** A card that a user bought with points; the card itself is made with all the others. */
export interface Redemption {
  readonly userCardId: string;
  readonly user: User;
  readonly at: Seconds;
}

export const REWARD_POINTS = 100;
export const REDEEM_THRESHOLD = 300;
export const REWARD_CARD: KeyType = 'week';
export const CARD_DAYS: Readonly<Record<KeyType, number>> = { year: 365, quarter: 90, month: 30, week: 7 };
