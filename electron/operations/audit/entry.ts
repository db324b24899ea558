import { Refusal } from '../../contract/errors.js';
import type { AuditRow } from '../../contract/audit.js';
import type { AuditJob, Proof } from '../../contract/common.js';
import { contract, type OperationName } from '../../contract/index.js';
import type { Definition } from '../../contract/operation.js';
import { isObject } from '../../data/config/same-json.js';
import { isoOf, type Sql } from '../../data/mysql/database.js';
import { keyParameter } from '../../data/write/row-writer.js';

/** A row of console_audit without its input. */
export interface Entry {
  readonly id: string;
  readonly at: string;
  readonly operator: string;
  readonly operator_role: string;
  readonly origin: AuditRow['origin'];
  readonly operation: string;
  /** As it is shown: what became of its job included. */
  readonly outcome: AuditRow['outcome'];
  readonly error: string | null;
  /** Progress of its job: done, skipped and total. */
  readonly job: string | null;
  readonly job_id: string | null;
  readonly targets: number;
  readonly sample: string | null;
  readonly places: string | null;
  readonly undo_of: string | number | null;
  readonly undone_by: string | number | null;
}

/** Something about the job of an entry; null if it has none. */
const ofJob = (sql: string): string =>
  `(SELECT ${sql} FROM console_jobs j WHERE j.id = CONVERT(job_id USING ascii) COLLATE ascii_bin)`;

/**
 * The outcome of an entry as it is shown. The audit's row says only that the work of all finished chunks is done; the
 * row of its job says whether it has ended, and how. Work without a row, such as reading a file, marks that it was
 * stopped.
 */
export const outcomeSql = `CASE WHEN places LIKE '%"stopped":%' THEN 'stopped' WHEN outcome NOT IN ('running', 'done') THEN outcome ELSE COALESCE(${ofJob(
  `CASE WHEN j.state = 'failed' THEN 'failed' WHEN j.state = 'cancelled' THEN 'stopped' WHEN outcome = 'running' THEN 'running'
     WHEN j.skipped + j.failed = 0 THEN 'done' WHEN j.done = 0 THEN 'failed' ELSE 'partly' END`,
)}, outcome) END`;

export const entryColumns = `id, at, operator, operator_role, origin, operation, ${outcomeSql} AS outcome, COALESCE(error, ${ofJob('j.error')}) AS error,
  targets, sample, places, job_id, ${ofJob("CONCAT_WS(' ', j.done, j.skipped + j.failed, j.total)")} AS job, undo_of, undone_by`;

/** One entry; `lock` locks it until the transaction ends. Throws not_found. */
export async function entryOf(sql: Sql, id: string, lock = false): Promise<Entry> {
  const [row] = await sql.rows<Entry>(
    `SELECT ${entryColumns} FROM console_audit WHERE id = ?${lock ? ' FOR UPDATE' : ''}`,
    [keyParameter(id)],
  );
  if (row === undefined) throw noSuchEntry();
  return row;
}

export function noSuchEntry(): Refusal {
  return new Refusal('not_found', { zh: '没有这条操作记录', en: 'There is no such audit entry' });
}

export function placesOf(entry: Entry): Readonly<Record<string, number>> {
  const places = stored(entry.places);
  return isObject(places) ? (places as Record<string, number>) : {};
}

/** What a column says in JSON. One row that somebody has spoilt must not hide all others. */
function stored(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

/** The contract's definition of an entry's operation; undefined if this version does not have it. */
export function definitionOf({ operation }: Entry): Definition | undefined {
  return Object.hasOwn(contract, operation) ? contract[operation as OperationName] : undefined;
}

/** Whether this kind of entry can be undone. The undo itself checks whether its rows are unchanged. */
export function undoState(entry: Entry): Proof['undo'] {
  if (entry.undone_by !== null) return 'undone';
  const possible =
    ['done', 'partly', 'stopped'].includes(entry.outcome) &&
    entry.targets > 0 &&
    entry.undo_of === null &&
    definitionOf(entry)?.notUndone === undefined &&
    (placesOf(entry)['incomplete'] ?? 0) === 0;
  return possible ? 'possible' : 'impossible';
}

/** At most five of the things that an entry has changed. */
export function sampleOf(entry: Entry): readonly string[] {
  const sample = stored(entry.sample);
  return Array.isArray(sample) ? sample.filter((one) => typeof one === 'string') : [];
}

/** How far the job of an entry has come; null if it has none. */
export function jobOf({ job_id: id, job }: Entry): AuditJob | null {
  if (id === null || job === null) return null;
  const [done = 0, skipped = 0, total = 0] = job.split(' ').map(Number);
  return { id, done, skipped, left: total - done - skipped };
}

/** An entry of a list. */
export function auditRow(
  entry: Entry,
  label: (operation: string) => string,
  shown: Pick<AuditRow, 'amount' | 'names' | 'error'>,
): AuditRow {
  return {
    id: entry.id,
    at: isoOf(entry.at),
    operator: entry.operator,
    origin: entry.origin,
    operation: entry.operation,
    label: label(entry.operation),
    outcome: entry.outcome,
    targets: entry.targets,
    sample: sampleOf(entry),
    ...shown,
    undoneBy: entry.undone_by === null ? null : String(entry.undone_by),
    undoOf: entry.undo_of === null ? null : String(entry.undo_of),
    undo: undoState(entry),
  };
}
