import { Refusal } from '../../contract/errors.js';
import type { AuditRow } from '../../contract/audit.js';
import type { Proof } from '../../contract/common.js';
import { contract, type OperationName } from '../../contract/index.js';
import type { Definition } from '../../contract/operation.js';
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
  readonly outcome: 'running' | 'done' | 'refused' | 'failed';
  readonly error: string | null;
  readonly targets: number;
  readonly sample: string | null;
  readonly places: string | null;
  readonly undo_of: string | number | null;
  readonly undone_by: string | number | null;
}

export const entryColumns =
  'id, at, operator, operator_role, origin, operation, outcome, error, targets, sample, places, undo_of, undone_by';

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
  return JSON.parse(entry.places ?? '{}') as Record<string, number>;
}

/** The contract's definition of an entry's operation; undefined if this version does not have it. */
export function definitionOf({ operation }: Entry): Definition | undefined {
  return Object.hasOwn(contract, operation) ? contract[operation as OperationName] : undefined;
}

/** Whether this kind of entry can be undone. The undo itself checks whether its rows are unchanged. */
export function undoState(entry: Entry): Proof['undo'] {
  if (entry.undone_by !== null) return 'undone';
  const possible =
    entry.outcome === 'done' &&
    entry.targets > 0 &&
    entry.undo_of === null &&
    definitionOf(entry)?.notUndone === undefined &&
    (placesOf(entry)['incomplete'] ?? 0) === 0;
  return possible ? 'possible' : 'impossible';
}

/** At most five of the things that an entry has changed. */
export function sampleOf(entry: Entry): readonly string[] {
  return JSON.parse(entry.sample ?? '[]') as string[];
}

/** An entry of a list. A change that still runs as a job shows as done, because the work of its finished chunks is. */
export function auditRow(
  entry: Entry,
  label: (operation: string) => string,
  shown: Pick<AuditRow, 'amount' | 'names'>,
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
