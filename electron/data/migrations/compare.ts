import type { Connection } from 'mysql2/promise';
import { compareCollations, compareColumn } from './compare-columns.js';
import { consequence } from './consequences.js';
import type { ForeignKeyDescription, TableDescription } from './description.js';
import type { Difference } from './difference.js';
import { expectedSchema } from './expected.js';
import { liveSchema, type LiveTable } from './live.js';

/**
 * Compares the chosen database with what 0001 creates, without failing on a difference and without changing anything.
 * Indexes and keys are compared by their columns, not their names; spellings that differ between MySQL and MariaDB
 * count as equal; console_* tables are ignored.
 * @param folder the folder of migrations, where 0001 is
 * @returns the differences, most severe first; empty for a freshly migrated database
 * @throws Refusal `internal` if 0001 cannot be read; the driver's own errors
 */
export async function compareSchema(connection: Connection, folder: string): Promise<Difference[]> {
  return compareTables(await expectedSchema(folder), await liveSchema(connection));
}

/** The same, on descriptions that were already read. */
export function compareTables(expected: readonly TableDescription[], live: readonly LiveTable[]): Difference[] {
  const wanted = new Set(expected.map((table) => table.name));
  const differences = expected.flatMap((table) => {
    const found = live.find((candidate) => candidate.name === table.name);
    return found === undefined ? [missingTable(table.name)] : compareTable(table, found);
  });
  const extra = live
    .filter((table) => !wanted.has(table.name) && !table.name.startsWith('console_'))
    .map((table): Difference => ({
      kind: 'extra_table',
      table: table.spelling,
      severity: 'info',
      consequence: consequence.extraTable,
    }));
  return [...differences, ...extra].toSorted((one, other) => gravity[one.severity] - gravity[other.severity]);
}

const gravity = { blocks: 0, limits: 1, info: 2 } as const;

/** Without these no one can sign in or be recognised. */
const vital = new Set(['id', 'username', 'password_hash', 'role', 'banned']);

function missingTable(table: string): Difference {
  return {
    kind: 'missing_table',
    table,
    severity: table === 'users' ? 'blocks' : 'limits',
    consequence: consequence.missingTable(table),
  };
}

function compareTable(expected: TableDescription, found: LiveTable): Difference[] {
  const table = expected.name;
  const differences: Difference[] = [];
  if (expected.engine.toLowerCase() !== found.engine.toLowerCase()) {
    differences.push({
      kind: 'engine',
      table,
      expected: expected.engine,
      found: found.engine,
      severity: 'blocks',
      consequence: consequence.engine,
    });
  }
  for (const column of expected.columns) {
    const other = found.columns.find((candidate) => candidate.name === column.name);
    if (other !== undefined) {
      differences.push(...compareColumn(table, column, other));
      continue;
    }
    const severity = table === 'users' && vital.has(column.name) ? 'blocks' : 'limits';
    differences.push({
      kind: 'missing_column',
      table,
      column: column.name,
      severity,
      consequence: consequence.missingColumn(table, column.name),
    });
  }
  for (const column of found.columns) {
    if (expected.columns.some((candidate) => candidate.name === column.name)) continue;
    const demanding = !column.nullable && column.default === null && !column.autoIncrement;
    differences.push({
      kind: 'extra_column',
      table,
      column: column.name,
      found: column.type,
      severity: demanding ? 'limits' : 'info',
      consequence: demanding ? consequence.demandingColumn(column.name) : consequence.extraColumn,
    });
  }
  return [
    ...differences,
    ...compareCollations(expected, found),
    ...compareIndexes(expected, found),
    ...compareForeignKeys(expected, found),
  ];
}

/** A wanted key or index with missing columns is not reported again: the missing column already is. */
function compareIndexes(expected: TableDescription, found: LiveTable): Difference[] {
  const table = expected.name;
  const differences: Difference[] = [];
  const here = (columns: readonly string[]): boolean =>
    columns.every((name) => found.columns.some((column) => column.name === name));
  const uniques = [found.primaryKey, ...found.indexes.filter((index) => index.unique).map((index) => index.columns)];
  const all = [found.primaryKey, ...found.indexes.map((index) => index.columns)];

  // R004 partitions a table by a column, which its primary key must then end with.
  const primary = found.partitioned ? found.primaryKey.slice(0, expected.primaryKey.length) : found.primaryKey;
  if (here(expected.primaryKey) && !same(expected.primaryKey, primary)) {
    differences.push({
      kind: 'missing_primary_key',
      table,
      expected: expected.primaryKey.join(', '),
      ...(found.primaryKey.length > 0 ? { found: found.primaryKey.join(', ') } : {}),
      severity: 'limits',
      consequence: consequence.missingPrimary,
    });
  }
  const told = new Set<string>();
  for (const index of [...expected.indexes].toSorted((one, other) => Number(other.unique) - Number(one.unique))) {
    const columns = index.columns.join(', ');
    const held = index.unique
      ? uniques.some((other) => sameSet(index.columns, other))
      : all.some((other) => same(index.columns, other.slice(0, index.columns.length)));
    if (held || told.has(columns) || !here(index.columns)) continue;
    told.add(columns);
    differences.push({
      kind: index.unique ? 'missing_unique' : 'missing_index',
      table,
      expected: columns,
      severity: 'limits',
      consequence: index.unique ? consequence.missingUnique(index.columns) : consequence.missingIndex(index.columns),
    });
  }
  return differences;
}

function compareForeignKeys(expected: TableDescription, found: LiveTable): Difference[] {
  // The operator's own choice, reported where it is offered.
  if (found.partitioned) return [];
  return expected.foreignKeys.flatMap((wanted): Difference[] => {
    if (found.columns.every((column) => column.name !== wanted.column)) return [];
    const other = found.foreignKeys.find(
      (key) => key.column === wanted.column && key.table === wanted.table && key.references === wanted.references,
    );
    const shared = {
      table: expected.name,
      column: wanted.column,
      expected: written(wanted),
      severity: 'limits',
    } as const;
    if (other === undefined)
      return [{ ...shared, kind: 'missing_foreign_key', consequence: consequence.missingForeignKey(wanted.table) }];
    if (other.onDelete === wanted.onDelete) return [];
    return [
      {
        ...shared,
        kind: 'foreign_key_rule',
        found: written(other),
        consequence: consequence.otherDeleteRule(wanted.table),
      },
    ];
  });
}

function written(key: ForeignKeyDescription): string {
  return `${key.table}(${key.references}) ON DELETE ${key.onDelete}`;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return same(one.toSorted(), other.toSorted());
}
