import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../contract/errors.js';
import {
  isText,
  readDefault,
  readType,
  type ColumnDescription,
  type ForeignKeyDescription,
  type IndexDescription,
  type TableDescription,
} from './description.js';
import { splitStatements } from './split.js';

/**
 * The expected tables of the site, read from 0001 itself.
 * @param folder the folder of migrations
 * @throws Refusal `internal` if 0001 is written in a way that `describeTable` cannot read
 */
export async function expectedSchema(folder: string): Promise<TableDescription[]> {
  const text = await readFile(join(folder, '0001_site_schema.sql'), 'utf8');
  return splitStatements(text)
    .filter((statement) => /^create table/i.test(statement.sql))
    .map((statement) => describeTable(statement.sql));
}

/**
 * Reads a CREATE TABLE as 0001 writes them. It is not an SQL parser: it refuses what it does not know, and a test
 * compares its result with freshly created databases.
 * @throws Refusal `internal`
 */
export function describeTable(sql: string): TableDescription {
  const match = /^create table (?:if not exists )?(\w+) \(([^]*)\)\s*engine=(\w+)[^]*collate=(\w+)$/i.exec(sql.trim());
  if (match === null) throw unread(sql);
  const [, name = '', body = '', engine = '', collation = ''] = match;
  const columns: ColumnDescription[] = [];
  const indexes: IndexDescription[] = [];
  const foreignKeys: ForeignKeyDescription[] = [];
  const primaryKey: string[] = [];

  for (const part of parts(body).map((written) => written.replace(/ comment '(?:[^']|'')*'$/i, ''))) {
    const index = /^(unique )?(?:index|key) (\w+) \(([^)]+)\)$/i.exec(part);
    const foreign = /^foreign key \((\w+)\) references (\w+)\((\w+)\) on delete (cascade|set null|restrict)$/i.exec(
      part,
    );
    if (index !== null) {
      indexes.push({ name: index[2] ?? '', columns: list(index[3] ?? ''), unique: index[1] !== undefined });
    } else if (foreign !== null) {
      foreignKeys.push({
        column: foreign[1] ?? '',
        table: foreign[2] ?? '',
        references: foreign[3] ?? '',
        onDelete: (foreign[4] ?? '').toUpperCase(),
      });
    } else if (!/^constraint \w+ check /i.test(part)) {
      const column = describeColumn(part, collation);
      columns.push(column);
      if (/ primary key/i.test(part)) primaryKey.push(column.name);
      if (/ unique/i.test(part)) indexes.push({ name: column.name, columns: [column.name], unique: true });
    }
  }
  return { name, engine, columns, primaryKey, indexes, foreignKeys };
}

function describeColumn(part: string, tableCollation: string): ColumnDescription {
  const match =
    /^(\w+) (\w+(?:\([^)]*\))?)((?: not null| null| unique| primary key| auto_increment| default (?:'[^']*'|\w+)| on update current_timestamp)*)$/i.exec(
      part,
    );
  if (match === null) throw unread(part);
  const [, name = '', written = '', rest = ''] = match;
  const type = readType(written);
  return {
    name,
    ...type,
    nullable: !/ not null| primary key/i.test(rest),
    default: readDefault(/ default ('[^']*'|\w+)/i.exec(rest)?.[1]),
    autoIncrement: / auto_increment/i.test(rest),
    updatesItself: / on update/i.test(rest),
    collation: isText(type.type) ? tableCollation : null,
  };
}

/** Splits a table's body at the commas outside brackets and strings. */
function parts(body: string): string[] {
  const found = [''];
  let depth = 0;
  for (const piece of body.match(/'(?:[^']|'')*'|[^]/g) ?? []) {
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (piece === ',' && depth === 0) found.push('');
    else found[found.length - 1] += piece;
  }
  return found.map((part) => part.trim().replace(/\s+/g, ' ')).filter((part) => part !== '');
}

/** The columns of an index; their direction does not matter for lookups. */
function list(columns: string): string[] {
  return columns.split(',').map((column) => column.trim().replace(/ (asc|desc)$/i, ''));
}

function unread(sql: string): Refusal {
  return new Refusal('internal', {
    zh: `读不懂 0001 中的定义：${sql.slice(0, 80)}`,
    en: `A definition in 0001 cannot be read: ${sql.slice(0, 80)}`,
  });
}
