import { consequence } from './consequences.js';
import type { ColumnDescription, TableDescription } from './description.js';
import type { Difference } from './difference.js';
import type { LiveTable } from './live.js';

/** How an existing column differs: type, length, values, nullability, default. The collation is compared per table. */
export function compareColumn(table: string, expected: ColumnDescription, found: ColumnDescription): Difference[] {
  const at = { table, column: expected.name } as const;
  const name = expected.name;
  const differences: Difference[] = [];

  if (expected.type !== found.type) {
    const wider = isWider(expected, found);
    differences.push({
      ...at,
      kind: 'column_type',
      expected: typeText(expected),
      found: typeText(found),
      severity: wider ? 'info' : 'limits',
      consequence: wider ? consequence.widerType(name) : consequence.otherType(name),
    });
  } else if (expected.length !== null && found.length !== null && expected.length !== found.length) {
    const wider = found.length > expected.length;
    differences.push({
      ...at,
      kind: 'column_length',
      expected: typeText(expected),
      found: typeText(found),
      severity: wider ? 'info' : 'limits',
      consequence: wider ? consequence.widerType(name) : consequence.shorter(name, found.length),
    });
  } else {
    const missing = expected.values.filter((value) => !found.values.includes(value));
    const extra = found.values.filter((value) => !expected.values.includes(value));
    if (missing.length > 0 || extra.length > 0) {
      differences.push({
        ...at,
        kind: 'enum_values',
        expected: typeText(expected),
        found: typeText(found),
        severity: missing.length > 0 ? 'limits' : 'info',
        consequence: missing.length > 0 ? consequence.missingValues(name, missing) : consequence.otherValues(name),
      });
    }
  }
  return [...differences, ...compareNullability(at, expected, found), ...compareDefault(at, expected, found)];
}

function compareNullability(
  at: { table: string; column: string },
  expected: ColumnDescription,
  found: ColumnDescription,
): Difference[] {
  if (expected.nullable === found.nullable) return [];
  const shared = {
    ...at,
    kind: 'nullability',
    expected: expected.nullable ? 'NULL' : 'NOT NULL',
    found: found.nullable ? 'NULL' : 'NOT NULL',
  } as const;
  if (found.nullable) return [{ ...shared, severity: 'info', consequence: consequence.mayBeNull(at.column) }];
  if (found.default !== null) return [{ ...shared, severity: 'info', consequence: consequence.stricter(at.column) }];
  return [{ ...shared, severity: 'limits', consequence: consequence.mayNotBeNull(at.column) }];
}

function compareDefault(
  at: { table: string; column: string },
  expected: ColumnDescription,
  found: ColumnDescription,
): Difference[] {
  if (expected.autoIncrement !== found.autoIncrement) {
    return [
      {
        ...at,
        kind: 'default',
        expected: defaultText(expected),
        found: defaultText(found),
        severity: expected.autoIncrement ? 'limits' : 'info',
        consequence: expected.autoIncrement
          ? consequence.noAutoIncrement(at.column)
          : consequence.otherDefault(at.column),
      },
    ];
  }
  if (expected.default === found.default && expected.updatesItself === found.updatesItself) return [];
  return [
    {
      ...at,
      kind: 'default',
      expected: defaultText(expected),
      found: defaultText(found),
      severity: 'info',
      consequence: consequence.otherDefault(at.column),
    },
  ];
}

/** One difference for a table whose text columns all share another collation, else one per differing column. */
export function compareCollations(expected: TableDescription, found: LiveTable): Difference[] {
  const pairs = expected.columns.flatMap((column) => {
    const other = found.columns.find((candidate) => candidate.name === column.name);
    return column.collation === null || other === undefined || other.collation === null
      ? []
      : [{ column: column.name, expected: column.collation, found: other.collation }];
  });
  const differing = pairs.filter((pair) => pair.expected !== pair.found);
  const first = differing[0];
  if (first === undefined) return [];
  if (differing.length === pairs.length && pairs.length > 1 && differing.every((pair) => pair.found === first.found)) {
    return [
      {
        kind: 'collation',
        table: expected.name,
        expected: first.expected,
        found: first.found,
        severity: 'limits',
        consequence: ofCollation(first.found),
      },
    ];
  }
  return differing.map((pair) => ({
    kind: 'collation',
    table: expected.name,
    ...pair,
    severity: 'limits',
    consequence: ofCollation(pair.found),
  }));
}

function ofCollation(collation: string): Difference['consequence'] {
  if (!collation.startsWith('utf8mb4_')) return consequence.otherCharset;
  return /_(bin|cs|as_cs)$/.test(collation) ? consequence.caseSensitive : consequence.otherCollation;
}

/** From narrow to wide; each type in a row can hold every value of those before it. */
const widths = [
  ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'],
  ['char', 'varchar', 'text', 'mediumtext', 'longtext'],
];

function isWider(expected: ColumnDescription, found: ColumnDescription): boolean {
  const shorter = expected.length !== null && found.length !== null && found.length < expected.length;
  return (
    !shorter &&
    widths.some((row) => row.includes(expected.type) && row.indexOf(found.type) > row.indexOf(expected.type))
  );
}

function typeText(column: ColumnDescription): string {
  if (column.values.length > 0) return `${column.type}(${column.values.map((value) => `'${value}'`).join(',')})`;
  return column.length === null ? column.type : `${column.type}(${column.length})`;
}

function defaultText(column: ColumnDescription): string {
  if (column.autoIncrement) return 'AUTO_INCREMENT';
  return `${column.default ?? 'NULL'}${column.updatesItself ? ' ON UPDATE CURRENT_TIMESTAMP' : ''}`;
}
