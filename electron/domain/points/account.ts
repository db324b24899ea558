import type { UserPoints } from '../../data/types.js';
import type { Sql, Transaction } from '../../data/mysql/database.js';
import { newCode, suspendedCode } from '../invitations/code.js';
import type { Totals } from './rules.js';
import { isError, millis } from '../values.js';

/** A row of user_points. */
export type AccountRow = {
  readonly username: string;
  readonly invitation_code: string;
  readonly balance: number;
  readonly total_earned: number;
  readonly total_redeemed: number;
  readonly updated_at: string | null;
};

// The name is the one in `users`: a row written by another program may spell it differently, and belongs to the same
// user.
const accounts = `SELECT u.username, p.invitation_code, p.balance, p.total_earned, p.total_redeemed, p.updated_at
  FROM users u JOIN user_points p ON p.username = u.username WHERE u.username = ?`;

// The same with only the account locked: a nested SELECT takes no lock, while a join would lock the user's row for
// writing, against other transactions that hold it.
const heldAccount = (
  more: string,
): string => `SELECT (SELECT u.username FROM users u WHERE u.username = p.username) AS username,
    p.invitation_code, p.balance, p.total_earned, p.total_redeemed, p.updated_at${more}
  FROM user_points p WHERE p.username = ? FOR UPDATE`;

/**
 * The ledger's totals: the sum of all movements, by the site's policy (an adjustment up counts as earned, one down as
 * redeemed); and whether the user is banned.
 */
const ledgerSums = `SELECT COALESCE(SUM(s), 0) AS balance, COALESCE(SUM(CASE WHEN s > 0 THEN s ELSE 0 END), 0) AS earned, COALESCE(SUM(CASE WHEN s < 0 THEN -s ELSE 0 END), 0) AS redeemed,
    (SELECT banned FROM users WHERE username = ?) AS banned
  FROM (SELECT CASE type WHEN 'earn' THEN ABS(amount) WHEN 'redeem' THEN -ABS(amount) ELSE amount END AS s FROM points_records WHERE username = ?) moved`;

/** An account's totals in the form that the rules take. */
export function totalsOf(row: Pick<AccountRow, 'balance' | 'total_earned' | 'total_redeemed'>): Totals {
  return { balance: row.balance, totalEarned: row.total_earned, totalRedeemed: row.total_redeemed };
}

/** The account in the site's form. */
export function pointsOf(row: AccountRow): UserPoints {
  return {
    username: row.username,
    invitationCode: row.invitation_code,
    ...totalsOf(row),
    updatedAt: millis(row.updated_at),
  };
}

/** A user's account, or an empty list. */
export function accountRows(sql: Sql, username: string): Promise<AccountRow[]> {
  return sql.rows<AccountRow>(accounts, [username]);
}

/**
 * Locks a user's account until the transaction ends. A user without one gets it now, with the ledger's totals: an
 * earlier implementation only updated, and lost the points of users without a row.
 */
export async function holdAccount(tx: Transaction, username: string): Promise<AccountRow> {
  return (await holdAccountWith(tx, username)) ?? openAndRead(tx, username);
}

/** Nested SELECTs of fixed text, with texts as parameters. */
export interface TextPart {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/**
 * Locks a user's account and reads nested SELECTs (`more`), which take no locks. Undefined if there is no account;
 * `holdAccount` creates one.
 */
export async function holdAccountWith<More extends object>(
  tx: Transaction,
  username: string,
  more?: TextPart,
): Promise<(AccountRow & More) | undefined> {
  const [row] = await tx.prepared<Omit<AccountRow, 'username'> & More & { readonly username: string | null }>(
    heldAccount(more === undefined ? '' : `, ${more.sql}`),
    [...(more?.parameters ?? []), username],
  );
  return row === undefined || row.username === null ? undefined : { ...row, username: row.username };
}

async function openAndRead(tx: Transaction, username: string): Promise<AccountRow> {
  await openAccount(tx, username);
  const [opened] = await accountRows(tx, username);
  if (opened === undefined) throw new Error('An account that was just opened is not there');
  return opened;
}

/**
 * Opens the account of a new user whose name has no account and no ledger. Throws the server's 1062 if the code is
 * taken.
 */
export async function openFirstAccount(tx: Sql, username: string): Promise<void> {
  await tx.run(
    'INSERT INTO user_points (username, invitation_code, balance, total_earned, total_redeemed) VALUES (?, ?, 0, 0, 0)',
    [username, newCode()],
  );
}

/**
 * Opens the account of a user who has none, with an unused invitation code of 16 symbols; a banned user gets no live
 * code. Leaves an existing account as it is.
 */
export async function openAccount(tx: Transaction, username: string): Promise<void> {
  const [sums] = await tx.rows<{ balance: string; earned: string; redeemed: string; banned: number | null }>(
    ledgerSums,
    [username, username],
  );
  const code = Number(sums?.banned) === 1 ? suspendedCode : newCode;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await tx.attempt(() =>
        tx.run(
          'INSERT INTO user_points (username, invitation_code, balance, total_earned, total_redeemed) VALUES (?, ?, ?, ?, ?)',
          [username, code(), Number(sums?.balance ?? 0), Number(sums?.earned ?? 0), Number(sums?.redeemed ?? 0)],
        ),
      );
      return;
    } catch (error) {
      if (!isError(error, 1062)) throw error;
      if ((await accountRows(tx, username)).length > 0) return;
      if (attempt === 5) throw error;
    }
  }
}
