import type { PointsRecord } from '../types.js';
import type { Sql } from '../../data/mysql/database.js';
import type { AccountRow } from './points-account.js';
import { conflict, invalid, isError, millis, timestamp } from '../../domain/values.js';

/** A row of points_records. */
export interface LedgerRow {
  readonly id: string;
  readonly username: string;
  readonly type: PointsRecord['type'];
  readonly amount: number;
  readonly reason: string;
  readonly related_user: string | null;
  readonly card_key_id: string | null;
  readonly admin_username: string | null;
  readonly created_at: string | null;
}

/** What the balance moves by: the ledger is read with either sign and written with the right one. */
export function movement({ type, amount }: Pick<PointsRecord, 'type' | 'amount'>): number {
  return type === 'earn' ? Math.abs(amount) : type === 'redeem' ? -Math.abs(amount) : amount;
}

export function recordOf(row: LedgerRow): PointsRecord {
  return {
    id: row.id,
    username: row.username,
    type: row.type,
    amount: movement(row),
    reason: row.reason,
    ...(row.related_user === null ? {} : { relatedUser: row.related_user }),
    ...(row.card_key_id === null ? {} : { cardKeyId: row.card_key_id }),
    ...(row.admin_username === null ? {} : { adminUsername: row.admin_username }),
    createdAt: row.created_at === null ? 0 : millis(row.created_at),
  };
}

const largest = 2_147_483_647;

/** Refuses what no ledger may hold: no amount, an adjustment without its admin or reason, a redemption without its card. */
export function checkRecord(record: PointsRecord): void {
  if (record.id === '' || record.id.length > 36)
    throw invalid('id', '记录编号须为 1—36 个字符', 'A record’s id has 1 to 36 characters');
  if (!Number.isInteger(record.amount) || record.amount === 0 || Math.abs(record.amount) > largest)
    throw invalid('amount', '积分须为非零整数', 'Points are a whole number other than zero');
  if (record.reason.trim() === '' || record.reason.length > 500)
    throw invalid('reason', '原因须为 1—500 个字符', 'A reason has 1 to 500 characters');
  if (record.type === 'admin_adjust' && (record.adminUsername ?? '') === '')
    throw invalid('adminUsername', '人工调整须写明管理员', 'An adjustment names its admin');
  if (record.type === 'redeem' && (record.cardKeyId ?? '') === '')
    throw invalid('cardKeyId', '兑换须写明卡密', 'A redemption names its card');
}

/**
 * Writes one entry and moves the account, which is held, with it. Up counts as earned, down as redeemed.
 * Throws `conflict` where the balance would leave 0 … 2,147,483,647, or the id is taken.
 */
export async function enter(tx: Sql, account: AccountRow, record: PointsRecord): Promise<void> {
  const moved = movement(record);
  const { affectedRows } = await tx.run(
    `UPDATE user_points SET balance = balance + ?, total_earned = total_earned + ?, total_redeemed = total_redeemed + ?
     WHERE username = ? AND balance + ? BETWEEN 0 AND ${String(largest)}`,
    [moved, Math.max(moved, 0), Math.max(-moved, 0), account.username, moved],
  );
  if (affectedRows !== 1) throw conflict('积分余额不足', 'The balance is not enough');
  try {
    await tx.run(
      'INSERT INTO points_records (id, username, type, amount, reason, related_user, card_key_id, admin_username, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      [
        record.id,
        account.username,
        record.type,
        moved,
        record.reason,
        record.relatedUser ?? null,
        record.cardKeyId ?? null,
        record.adminUsername ?? null,
        timestamp(record.createdAt, 'createdAt'),
      ],
    );
  } catch (error) {
    if (isError(error, 1062)) throw conflict('这条积分记录已存在', 'This entry has been written before');
    throw error;
  }
}
