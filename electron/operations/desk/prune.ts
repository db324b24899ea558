import type { Site } from '../../data/site.js';

/** Maximum number of rows per run, so that nobody has to wait for it. */
const most = 2_000;

/**
 * Deletes what is no longer needed: answers of idempotency keys after thirty days, and frozen sets of jobs that ended a
 * week ago. The audit, its images and the finished outbox rows (proofs are made from them) stay. Returns the number of
 * deleted rows, at most 2,000 of each kind.
 */
export async function prune(site: Site): Promise<number> {
  const keys = await site.db.run(
    'DELETE FROM console_idempotency WHERE created_at < UTC_TIMESTAMP(3) - INTERVAL 30 DAY ORDER BY created_at LIMIT ?',
    [most],
  );
  const [job] = await site.db.rows<{ id: string }>(
    `SELECT j.id FROM console_jobs j WHERE j.finished_at < UTC_TIMESTAMP(3) - INTERVAL 7 DAY
       AND EXISTS (SELECT 1 FROM console_job_items i WHERE i.job_id = j.id) LIMIT 1`,
  );
  if (job === undefined) return keys.affectedRows;
  const items = await site.db.run('DELETE FROM console_job_items WHERE job_id = ? LIMIT ?', [job.id, most]);
  return keys.affectedRows + items.affectedRows;
}
