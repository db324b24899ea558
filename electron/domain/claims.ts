import { folded } from '../data/mysql/collation.js';
import type { Sql, Transaction } from '../data/mysql/database.js';
import { chunked } from '../data/write/row-writer.js';

/*
 * A claim is a row of `console_claims` (migration 0006) that a transaction writes before it checks whether something
 * was done. The table's key makes any other transaction with the same claim wait until that one is over; then its check
 * sees what was written. Other transactions do not wait.
 *
 * A claim lasts as long as its transaction, committed or not. The row that stays proves nothing: what was done is read
 * from the site's own tables. So nothing has to be kept consistent with what the site's own code writes there, or with
 * what an operator, an undo, a deletion or `clearAllData` removes. Rows may be deleted at any time; a delete waits for
 * a row that is claimed.
 *
 * Lock order: rows of users and invitations, then claims, then accounts, ledgers and statistics. Claims of one
 * transaction are taken in order.
 */

/**
 * The name of a claim. Names that a site treats as equal (`Bob`, `bob`) give one claim. If two different things have
 * the same name (`a|b`, or beyond 255 symbols), one waits for the other, with no other effect.
 */
export function claimOn(kind: 'address' | 'pair' | 'plays', ...names: readonly string[]): string {
  return Array.from([kind, ...names.map(folded)].join('|'))
    .slice(0, 255)
    .join('');
}

const chunk = 500;

/*
 * Counting plays takes hundreds of claims again and again: a recently claimed row of these is locked but not written,
 * nor is its index; its time is only needed roughly, for deleting old rows. Claims of payments are always written: if
 * two nodes of a cluster take writes, neither sees the other's locks, and of two transactions that wrote the same row
 * one is refused at its commit.
 */
const laterAt = `IF(claim LIKE 'plays|%' AND at >= VALUES(at) - INTERVAL 10 MINUTE, at, VALUES(at))`;

/** Takes these claims until the transaction ends; waits for other transactions that hold one of them. */
export async function claim(tx: Transaction, claims: readonly string[]): Promise<void> {
  for (const some of chunked([...new Set(claims)].toSorted(), chunk)) {
    // An existing row is locked exclusively, as for an update: two transactions that wait for a third do not deadlock
    // afterwards.
    await tx.run(
      `INSERT INTO console_claims (claim, at) VALUES ${some.map(() => '(?, UTC_TIMESTAMP(3))').join(', ')}
        ON DUPLICATE KEY UPDATE at = ${laterAt}`,
      some,
    );
  }
}

/**
 * Deletes up to 1,000 rows not claimed for most of an hour. One at a time and by their key: a statement that deletes
 * many may scan, wait for a claim, and block other claims while it waits. Throws `unavailable`.
 */
export async function forgetOldClaims(sql: Sql): Promise<void> {
  const old = 'at < UTC_TIMESTAMP(3) - INTERVAL 1 HOUR';
  const rows = await sql.rows<{ claim: string }>(
    `SELECT claim FROM console_claims WHERE ${old} ORDER BY at LIMIT 1000`,
  );
  for (const row of rows) await sql.run(`DELETE FROM console_claims WHERE claim = ? AND ${old}`, [row.claim]);
}
