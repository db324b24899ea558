import type { Parameter, Sql } from '../../data/mysql/database.js';
import type { PointsRecord } from '../../data/types.js';
import { conflict, isError, millis, timestamp } from '../values.js';
import { type AccountRow, totalsOf } from './account.js';
import { movement, totalsAfter } from './rules.js';

/** A row of points_records. */
export type LedgerRow = {
  readonly id: string;
  readonly username: string;
  readonly type: PointsRecord['type'];
  readonly amount: number;
  readonly reason: string;
  readonly related_user: string | null;
  readonly card_key_id: string | null;
  readonly admin_username: string | null;
  readonly created_at: string | null;
};

/** Columns of a LedgerRow, for a SELECT and an INSERT. */
export const ledgerColumns =
  'id, username, type, amount, reason, related_user, card_key_id, admin_username, created_at';

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
    createdAt: millis(row.created_at),
  };
}

/** One planned entry: the ledger's new row and the resulting account. */
export interface EntryPlan {
  readonly account: AccountRow;
  readonly row: LedgerRow;
}

/**
 * Computes what one entry does to an account whose row the caller has locked. Writes nothing, so that an operator's
 * change can plan many entries and write them together. `record` was checked (`checkRecord`). Throws `conflict` if the
 * balance would leave 0 … 2,147,483,647, `invalid_input` for a time that no TIMESTAMP can store.
 */
export function planEntry(account: AccountRow, record: PointsRecord): EntryPlan {
  const moved = movement(record);
  const { balance, totalEarned, totalRedeemed } = totalsAfter(totalsOf(account), moved);
  return {
    account: { ...account, balance, total_earned: totalEarned, total_redeemed: totalRedeemed },
    row: {
      id: record.id,
      username: account.username,
      type: record.type,
      amount: moved,
      reason: record.reason,
      related_user: record.relatedUser ?? null,
      card_key_id: record.cardKeyId ?? null,
      admin_username: record.adminUsername ?? null,
      created_at: timestamp(record.createdAt, 'createdAt'),
    },
  };
}

/**
 * Writes one entry and moves the locked account with it; returns the account as it is now. Throws `conflict` if the
 * balance would leave 0 … 2,147,483,647, or the id exists.
 */
export async function enter(tx: Sql, account: AccountRow, record: PointsRecord): Promise<AccountRow> {
  const plan = planEntry(account, record);
  const { balance, total_earned: earned, total_redeemed: redeemed } = plan.account;
  const { affectedRows } = await tx.run(
    'UPDATE user_points SET balance = ?, total_earned = ?, total_redeemed = ? WHERE username = ? AND balance = ?',
    [balance, earned, redeemed, account.username, account.balance],
  );
  // The row was locked and then read: a different balance means that the caller did not lock it.
  if (affectedRows !== 1) throw new Error('An account was moved that was not held');
  await conflictIfTaken(
    tx.run(`INSERT INTO points_records (${ledgerColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, valuesOf(plan.row)),
  );
  return plan.account;
}

/** Replaces a stand-in by the entry that gives the reason for its movement. Throws `conflict` if the id exists. */
export async function replaceEntry(tx: Sql, id: string, record: PointsRecord): Promise<void> {
  await conflictIfTaken(
    tx.run(
      'UPDATE points_records SET id = ?, type = ?, reason = ?, related_user = ?, card_key_id = ?, admin_username = ?, created_at = ? WHERE id = ?',
      [
        record.id,
        record.type,
        record.reason,
        record.relatedUser ?? null,
        record.cardKeyId ?? null,
        record.adminUsername ?? null,
        timestamp(record.createdAt, 'createdAt'),
        id,
      ],
    ),
  );
}

function valuesOf(row: LedgerRow): Parameter[] {
  return [
    row.id,
    row.username,
    row.type,
    row.amount,
    row.reason,
    row.related_user,
    row.card_key_id,
    row.admin_username,
    row.created_at,
  ];
}

async function conflictIfTaken(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (isError(error, 1062)) throw conflict('这条积分记录已存在', 'This entry has been written before');
    throw error;
  }
}
