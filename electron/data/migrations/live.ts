import type { Connection, RowDataPacket } from 'mysql2/promise';
import { isText, readDefault, readType, type ColumnDescription, type TableDescription } from './description.js';
import { rowsOf } from './session.js';

export interface LiveTable extends TableDescription {
  /** The name as spelled in the database; `name` is in lower case, and so are the columns' names. */
  readonly spelling: string;
  /** Partitioned (R004): then it can have no foreign key, and its primary key ends with the partitioning column. */
  readonly partitioned: boolean;
}

/**
 * Describes every table and view of the chosen database, from information_schema only. Throws only the driver's own
 * errors.
 */
export async function liveSchema(connection: Connection): Promise<LiveTable[]> {
  const here = 'TABLE_SCHEMA = DATABASE()';
  const tables = await rowsOf(
    connection,
    `SELECT TABLE_NAME AS tableName, TABLE_TYPE AS kind, ENGINE AS engine, CREATE_OPTIONS AS options FROM information_schema.TABLES WHERE ${here} ORDER BY TABLE_NAME`,
  );
  const columns = await rowsOf(
    connection,
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName, COLUMN_TYPE AS columnType, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS standard,
    EXTRA AS extra, COLLATION_NAME AS collation FROM information_schema.COLUMNS WHERE ${here} ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  const indexes = await rowsOf(
    connection,
    `SELECT TABLE_NAME AS tableName, INDEX_NAME AS indexName, NON_UNIQUE AS nonUnique, COLUMN_NAME AS columnName, SUB_PART AS part
    FROM information_schema.STATISTICS WHERE ${here} ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`,
  );
  const foreignKeys = await rowsOf(
    connection,
    `SELECT k.TABLE_NAME AS tableName, k.COLUMN_NAME AS columnName, k.REFERENCED_TABLE_NAME AS toTable, k.REFERENCED_COLUMN_NAME AS toColumn, r.DELETE_RULE AS onDelete
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL`,
  );
  const json = await jsonChecks(connection);

  return tables.map((table) => {
    const spelling = String(table['tableName']);
    const own = (row: RowDataPacket): boolean => row['tableName'] === spelling;
    const keys = groupIndexes(indexes.filter(own));
    return {
      name: spelling.toLowerCase(),
      spelling,
      partitioned: /\bpartitioned\b/i.test(String(table['options'])),
      engine: String(table['engine'] ?? table['kind']),
      columns: columns.filter(own).map((row) => describeColumn(row, json)),
      primaryKey: keys.find((key) => key.name === 'PRIMARY')?.columns ?? [],
      indexes: keys.filter((key) => key.name !== 'PRIMARY'),
      foreignKeys: foreignKeys.filter(own).map((row) => ({
        column: lower(row['columnName']),
        table: lower(row['toTable']),
        references: lower(row['toColumn']),
        onDelete: row['onDelete'] === 'NO ACTION' ? 'RESTRICT' : String(row['onDelete']),
      })),
    };
  });
}

function describeColumn(row: RowDataPacket, json: ReadonlySet<string>): ColumnDescription {
  const name = lower(row['columnName']);
  const written = readType(String(row['columnType']));
  // MariaDB's JSON is a LONGTEXT with a CHECK.
  const isJson =
    written.type === 'json' || (written.type === 'longtext' && json.has(`${lower(row['tableName'])}.${name}`));
  const type = isJson ? { ...written, type: 'json' } : written;
  const extra = String(row['extra']).toLowerCase();
  return {
    name,
    ...type,
    nullable: row['nullable'] === 'YES',
    default: readDefault(typeof row['standard'] === 'string' ? row['standard'] : null),
    autoIncrement: extra.includes('auto_increment'),
    updatesItself: extra.includes('on update'),
    collation: isText(type.type) ? String(row['collation']) : null,
  };
}

/**
 * The columns with a CHECK of the form json_valid(`column`), as table.column. Only MariaDB names the table of a CHECK
 * here.
 */
async function jsonChecks(connection: Connection): Promise<Set<string>> {
  const [server] = await rowsOf(connection, 'SELECT VERSION() AS version');
  if (!/mariadb/i.test(String(server?.['version']))) return new Set();
  const checks = await rowsOf(
    connection,
    'SELECT TABLE_NAME AS tableName, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()',
  );
  return new Set(
    checks.flatMap((row) => {
      const column = /^\(?json_valid\(`([^`]+)`\)\)?$/i.exec(String(row['clause']))?.[1];
      return column === undefined ? [] : [`${lower(row['tableName'])}.${column.toLowerCase()}`];
    }),
  );
}

function groupIndexes(rows: readonly RowDataPacket[]): { name: string; columns: string[]; unique: boolean }[] {
  const groups = new Map<string, { name: string; columns: string[]; unique: boolean }>();
  for (const row of rows) {
    const name = String(row['indexName']);
    const group = groups.get(name) ?? { name, columns: [], unique: Number(row['nonUnique']) === 0 };
    // A prefix of a column, or an expression, is not the column.
    group.columns.push(
      row['part'] === null && row['columnName'] !== null
        ? lower(row['columnName'])
        : `${lower(row['columnName'])}(${String(row['part'])})`,
    );
    groups.set(name, group);
  }
  return [...groups.values()];
}

function lower(value: unknown): string {
  return String(value).toLowerCase();
}
