import type { Sql } from '../data/mysql/database.js';
import { chunked } from '../data/write/row-writer.js';
import type { LeftOut } from './job-handler.js';

/** Prefix of a left-out item's name in the column that held its state: no state begins with it. */
const sign = '~';
const longest = 254;

/** Records which items of a job were no longer as shown, in the transaction of their chunk. */
export async function noteLeftOut(tx: Sql, jobId: string, left: readonly LeftOut[]): Promise<void> {
  for (const some of chunked(left, 500)) {
    const names = some.map(() => 'WHEN ? THEN ?').join(' ');
    await tx.run(`UPDATE console_job_items SET note = CASE seq ${names} END WHERE job_id = ? AND seq IN (?)`, [
      ...some.flatMap(({ seq, target }) => [seq, sign + Array.from(target).slice(0, longest).join('')]),
      jobId,
      some.map(({ seq }) => seq),
    ]);
  }
}

export interface LeftOutPage {
  readonly rows: readonly string[];
  /** Where the next page begins; null on the last one. */
  readonly next: number | null;
}

/**
 * Names of what a job left out, in its order, from a position on. They are deleted a week after the job's end, with its
 * whole set.
 */
export async function leftOut(sql: Sql, jobId: string, from: number, most: number): Promise<LeftOutPage> {
  const rows = await sql.rows<{ seq: number; note: string }>(
    `SELECT seq, note FROM console_job_items WHERE job_id = ? AND seq >= ? AND note LIKE '${sign}%' ORDER BY seq LIMIT ?`,
    [jobId, from, most + 1],
  );
  const shown = rows.slice(0, most);
  return {
    rows: shown.map(({ note }) => note.slice(sign.length)),
    next: rows.length > most ? (rows[most]?.seq ?? null) : null,
  };
}
