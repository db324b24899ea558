import type { Parameter, Sql } from '../../data/mysql/database.js';
import { rowTables } from '../../data/tables.js';
import { keyIn, type Row, type RowWork } from '../../data/write/row-images.js';
import { chunked } from '../../data/write/row-writer.js';

/** Columns whose values together must be unique, by table. */
export type UniqueKeys = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Values in one statement that looks for each on its own. */
const fewValues = 200;

/** What must be unique: by the design, and by the keys that the site's tables have; theirs may be more. */
export async function uniqueKeys(sql: Sql, tables: readonly string[]): Promise<UniqueKeys> {
  const keys = new Map<string, Map<string, string[]>>();
  for (const [table, { unique = [] }] of rowTables)
    if (tables.includes(table)) keys.set(table, new Map(unique.map((column) => [column, [column]])));
  if (tables.length === 0) return new Map();
  const rows = await sql.rows<{ name: string; own: string; field: string | null }>(
    `SELECT TABLE_NAME AS name, INDEX_NAME AS own, COLUMN_NAME AS field FROM information_schema.STATISTICS
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (?) AND NON_UNIQUE = 0 AND INDEX_NAME <> 'PRIMARY'
     ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
    [tables],
  );
  const found = new Map<string, { readonly table: string; readonly columns: string[] }>();
  for (const { name, own, field } of rows) {
    const key = found.get(`${name} ${own}`) ?? { table: name, columns: [] };
    found.set(`${name} ${own}`, key);
    // An expression has no column: no image holds it.
    key.columns.push(field ?? '');
  }
  for (const { table, columns } of found.values()) keys.get(table)?.set(columns.join(), columns);
  return new Map([...keys].map(([table, all]) => [table, [...all.values()]]));
}

/**
 * Marks targets whose unique values stand in another row by now: a code given anew, a name registered again. Which
 * values are the same is for the database to say: to its collation one emoji is another.
 */
export async function takenMeanwhile(
  sql: Sql,
  table: string,
  key: string,
  works: readonly RowWork[],
  unique: readonly (readonly string[])[],
  moved: Set<string>,
): Promise<void> {
  // Rows that go with the undo go first, and leave their values free.
  const going = new Set(works.filter(({ before }) => before === null).map((work) => keyIn(work, { key })));
  for (const columns of unique) {
    const wanted = works.flatMap(({ target, before, after }) => {
      const values = columns.map((column) => before?.[column]);
      if (before === null || values.some((value) => value === undefined || value === null)) return [];
      if (columns.every((column) => before[column] === after?.[column])) return [];
      return [{ target, key: String(before[key]), values: values as Parameter[] }];
    });
    const foreign = (row: Row, own: string): boolean => String(row['id']) !== own && !going.has(String(row['id']));
    for (const batch of chunked(wanted, 1_000)) {
      const all = batch.map(({ values }) => values);
      const taken = await sql.rows<Row>(
        `SELECT \`${key}\` AS id FROM \`${table}\` WHERE (${columns.map((column) => `\`${column}\``).join(', ')}) IN (?)`,
        [columns.length === 1 ? all.flat() : all],
      );
      if (taken.length === 0) continue;
      for (const some of chunked(batch, fewValues)) {
        const each = some.map(
          (_, at) =>
            `SELECT ${String(at)} AS place, \`${key}\` AS id FROM \`${table}\` WHERE ${columns.map((column) => `\`${column}\` = ?`).join(' AND ')}`,
        );
        const rows = await sql.rows<Row>(
          each.join(' UNION ALL '),
          some.flatMap(({ values }) => values),
        );
        for (const row of rows) {
          const work = some[Number(row['place'])];
          if (work !== undefined && foreign(row, work.key)) moved.add(work.target);
        }
      }
    }
  }
}
