import { folded } from '../data/mysql/collation.js';
import type { Sql, Transaction } from '../data/mysql/database.js';
import { batches } from '../data/write/rows.js';

/*
 * A claim is a row of `console_claims` (migration 0006) that a transaction inserts before it looks whether something was done, and deletes
 * before it commits. The table's key makes whoever claims the same wait until that transaction is over; then the look sees what it wrote. Others
 * are not held up. A claim proves nothing and outlives nothing: what was done is read from the tables that say so, so there is nothing to keep in
 * step with what the site's own code writes there, or with what an operator, an undo or a deletion takes away.
 *
 * Lock order: rows of users and invitations, then claims, then accounts, ledgers and statistics. Claims of one transaction are sorted.
 */

/** A name for what is claimed. Names that a site takes for one (`Bob`, `bob`) give one claim; longer ones are cut, which only claims more. */
export function claimOn(kind: 'address' | 'pair' | 'plays', ...names: readonly string[]): string {
  return Array.from([kind, ...names.map(folded)].join('\n'))
    .slice(0, 255)
    .join('');
}

const chunk = 500;

/**
 * Makes these claims, runs `work`, and takes them back; their locks stay until the transaction ends. Waits for whoever holds one of them.
 * Throws what the work throws; the transaction then does not commit, and its claims are gone with it.
 */
export async function withClaims<T>(tx: Transaction, claims: readonly string[], work: () => Promise<T>): Promise<T> {
  const all = [...new Set(claims)].toSorted();
  for (const some of batches(all, chunk)) {
    // An update where the row is there takes an exclusive lock: two that wait for a third do not stand in each other's way afterwards.
    await tx.run('INSERT INTO console_claims (claim) VALUES ? ON DUPLICATE KEY UPDATE claim = VALUES(claim)', [
      some.map((claim) => [claim]),
    ]);
  }
  const value = await work();
  await release(tx, all);
  return value;
}

/** Each by its key and nothing else: for a list of them a server that thinks the table small reads all of it, and waits for the claims of others. */
async function release(tx: Sql, claims: readonly string[]): Promise<void> {
  for (const claim of claims) await tx.run('DELETE FROM console_claims WHERE claim = ?', [claim]);
}

/** True once migration 0006 has run here. Inside a transaction: also where it has run since that began. */
export async function hasClaimTable(sql: Sql): Promise<boolean> {
  const [row] = await sql.rows<{ found: string }>(
    "SELECT COUNT(*) AS found FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'console_claims'",
  );
  return Number(row?.found ?? 0) === 1;
}
