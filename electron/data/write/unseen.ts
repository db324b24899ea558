import type { Sql } from '../mysql/database.js';
import { namelessAfterUsers, tablesOfUsers } from '../tables.js';

/** Tables whose rows are in the images of a deleted user or card. */
const seen = [...tablesOfUsers, ...namelessAfterUsers].map(([table]) => table);

/** Types whose values do not survive an image: a FLOAT is shown with six digits, a shape as what it holds. */
const inexact = [
  'float',
  'vector',
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geomcollection',
  'geometrycollection',
];

/**
 * True if deleting rows of these tables also deletes something that no image holds, so that an undo would not be exact:
 * rows or values of other tables, through the site's own foreign keys, and values in columns that `SELECT *` leaves
 * out or does not show exactly.
 */
export async function losesUnseen(sql: Sql, tables: readonly string[]): Promise<boolean> {
  const [row] = await sql.rows<{ others: string; hidden: string }>(
    `SELECT (SELECT COUNT(*) FROM information_schema.REFERENTIAL_CONSTRAINTS
         WHERE CONSTRAINT_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IN (?) AND DELETE_RULE IN ('CASCADE', 'SET NULL', 'SET DEFAULT')
           AND TABLE_NAME NOT IN (?)) AS others,
       (SELECT COUNT(*) FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?) AND (EXTRA LIKE '%INVISIBLE%' OR DATA_TYPE IN (?)) AND COALESCE(GENERATION_EXPRESSION, '') = '') AS hidden`,
    [tables, seen, tables, inexact],
  );
  return Number(row?.others ?? 0) + Number(row?.hidden ?? 0) > 0;
}

/** Columns of these tables that the server computes itself and that accept no value, by table. */
export async function generatedColumns(
  sql: Sql,
  tables: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  if (tables.length === 0) return found;
  const rows = await sql.rows<{ name: string; field: string }>(
    `SELECT TABLE_NAME AS name, COLUMN_NAME AS field FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?) AND COALESCE(GENERATION_EXPRESSION, '') <> ''`,
    [tables],
  );
  for (const { name, field } of rows) found.set(name, (found.get(name) ?? new Set()).add(field));
  return found;
}
