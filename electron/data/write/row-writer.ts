import type { Parameter, Sql } from '../mysql/database.js';
import { tableOf } from '../tables.js';

/** Values for one row, which is found by its key. */
export interface RowValues {
  readonly key: string | number;
  readonly values: Readonly<Record<string, Parameter>>;
}

/** Rows in one statement that sets its own value for each row. The server finds the value by searching a list. */
const most = 1_000;
/** Rows in one INSERT. */
const mostInserted = 2_000;
/** Rows in one statement that contains only their keys. */
export const mostNamed = 10_000;

/** A key in a form that the server compares without conversion to doubles: BIGINTs as numbers, the rest as text. */
export function keyParameter(key: string | number): Parameter {
  return /^\d+$/.test(String(key)) ? BigInt(key) : key;
}

/** The key of a table's row, in the form of `keyParameter`. */
export function tableKeyParameter(table: string, key: string | number): Parameter {
  return tableOf(table)?.textKey === true ? String(key) : keyParameter(key);
}

/** Up to this many rows with different columns go into one statement, which lists the rows for each column. */
const few = 20;

/**
 * Sets values of many rows, with one statement for each set of columns. A column with the same value for all rows is
 * set directly. `mixed`: a few rows with different columns go into one statement, and the other columns keep their
 * values. Do not use it for a table with JSON columns: the JSON would be written again as text.
 */
export async function setColumns(
  tx: Sql,
  table: string,
  keyColumn: string,
  rows: readonly RowValues[],
  mixed = false,
): Promise<void> {
  const [only] = rows;
  if (only === undefined) return;
  if (rows.length === 1) {
    const columns = Object.keys(only.values);
    if (columns.length > 0) await setGroup(tx, table, keyColumn, columns, rows);
    return;
  }
  const groups = new Map<string, RowValues[]>();
  for (const row of rows) {
    const signature = Object.keys(row.values).sort().join(',');
    if (signature === '') continue;
    const group = groups.get(signature) ?? [];
    groups.set(signature, group);
    group.push(row);
  }
  if (mixed && groups.size > 1 && rows.length <= few) {
    const all = [...groups.values()].flat();
    await setGroup(
      tx,
      table,
      keyColumn,
      [...new Set([...groups.keys()].flatMap((signature) => signature.split(',')))],
      all,
    );
    return;
  }
  for (const [signature, group] of groups) {
    const columns = signature.split(',');
    const alike = columns.every((column) => group.every(({ values }) => values[column] === group[0]?.values[column]));
    for (const part of chunked(group, alike ? mostNamed : most)) await setGroup(tx, table, keyColumn, columns, part);
  }
}

async function setGroup(
  tx: Sql,
  table: string,
  keyColumn: string,
  columns: readonly string[],
  rows: readonly RowValues[],
): Promise<void> {
  const keys = rows.map((row) => tableKeyParameter(table, row.key));
  const parameters: Parameter[] = [];
  const sets = columns.map((column) => {
    const having = rows.filter((row) => Object.hasOwn(row.values, column));
    const own = having.length === rows.length ? keys : having.map((row) => tableKeyParameter(table, row.key));
    const values = having.map((row) => row.values[column] ?? null);
    const same = values.every((value) => value === values[0]);
    const value = same ? '?' : `ELT(FIELD(\`${keyColumn}\`, ?), ?)`;
    const told: Parameter[] = same ? [values[0] ?? null] : [own, values];
    if (own === keys) {
      parameters.push(...told);
      return `\`${column}\` = ${value}`;
    }
    parameters.push(own, ...told);
    return `\`${column}\` = IF(\`${keyColumn}\` IN (?), ${value}, \`${column}\`)`;
  });
  await tx.run(`UPDATE \`${table}\` SET ${sets.join(', ')} WHERE \`${keyColumn}\` IN (?)`, [...parameters, keys]);
}

/** Inserts rows as they are. Rows with the same columns go into one statement. */
export async function insertRows(
  tx: Sql,
  table: string,
  rows: readonly Readonly<Record<string, Parameter>>[],
): Promise<void> {
  if (rows.length === 0) return;
  const groups = new Map<string, Readonly<Record<string, Parameter>>[]>();
  for (const row of rows) {
    const signature = Object.keys(row).join(',');
    const group = groups.get(signature) ?? [];
    groups.set(signature, group);
    group.push(row);
  }
  for (const [signature, group] of groups) {
    const columns = signature.split(',');
    for (const part of chunked(group, mostInserted)) {
      const values = part.map((row): Parameter[] => columns.map((column) => row[column] ?? null));
      await tx.run(`INSERT INTO \`${table}\` (${columns.map((column) => `\`${column}\``).join(', ')}) VALUES ?`, [
        values,
      ]);
    }
  }
}

/** Slices of a list. */
export function* chunked<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
