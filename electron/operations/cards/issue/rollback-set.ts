import type { Sql } from '../../../data/mysql/database.js';
import { chunked, keyParameter } from '../../../data/write/row-writer.js';
import { type IdRange, rangesOf } from '../batch-store.js';

/** Number of ids that one statement reads while a job's cards are frozen. */
const frozenAtOnce = 20_000;

/**
 * Cards `c` of a range that are unused, not expired and not revoked: a rollback deletes these. Parameters: first id,
 * last id, id after which to continue.
 */
export const unusedInRange = `FROM card_keys c WHERE c.id BETWEEN ? AND ? AND c.id > ? AND c.status = 'unused' AND c.expires_at > UTC_TIMESTAMP()
  AND NOT EXISTS (SELECT 1 FROM console_card_marks m WHERE m.card_id = c.id AND m.revoked_at IS NOT NULL)`;

/** The users' records of a batch's unused cards, as a short text that changes with them. */
export async function givenOf(sql: Sql, id: string): Promise<string> {
  let count = 0;
  let sum = 0n;
  for (const { first, last } of await rangesOf(sql, id)) {
    const [row] = await sql.rows<{ found: string | number; sum: string | number | null }>(
      `SELECT COUNT(*) AS found, SUM(CRC32(CONCAT_WS('|', k.id, k.username))) AS sum
       FROM card_keys c JOIN user_card_keys k ON k.key_hash = c.key_hash WHERE c.id BETWEEN ? AND ? AND c.status = 'unused'`,
      [keyParameter(first), keyParameter(last)],
    );
    count += Number(row?.found ?? 0);
    sum += BigInt(row?.sum ?? 0);
  }
  return `${String(count)} ${String(sum)}`;
}

/** Locks the cards of these ranges that are unused now, at most `most` cards. */
export async function holdUnused(tx: Sql, ranges: readonly IdRange[], most: number): Promise<void> {
  let held = 0;
  for (const { first, last } of ranges) {
    if (held >= most) return;
    const rows = await tx.rows(`SELECT c.key_hash ${unusedInRange} ORDER BY c.id LIMIT ${String(most)} FOR UPDATE`, [
      keyParameter(first),
      keyParameter(last),
      0,
    ]);
    held += rows.length;
  }
}

/** The cards of these ranges that are unused now, as id ranges without gaps. */
export async function unusedRanges(tx: Sql, batch: readonly IdRange[]): Promise<IdRange[]> {
  const found: IdRange[] = [];
  for (const { first, last } of batch) {
    let from = '0';
    for (;;) {
      const rows = await tx.rows<{ id: string | number }>(
        `SELECT c.id ${unusedInRange} ORDER BY c.id LIMIT ${String(frozenAtOnce)}`,
        [keyParameter(first), keyParameter(last), keyParameter(from)],
      );
      const ids = rows.map(({ id }) => BigInt(id));
      let start = ids[0];
      for (const [at, id] of ids.entries()) {
        if (ids[at + 1] === id + 1n) continue;
        found.push({ first: String(start), last: String(id) });
        start = ids[at + 1];
      }
      const end = ids[ids.length - 1];
      if (end === undefined || ids.length < frozenAtOnce) break;
      from = String(end);
    }
  }
  return found;
}

/** Stores which cards a job deletes. A card that returns to stock later was not in the preview. */
export async function freezeRanges(tx: Sql, jobId: string, ranges: readonly IdRange[]): Promise<void> {
  let seq = 0;
  for (const some of chunked(ranges, 2_000))
    await tx.run('INSERT INTO console_job_items (job_id, seq, target) VALUES ?', [
      some.map(({ first, last }) => [jobId, seq++, `${first}-${last}`]),
    ]);
}

export interface FrozenRange extends IdRange {
  readonly seq: number;
}

interface Which {
  /** The first range. */
  readonly seq: number;
  readonly most: number;
}

/** Ranges that a job has frozen, from one on. */
export async function frozenRanges(tx: Sql, jobId: string, { seq, most }: Which): Promise<readonly FrozenRange[]> {
  const rows = await tx.rows<{ seq: number; target: string }>(
    'SELECT seq, target FROM console_job_items WHERE job_id = ? AND seq >= ? ORDER BY seq LIMIT ?',
    [jobId, seq, most],
  );
  return rows.map(({ seq: at, target }) => {
    const [first = '', last = ''] = target.split('-');
    return { seq: at, first, last };
  });
}

/** Ranges of a whole batch, from one on: for jobs of old versions, which froze no ranges. */
export async function wholeBatch(tx: Sql, batchId: string, { seq, most }: Which): Promise<readonly FrozenRange[]> {
  return (await rangesOf(tx, batchId)).map((range, at) => ({ ...range, seq: at })).slice(seq, seq + most);
}

/** How many ranges of a job are still stored: they are deleted a week after the job's end. */
export async function countRanges(sql: Sql, jobId: string): Promise<number> {
  const [row] = await sql.rows<{ found: string }>('SELECT COUNT(*) AS found FROM console_job_items WHERE job_id = ?', [
    jobId,
  ]);
  return Number(row?.found ?? 0);
}
