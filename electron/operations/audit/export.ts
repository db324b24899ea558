import type { Parsed } from '../../contract/index.js';
import type { SiteContext } from '../context.js';
import { type Cells, saveCsv } from '../kit/csv-file.js';
import { auditRow, type Entry, entryColumns } from './entry.js';
import { whereOf } from './filter.js';

const header = [
  'id',
  'at',
  'operator',
  'role',
  'origin',
  'operation',
  'label',
  'outcome',
  'error',
  'targets',
  'sample',
  'undo_of',
  'undone_by',
  'input',
];

interface Row extends Entry {
  readonly input: string;
}

/** Saves the entries that a filter matches as CSV, newest first, each with what was asked (secrets were masked when it was written). */
export async function exportAudit(
  { filter }: Parsed<'audit.export'>,
  context: SiteContext,
): Promise<{ readonly jobId: string }> {
  const { site, label } = context;
  const where = whereOf(filter);
  return saveCsv(context, 'audit.export', 'audit', {
    header,
    async count(signal) {
      const [row] = await site.db.rows<{ found: string }>(
        `SELECT COUNT(*) AS found FROM console_audit a${where.sql}`,
        where.parameters,
        signal,
      );
      return Number(row?.found ?? 0);
    },
    async *rows(signal) {
      const sql = `SELECT ${entryColumns}, input FROM console_audit a${where.sql} ORDER BY a.id DESC`;
      for await (const row of site.db.stream<Row>(sql, where.parameters, signal)) yield cellsOf(row, label);
    },
  });
}

function cellsOf(row: Row, label: SiteContext['label']): Cells {
  const entry = auditRow(row, label);
  return [
    entry.id,
    entry.at,
    entry.operator,
    row.operator_role,
    entry.origin,
    entry.operation,
    entry.label,
    entry.outcome,
    row.error,
    entry.targets,
    entry.sample.join(', '),
    entry.undoOf,
    entry.undoneBy,
    row.input,
  ];
}
