import type { Parameter, Sql } from '../data/mysql/database.js';
import { type RowTableName, tableOf, tables } from '../data/tables.js';
import { chunked, insertRows, tableKeyParameter, type RowValues, setColumns } from '../data/write/row-writer.js';

export type Values = Readonly<Record<string, Parameter>>;

/** Rows of one table as one step found them and left them. */
export interface StepImages {
  readonly before: readonly Values[];
  readonly after: readonly Values[];
}

/** What images of rows carry beside what has changed. */
export interface ImageColumns {
  /** Columns that every image carries beside the key, changed or not. */
  readonly always?: readonly string[];
  /** Columns that no image of a changed or new row carries. */
  readonly never?: readonly string[];
}

/**
 * Rows that a transaction holds, changed in memory and written once. Changes come in steps; each step has its images, as if it had been
 * written by itself, so that an undo can go back step by step.
 */
export class TrackedRows<R extends Values> {
  readonly #table: RowTableName;
  readonly #key: string;
  readonly #always: readonly string[];
  readonly #never: readonly string[];
  readonly #rows = new Map<string, R>();
  /** As they stand in the database, of rows that were touched; null for rows that are not there. */
  readonly #stored = new Map<string, R | null>();
  /** As they stood when the step began. */
  readonly #step = new Map<string, R | null>();

  constructor(table: RowTableName, { always = [], never = [] }: ImageColumns = {}) {
    this.#table = table;
    this.#key = tables[table].key;
    this.#always = [this.#key, ...always];
    this.#never = never;
  }

  /** Takes a row in as it was read; one that is known already stays as it is. */
  hold(row: R): void {
    const key = this.#keyOf(row);
    if (!this.#rows.has(key)) this.#rows.set(key, row);
  }

  get(key: string): R | undefined {
    return this.#rows.get(key);
  }

  values(): IterableIterator<R> {
    return this.#rows.values();
  }

  /** A row that this transaction has written by other means, new to this step. */
  adopt(row: R): void {
    const key = this.#keyOf(row);
    this.#step.set(key, null);
    this.#rows.set(key, row);
  }

  insert(row: R): void {
    this.#touch(this.#keyOf(row), null);
    this.#rows.set(this.#keyOf(row), row);
  }

  /** Gives a row values; answers the row as it is then. */
  edit(row: R, values: Partial<R>): R {
    if (!differsIn(row, values)) return row;
    const key = this.#keyOf(row);
    this.#touch(key, row);
    const next = { ...row, ...values };
    this.#rows.set(key, next);
    return next;
  }

  remove(row: R): void {
    this.#touch(this.#keyOf(row), row);
    this.#rows.delete(this.#keyOf(row));
  }

  /** Ends the step: what it changed of which rows. */
  images(): StepImages {
    const before: Values[] = [];
    const after: Values[] = [];
    for (const [key, was] of this.#step) {
      const is = this.#rows.get(key);
      if (was === null) {
        if (is !== undefined) after.push(this.#shown(is, () => true));
      } else if (is === undefined) {
        before.push(was);
      } else {
        const changed = (column: string): boolean => was[column] !== is[column];
        if (!Object.keys(is).some(changed)) continue;
        before.push(this.#shown(was, changed));
        after.push(this.#shown(is, changed));
      }
    }
    this.#step.clear();
    return { before, after };
  }

  /** Writes what has changed since it was read. Answers how many rows. */
  async write(tx: Sql): Promise<number> {
    if (this.#stored.size === 0) return 0;
    const [table, column] = [this.#table, this.#key];
    const inserts: Values[] = [];
    const updates: RowValues[] = [];
    const removals: string[] = [];
    for (const [key, was] of this.#stored) {
      const is = this.#rows.get(key);
      if (was === null) {
        if (is !== undefined) inserts.push(is);
      } else if (is === undefined) removals.push(key);
      else {
        const values: Record<string, Parameter> = {};
        for (const name in is) if (was[name] !== is[name]) values[name] = is[name] ?? null;
        if (differsIn(was, values)) updates.push({ key, values });
      }
    }
    for (const keys of chunked(removals, 1_000))
      await tx.run(`DELETE FROM ${table} WHERE ${column} IN (?)`, [keys.map((key) => tableKeyParameter(table, key))]);
    await insertRows(tx, table, inserts);
    await setColumns(tx, table, column, updates, tableOf(table)?.json === undefined);
    this.#stored.clear();
    return inserts.length + updates.length + removals.length;
  }

  #touch(key: string, now: R | null): void {
    if (!this.#step.has(key)) this.#step.set(key, now);
    if (!this.#stored.has(key)) this.#stored.set(key, now);
  }

  #shown(row: R, wanted: (column: string) => boolean): Values {
    return Object.fromEntries(
      Object.entries(row).filter(
        ([column]) => this.#always.includes(column) || (wanted(column) && !this.#never.includes(column)),
      ),
    );
  }

  #keyOf(row: R): string {
    return String(row[this.#key]);
  }
}

function differsIn(row: Values, values: Readonly<Record<string, Parameter | undefined>>): boolean {
  for (const name in values) if (row[name] !== values[name]) return true;
  return false;
}
