import type { Change } from '../data/write/audited-change.js';
import type { Sql } from '../data/mysql/database.js';
import type { JobRow } from './rows.js';
import { noteLeftOut } from './left-out.js';
import type { ChunkContext, ChunkDone, CountedJob, ItemJob, JobItem, JobHandler } from './job-handler.js';

/** What a chunk did, and where the next one begins. */
type Chunk = ChunkDone & { readonly next: number };

/** Does the next chunk of a job, in the transaction that moves its checkpoint. Returns null if nothing is left. */
export function nextChunk(step: JobHandler, chunk: Change, context: ChunkContext, row: JobRow): Promise<Chunk | null> {
  return 'counted' in step ? countedChunk(step, chunk, context, row) : itemChunk(step, chunk, context, row);
}

/** The next items of the frozen set; null if none are left. */
async function itemChunk(step: ItemJob, chunk: Change, context: ChunkContext, row: JobRow): Promise<Chunk | null> {
  const items = await chunk.tx.rows<JobItem>(
    'SELECT seq, target, note AS state FROM console_job_items WHERE job_id = ? AND seq >= ? ORDER BY seq LIMIT ?',
    [row.id, row.next_seq, step.chunk],
  );
  const last = items[items.length - 1];
  if (last === undefined) return null;
  const { left, ...done } = await step.run(chunk, { ...context, items });
  await noteLeftOut(chunk.tx, row.id, left);
  return { ...done, next: last.seq + 1 };
}

/** As many of the remaining items as the handler chooses; null if none are left. */
async function countedChunk(
  step: CountedJob,
  chunk: Change,
  context: ChunkContext,
  row: JobRow,
): Promise<Chunk | null> {
  const left = row.total - row.next_seq;
  if (left <= 0) return null;
  const did = await step.run(chunk, { ...context, from: row.next_seq, left });
  return { ...did, next: row.next_seq + did.changed + did.skipped };
}

/** Ends or pauses a job: releases its lease and closes its audit entry. */
export async function end(tx: Sql, row: JobRow, state: 'done' | 'cancelled' | 'paused'): Promise<void> {
  await tx.run(
    `UPDATE console_jobs SET state = ?, lease_owner = NULL, lease_until = NULL, finished_at = IF(? = 'paused', NULL, UTC_TIMESTAMP(3)) WHERE id = ?`,
    [state, state, row.id],
  );
  if (state !== 'paused' && row.audit_id !== null) await endAudit(tx, row.audit_id, state);
}

/**
 * Closes a job's audit entry: what it did stays done, however it ended. A cancelled undo left something to undo, so its
 * entry may be undone again.
 */
export async function endAudit(tx: Sql, auditId: string, state: 'done' | 'cancelled'): Promise<void> {
  await tx.run("UPDATE console_audit SET outcome = 'done' WHERE id = ?", [auditId]);
  if (state === 'done') return;
  const [row] = await tx.rows<{ undo_of: string | null }>('SELECT undo_of FROM console_audit WHERE id = ?', [auditId]);
  if (row?.undo_of === null || row?.undo_of === undefined) return;
  await tx.run('UPDATE console_audit SET undone_by = NULL WHERE id = ? AND undone_by = ?', [row.undo_of, auditId]);
}
