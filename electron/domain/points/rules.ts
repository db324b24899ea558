import { createHash } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import type { CardKeyType, PointsRecord, UserCardKey } from '../../data/types.js';
import { daysOf } from '../cards/rows.js';
import { conflict, invalid, randomText } from '../values.js';

/*
 * The rules of points, without a database: what an entry may say, what it moves, what an account holds afterwards, and what points buy.
 * The hybrid storage, the redis-only storage and the operator's changes decide by these functions and write in their own way.
 */

/** What an INT column holds at most, and so a balance and an amount. */
const largestInt = 2_147_483_647;

/** What a ledger can hold of an entry. Where nothing is said, there is no bound but what a number holds. */
export interface LedgerLimits {
  /** Characters of an id. */
  readonly id?: number;
  /** Points up or down. */
  readonly amount: number;
  /** Characters of a reason. */
  readonly reason?: number;
}

/** The columns of points_records. */
export const tableLimits: LedgerLimits = { id: 36, amount: largestInt, reason: 500 };

/** What an account holds. `balance` is `totalEarned` − `totalRedeemed`. */
export interface Totals {
  readonly balance: number;
  readonly totalEarned: number;
  readonly totalRedeemed: number;
}

/** What an entry moves the balance by: a ledger is read with either sign and written with the right one. */
export function movement({ type, amount }: Pick<PointsRecord, 'type' | 'amount'>): number {
  return type === 'earn' ? Math.abs(amount) : type === 'redeem' ? -Math.abs(amount) : amount;
}

/**
 * Refuses what no ledger may hold: no id, no amount, no reason, an adjustment without its admin, a redemption without its card.
 * Throws `invalid_input`.
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

/** Refuses totals that no account can hold: each is a whole number, not below zero. Throws `invalid_input`. */
export function checkTotals(totals: Totals): void {
  for (const field of ['balance', 'totalEarned', 'totalRedeemed'] as const) {
    if (!Number.isSafeInteger(totals[field]) || totals[field] < 0)
      throw invalid(field, '积分须为非负整数', 'Points are a whole number, not below zero');
  }
}

/**
 * What an account holds after it moved: up counts as earned, down as redeemed, also where an admin did it.
 * Throws `conflict` where the balance would leave 0 … `most` (that of the column, if nothing is said).
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
 * The movements, up first, that lead from one state of an account to the one that a site has set: two where its totals go together with its
 * balance, else one. Empty where nothing moves.
 */
export function movementsTo(before: Totals, after: Totals): number[] {
  const moved = after.balance - before.balance;
  const earned = after.totalEarned - before.totalEarned;
  const redeemed = after.totalRedeemed - before.totalRedeemed;
  const whole = earned >= 0 && redeemed >= 0 && earned - redeemed === moved;
  return (whole ? [earned, -redeemed] : [moved]).filter((amount) => amount !== 0);
}

/** The entry that stands in for a balance that a site has set without saying why, until it says so. `amount` is signed, `createdAt` milliseconds. */
export function standInEntry(id: string, username: string, amount: number, createdAt: number): PointsRecord {
  return { id, username, type: 'admin_adjust', amount, reason: '站点写入余额', adminUsername: standInAdmin, createdAt };
}

/** Who stands as the admin of a stand-in. */
export const standInAdmin = 'site';

/** Milliseconds within which the entry that says why may take the place of the stand-in. */
export const standInLife = 60_000;

/** The entry of points that became a card. */
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

/** Whoever is banned redeems nothing. Throws `forbidden`. */
export function checkMayRedeem(banned: boolean): void {
  if (banned) throw new Refusal('forbidden', { zh: '账号已被封禁', en: 'The account is banned' });
}

const keyLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What points buy. */
export interface Redemption {
  /** The card's key, which the user types to bind it: nobody else knows it. */
  readonly key: string;
  /** The user's record of the card, unused. */
  readonly card: UserCardKey;
}

/**
 * Turns points into a card: of the configured type, from `now` (milliseconds) on. Decides only; whoever calls writes card, record and entry.
 * Throws `conflict` where the balance is below the price. A balance of exactly the price suffices.
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
