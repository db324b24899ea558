import { part } from '../../data/mysql/sql.js';
import { listQuery } from '../kit/list-query.js';
import { byTime, filterConditions } from '../kit/list-sql.js';
import { auditRow, type Entry, entryColumns, outcomeSql } from './entry.js';
import { shownTargets, targetNames } from './target-names.js';

interface Row extends Entry {
  /** Only for the file. */
  readonly input?: string;
}

/**
 * Audit entries, newest first. In the file, each entry has its input (secrets were masked when it was written). A site
 * without console tables has none.
 */
export const auditQuery = listQuery('audit', {
  table: 'console_audit',
  needs: 'console',
  sorts: { id: { tie: 'a.id' } },
  source: (filter) => ({
    from: part('FROM console_audit a'),
    conditions: filterConditions(filter, {
      operator: (name) => part('a.operator = ?', name),
      operation: (name) => part('a.operation = ?', name),
      outcome: (outcome) => part(`${outcomeSql} = ?`, outcome),
      ...byTime('', 'a.at'),
      target: (name) => part('a.id IN (SELECT t.audit_id FROM console_audit_targets t WHERE t.target = ?)', name),
    }),
  }),
  columns: () => entryColumns,
  about: async (site) => site.has('cards'),
  beside: (entries: readonly Row[], { sql, about }) => targetNames(sql, entries, about),
  row: (entry: Row, { label, say }, names) => auditRow(entry, label, shownTargets(entry, names, say)),
  csv: {
    columns: ', input',
    cells: {
      id: ({ id }) => id,
      at: ({ at }) => at,
      operator: ({ operator }) => operator,
      role: (_, { operator_role: role }) => role,
      origin: ({ origin }) => origin,
      operation: ({ operation }) => operation,
      label: ({ label }) => label,
      outcome: ({ outcome }) => outcome,
      error: ({ error }) => error,
      targets: ({ targets }) => targets,
      amount: ({ amount }) => amount,
      sample: ({ sample }) => sample.join(', '),
      names: ({ names }) => names.join(', '),
      undo_of: ({ undoOf }) => undoOf,
      undone_by: ({ undoneBy }) => undoneBy,
      input: (_, { input }) => input ?? null,
    },
  },
});
