import { stringify } from 'csv-stringify/sync';
import { cellOf, columnsOf, flatten, rowsIn } from './flatten.js';

/**
 * A result as CSV with a header; cells that a spreadsheet would execute are escaped. A list has the columns of the
 * contract, so that a script finds them on every page, also on an empty one; any other result has those of its rows.
 */
export function csvOf(value: unknown, ofList?: readonly string[]): string {
  const rows = rowsIn(value);
  const columns = ofList ?? columnsOf(rows);
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
