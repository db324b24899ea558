import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TableDescription } from '../../../electron/data/migrations/description.js';
import { expectedSchema } from '../../../electron/data/migrations/expected.js';
import { type Table, tableOf, tables } from '../../../electron/data/tables.js';
import { tableKeyParameter } from '../../../electron/data/write/row-writer.js';

const folder = fileURLToPath(new URL('../../../migrations', import.meta.url));
const described = Object.entries(tables as Readonly<Record<string, Table>>);

/** `table: migration` for every CREATE TABLE of the migrations. */
async function brought(): Promise<Record<string, string>> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name));
  const found: Record<string, string> = {};
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    for (const [, table = ''] of text.matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/gim))
      found[table] ??= file.slice(0, 4);
  }
  return found;
}

describe('the table of tables', () => {
  let site: ReadonlyMap<string, TableDescription>;
  beforeAll(async () => {
    site = new Map((await expectedSchema(folder)).map((table) => [table.name, table]));
  });

  /** What 0001 says about each table that has a key here. */
  const ofSite = (): (readonly [Table, TableDescription])[] =>
    described.flatMap(([name, table]) => {
      const written = site.get(name);
      return written === undefined || table.key === undefined ? [] : [[table, written] as const];
    });

  it('has every table that the migrations bring, and which brings it', async () => {
    const ours = Object.fromEntries(described.map(([name, { migration }]) => [name, migration]));
    expect(ours).toEqual(await brought());
    expect(site.size).toBeGreaterThan(10);
  });

  it('has the keys of the site’s tables, and which of them are text', () => {
    const keys = (one: Table, { columns, primaryKey }: TableDescription): unknown => [
      primaryKey,
      one.key,
      columns.find(({ name }) => name === one.key)?.type === 'varchar',
    ];
    for (const [table, written] of ofSite())
      expect(keys(table, written), written.name).toEqual([[table.key], table.key, table.textKey === true]);
    expect(ofSite()).toHaveLength(11);
    expect(tableKeyParameter('invitations', '12')).toBe('12');
    expect(tableKeyParameter('users', '12')).toBe(12n);
  });

  it('has their unique columns and their JSON', () => {
    for (const [table, { name, indexes, columns }] of ofSite()) {
      const unique = indexes.flatMap((index) => (index.unique && index.columns.length === 1 ? index.columns : []));
      expect([...(table.unique ?? [])].sort(), name).toEqual(unique.sort());
      const json = columns.flatMap((column) => (column.type === 'json' ? [column.name] : []));
      expect(table.json ?? [], name).toEqual(json);
    }
  });

  it('says of whose users they are, and what becomes of the rows when the user goes', () => {
    for (const [table, { name, foreignKeys }] of ofSite()) {
      const users = foreignKeys.flatMap((key) => (key.table === 'users' ? [key.column] : []));
      const then = new Set(foreignKeys.map(({ onDelete }) => (onDelete === 'CASCADE' ? 'gone' : 'nameless')));
      expect(table.users ?? [], name).toEqual(users);
      expect(
        [table.afterUser].filter((one) => one !== undefined),
        name,
      ).toEqual([...then]);
    }
  });

  it('puts parents before what refers to them', () => {
    const order = described.map(([name]) => name);
    for (const [, { name, foreignKeys }] of ofSite())
      for (const { table } of foreignKeys) expect(order.indexOf(table), name).toBeLessThan(order.indexOf(name));
  });

  it('names columns that there are', () => {
    for (const [table, { name, columns }] of ofSite()) {
      const there = columns.map((column) => column.name);
      expect(there, name).toEqual(expect.arrayContaining([...(table.secrets ?? []), table.holder ?? there[0]]));
    }
  });

  it('knows nothing of other tables', () => {
    expect(tableOf('constructor')).toBeUndefined();
    expect(tableOf('something_else')).toBeUndefined();
  });
});
