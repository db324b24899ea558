/** A column, in terms that are the same on MySQL and MariaDB. */
export interface ColumnDescription {
  readonly name: string;
  /** Without display width: bigint, varchar, enum, json, tinyint … */
  readonly type: string;
  /** Of char, varchar and the like; null for other types. */
  readonly length: number | null;
  /** Of an ENUM; empty for other types. */
  readonly values: readonly string[];
  readonly nullable: boolean;
  /** As text: '0', 'user', 'CURRENT_TIMESTAMP'; null for none or NULL. */
  readonly default: string | null;
  readonly autoIncrement: boolean;
  readonly updatesItself: boolean;
  /** Of text columns; null for others, and for JSON. */
  readonly collation: string | null;
}

export interface IndexDescription {
  /** The name in the database; for an index without a name in the SQL, its columns. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

export interface ForeignKeyDescription {
  readonly column: string;
  readonly table: string;
  readonly references: string;
  readonly onDelete: string;
}

export interface TableDescription {
  readonly name: string;
  readonly engine: string;
  readonly columns: readonly ColumnDescription[];
  readonly primaryKey: readonly string[];
  readonly indexes: readonly IndexDescription[];
  readonly foreignKeys: readonly ForeignKeyDescription[];
}

const integers = /^(tinyint|smallint|mediumint|int|integer|bigint)$/;
const texts = /^(char|varchar|tinytext|text|mediumtext|longtext|enum|set)$/;

/** Whether values of this type are compared by a collation. */
export function isText(type: string): boolean {
  return texts.test(type);
}

/**
 * Parses a type as written in SQL or information_schema: `int(11)` is int, BOOLEAN is tinyint, `bigint unsigned` keeps
 * its unsigned.
 */
export function readType(written: string): Pick<ColumnDescription, 'type' | 'length' | 'values'> {
  const match = /^(\w+)\s*(?:\(([^]*)\))?\s*(unsigned)?/i.exec(written.trim());
  const word = (match?.[1] ?? written).toLowerCase();
  const inside = match?.[2] ?? '';
  const base = word === 'boolean' || word === 'bool' ? 'tinyint' : word === 'integer' ? 'int' : word;
  const type = match?.[3] === undefined ? base : `${base} unsigned`;
  if (base === 'enum' || base === 'set')
    return {
      type,
      length: null,
      values: [...inside.matchAll(/'((?:[^']|'')*)'/g)].map((value) => (value[1] ?? '').replaceAll("''", "'")),
    };
  return { type, length: integers.test(base) || inside === '' ? null : Number.parseInt(inside, 10), values: [] };
}

/** Normalises a default: without quotes, TRUE and FALSE as 1 and 0, one spelling for the current time, NULL as none. */
export function readDefault(written: string | null | undefined): string | null {
  if (written === null || written === undefined || /^null$/i.test(written)) return null;
  if (/^(current_timestamp|now)(\(\d*\))?$/i.test(written)) return 'CURRENT_TIMESTAMP';
  if (/^true$/i.test(written)) return '1';
  if (/^false$/i.test(written)) return '0';
  return /^'[^]*'$/.test(written) ? written.slice(1, -1).replaceAll("''", "'") : written;
}
