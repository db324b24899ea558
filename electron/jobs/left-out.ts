import type { Sql } from '../data/mysql/database.js';
import { chunked } from '../data/write/row-writer.js';
import type { LeftOut } from './job-handler.js';

/** What stands before the name of a thing that was left out, in the column that held its state: no state begins so. */
const sign = '~';
const longest = 254;

/** Writes down, in the transaction of their chunk, which things of a job were no longer as they were shown. */
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

/** Names of what a job has left out, in its order, from a place on. They are forgotten a week after the job's end, as its whole set is. */
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
