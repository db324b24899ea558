import { Refusal } from '../contract/errors.js';
import type { JobState } from '../contract/jobs.js';
import { type Database, isoOf, isoOrNull, type Sql } from '../data/mysql/database.js';

/** A row of console_jobs, with numbers as numbers and times as ISO UTC. */
export interface JobRow {
  readonly id: string;
  readonly operation: string;
  readonly input: string;
  readonly operator: string;
  readonly operator_role: string;
  readonly state: JobState;
  readonly wanted: 'run' | 'pause' | 'cancel';
  readonly total: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly next_seq: number;
  readonly audit_id: string | null;
  readonly error: string | null;
  readonly lease_owner: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

interface RawRow extends Omit<JobRow, 'createdAt' | 'finishedAt' | 'audit_id'> {
  readonly audit_id: string | number | null;
  readonly created_at: string;
  readonly finished_at: string | null;
}

const columns =
  'id, operation, input, operator, operator_role, state, wanted, total, done, skipped, failed, next_seq, audit_id, error, lease_owner, created_at, finished_at';

function rowOf(raw: RawRow): JobRow {
  return {
    ...raw,
    audit_id: raw.audit_id === null ? null : String(raw.audit_id),
    createdAt: isoOf(raw.created_at),
    finishedAt: isoOrNull(raw.finished_at),
  };
}

/** One job; `lock` locks its row until the transaction ends. Throws not_found. */
export async function jobRow(sql: Sql, id: string, lock = false): Promise<JobRow> {
  const [raw] = await sql.rows<RawRow>(`SELECT ${columns} FROM console_jobs WHERE id = ?${lock ? ' FOR UPDATE' : ''}`, [
    id,
  ]);
  if (raw === undefined) throw new Refusal('not_found', { zh: '没有这个任务', en: 'There is no such job' });
  return rowOf(raw);
}

/** Jobs that have not ended and those of the last week, in this order, newest first; at most 100. */
export async function jobRows(sql: Sql): Promise<JobRow[]> {
  const raws = await sql.rows<RawRow>(
    `SELECT ${columns} FROM console_jobs WHERE finished_at IS NULL OR finished_at > UTC_TIMESTAMP() - INTERVAL 7 DAY ORDER BY finished_at IS NULL DESC, created_at DESC LIMIT 100`,
  );
  return raws.map(rowOf);
}

/**
 * Takes the lease of every job that waits or whose console is gone, and returns those that `owner` holds now. A job
 * that was asked to pause when its console died is taken too: its row must still be set to paused.
 */
export async function claimable(db: Database, owner: string, leaseSeconds: number): Promise<string[]> {
  await db.run(
    `UPDATE console_jobs SET lease_owner = ?, lease_until = UTC_TIMESTAMP(3) + INTERVAL ? SECOND, state = 'running'
     WHERE state IN ('waiting', 'running') AND (wanted <> 'pause' OR state = 'running') AND (lease_owner IS NULL OR lease_until < UTC_TIMESTAMP(3))`,
    [owner, leaseSeconds],
  );
  const rows = await db.rows<{ id: string }>(
    "SELECT id FROM console_jobs WHERE state = 'running' AND lease_owner = ?",
    [owner],
  );
  return rows.map((row) => row.id);
}
