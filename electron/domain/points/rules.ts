import { createHash } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { CardKeyType, PointsRecord, UserCardKey } from '../../data/types.js';
import { daysOf } from '../cards/rows.js';
import { conflict, invalid, randomText } from '../values.js';

/*
 * The rules of points, without a database: what an entry may contain, what it moves, what an account holds afterwards,
 * and what points buy. The hybrid storage, the redis-only storage and the operator's changes all use these functions,
 * and each writes in its own way.
 */

/** The largest value of an INT column, and so of a balance and an amount. */
const largestInt = 2_147_483_647;

/** The limits of a ledger's entry. Without a limit, only a number's range applies. */
export interface LedgerLimits {
  /** Characters of an id. */
  readonly id?: number;
  /** Points, up or down. */
  readonly amount: number;
  /** Characters of a reason. */
  readonly reason?: number;
}

/** The columns of points_records. */
export const tableLimits: LedgerLimits = { id: 36, amount: largestInt, reason: 500 };

/** The totals of an account. `balance` is `totalEarned` − `totalRedeemed`. */
export interface Totals {
  readonly balance: number;
  readonly totalEarned: number;
  readonly totalRedeemed: number;
}

/** How far an entry moves the balance: stored entries may have either sign, new ones have the right one. */
export function movement({ type, amount }: Pick<PointsRecord, 'type' | 'amount'>): number {
  return type === 'earn' ? Math.abs(amount) : type === 'redeem' ? -Math.abs(amount) : amount;
}

/**
 * Refuses an invalid entry: without id, amount or reason, an adjustment without its admin, a redemption without its
 * card. Throws `invalid_input`.
 */
export function checkRecord(record: PointsRecord, limits: LedgerLimits = tableLimits): void {
  const { id = Infinity, amount, reason = Infinity } = limits;
  if (record.id === '' || record.id.length > id)
    throw invalid('id', '记录编号须为 1—36 个字符', 'A record’s id has 1 to 36 characters');
  if (!Number.isInteger(record.amount) || record.amount === 0 || Math.abs(record.amount) > amount)
    throw invalid('amount', '积分须为非零整数', 'Points are a whole number other than zero');
  if (record.reason.trim() === '' || record.reason.length > reason)
    throw invalid('reason', '原因须为 1—500 个字符', 'A reason has 1 to 500 characters');
  if (record.type === 'admin_adjust' && (record.adminUsername ?? '') === '')
    throw invalid('adminUsername', '人工调整须写明管理员', 'An adjustment names its admin');
  if (record.type === 'redeem' && (record.cardKeyId ?? '') === '')
    throw invalid('cardKeyId', '兑换须写明卡密', 'A redemption names its card');
}

/** Refuses invalid totals: each must be a whole number, not below zero. Throws `invalid_input`. */
export function checkTotals(totals: Totals): void {
  for (const field of ['balance', 'totalEarned', 'totalRedeemed'] as const) {
    if (!Number.isSafeInteger(totals[field]) || totals[field] < 0)
      throw invalid(field, '积分须为非负整数', 'Points are a whole number, not below zero');
  }
}

/**
 * An account's totals after a movement: up counts as earned, down as redeemed, also by an admin. Throws `conflict` if
 * the balance would leave 0 … `most` (default: the column's limit).
 */
export function totalsAfter(totals: Totals, moved: number, most: number = largestInt): Totals {
  const balance = totals.balance + moved;
  if (balance < 0 || balance > most) throw conflict('积分余额不足', 'The balance is not enough');
  return {
    balance,
    totalEarned: totals.totalEarned + Math.max(moved, 0),
    totalRedeemed: totals.totalRedeemed + Math.max(-moved, 0),
  };
}

/**
 * The movements, up first, from one state of an account to the one that a site has set: two if its totals match its
 * balance, else one. Empty if nothing moves.
 */
export function movementsTo(before: Totals, after: Totals): number[] {
  const moved = after.balance - before.balance;
  const earned = after.totalEarned - before.totalEarned;
  const redeemed = after.totalRedeemed - before.totalRedeemed;
  const whole = earned >= 0 && redeemed >= 0 && earned - redeemed === moved;
  return (whole ? [earned, -redeemed] : [moved]).filter((amount) => amount !== 0);
}

/**
 * The stand-in entry for a balance that a site has set, until the site records the reason. `amount` is signed,
 * `createdAt` milliseconds.
 */
export function standInEntry(id: string, username: string, amount: number, createdAt: number): PointsRecord {
  return { id, username, type: 'admin_adjust', amount, reason: '站点写入余额', adminUsername: standInAdmin, createdAt };
}

/** The admin name of a stand-in. */
export const standInAdmin = 'site';

/** How many milliseconds the entry with the reason may still replace the stand-in. */
export const standInLife = 60_000;

/** The entry for points turned into a card. */
export function redemptionEntry(id: string, card: UserCardKey, price: number): PointsRecord {
  return {
    id,
    username: card.username,
    type: 'redeem',
    amount: -price,
    reason: '积分兑换卡密',
    cardKeyId: card.id,
    createdAt: card.createdAt,
  };
}

/** A banned user cannot redeem. Throws `forbidden`. */
export function checkMayRedeem(banned: boolean): void {
  if (banned) throw new Refusal('forbidden', { zh: '账号已被封禁', en: 'The account is banned' });
}

const keyLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What points buy. */
export interface Redemption {
  /** The card's key, which the user types to bind it: no one else knows it. */
  readonly key: string;
  /** The user's record of the card, unused. */
  readonly card: UserCardKey;
}

/**
 * Turns points into a card of the configured type, valid from `now` (milliseconds). Only decides; the caller writes
 * card, record and entry. Throws `conflict` if the balance is below the price. A balance of exactly the price is
 * enough.
 */
export function redeemed(
  balance: number,
  price: number,
  { id, username, type, now }: { id: string; username: string; type: CardKeyType; now: number },
): Redemption {
  if (balance < price) throw conflict('积分不足，不能兑换', 'Not enough points to redeem');
  const key = randomText(keyLetters, 16);
  const keyHash = createHash('sha256').update(key).digest('hex');
  const expiresAt = now + daysOf[type] * 86_400_000;
  return {
    key,
    card: { id, keyHash, username, type, status: 'unused', source: 'redeem', createdAt: now, expiresAt },
  };
}
