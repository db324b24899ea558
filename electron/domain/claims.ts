import { folded } from '../data/mysql/collation.js';
import type { Sql, Transaction } from '../data/mysql/database.js';
import { chunked } from '../data/write/row-writer.js';

/*
 * A claim is a row of `console_claims` (migration 0006) that a transaction writes before it looks whether something was done. The table's key makes
 * whoever claims the same wait until that transaction is over; then its look sees what was written. Nobody else is held up.
 *
 * A claim lasts as long as its transaction, committed or not. The row that stays behind proves nothing: what was done is read from the tables that
 * say so. So there is nothing to keep in step with what the site's own code writes there, or with what an operator, an undo, a deletion or
 * `clearAllData` takes away, and rows may be deleted at any time; whoever deletes one that is claimed waits.
 *
 * Lock order: rows of users and invitations, then claims, then accounts, ledgers and statistics. Claims of one transaction are taken in order.
 */

/** A name for what is claimed. Names that a site takes for one (`Bob`, `bob`) give one claim; where two things
 * have one name (`a|b`, or beyond 255 symbols) one waits for the other, and no more comes of it. */
export function claimOn(kind: 'address' | 'pair' | 'plays', ...names: readonly string[]): string {
  return Array.from([kind, ...names.map(folded)].join('|'))
    .slice(0, 255)
    .join('');
}

const chunk = 500;

/*
 * What counts plays claims hundreds at once, over and over: of those one that was claimed lately is locked and not written, nor its index; only
 * forgetting asks for the time, roughly. What pays is always written: where two nodes of a cluster take writes, neither sees the other's locks, and
 * of two transactions that have written one row one is refused at its commit.
 */
const laterAt = `IF(claim LIKE 'plays|%' AND at >= VALUES(at) - INTERVAL 10 MINUTE, at, VALUES(at))`;

/** Takes these claims until the transaction ends; waits for whoever holds one of them. */
export async function claim(tx: Transaction, claims: readonly string[]): Promise<void> {
  for (const some of chunked([...new Set(claims)].toSorted(), chunk)) {
    // A row that is there is locked exclusively, as one to be updated: two that wait for a third do not stand in each other's
    // way afterwards.
    await tx.run(
      `INSERT INTO console_claims (claim, at) VALUES ${some.map(() => '(?, UTC_TIMESTAMP(3))').join(', ')}
        ON DUPLICATE KEY UPDATE at = ${laterAt}`,
      some,
    );
  }
}

/**
 * Deletes up to 1,000 rows that nobody has claimed for most of an hour. One at a time and by their key: a statement that
 * deletes many may scan, wait for somebody's claim, and keep others from theirs meanwhile. Throws `unavailable`.
 */
export async function forgetOldClaims(sql: Sql): Promise<void> {
  const old = 'at < UTC_TIMESTAMP(3) - INTERVAL 1 HOUR';
  const rows = await sql.rows<{ claim: string }>(
    `SELECT claim FROM console_claims WHERE ${old} ORDER BY at LIMIT 1000`,
  );
  for (const row of rows) await sql.run(`DELETE FROM console_claims WHERE claim = ? AND ${old}`, [row.claim]);
}
