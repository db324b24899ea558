import { stringify } from 'csv-stringify/sync';
import { cellOf, columnsOf, flatten, rowsIn } from './flatten.js';

/** A result as CSV with a header; cells that a spreadsheet would execute are escaped. */
export function csvOf(value: unknown): string {
  const rows = rowsIn(value);
  const columns = columnsOf(rows);
  const cells = rows.map((row) => {
    const values = new Map(flatten(row));
    // A number is no formula, whatever its sign.
    return columns.map((column) => numberOr(values.get(column)));
  });
  return stringify([[...columns], ...cells], { escape_formulas: true });
}

function numberOr(value: unknown): string | number {
  return typeof value === 'number' ? value : cellOf(value);
}
