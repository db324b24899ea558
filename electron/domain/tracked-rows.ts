import type { Parameter, Sql } from '../data/mysql/database.js';
import { type ImageColumns, type RowTableName, tableOf, tables } from '../data/tables.js';
import {
  chunked,
  insertRows,
  mostNamed,
  tableKeyParameter,
  type RowValues,
  setColumns,
} from '../data/write/row-writer.js';

export type Values = Readonly<Record<string, Parameter>>;

/** Rows of one table before and after a step. */
export interface StepImages {
  readonly before: readonly Values[];
  readonly after: readonly Values[];
}

/** What an image shows of a hidden column. */
const hiddenValue = '(hidden)';

/**
 * Rows that a transaction has locked, changed in memory and written once. Changes come in steps; each step has its own
 * images, as if it had been written separately, so that an undo can go back step by step.
 */
export class TrackedRows<R extends Values> {
  readonly #table: RowTableName;
  readonly #key: string;
  readonly #images: ImageColumns;
  readonly #together: readonly string[];
  readonly #rows = new Map<string, R>();
  /** Rows as stored in the database, if they were changed; null for rows that do not exist there. */
  readonly #stored = new Map<string, R | null>();
  /** Rows as they were when the step began. */
  readonly #step = new Map<string, R | null>();

  /** `together`: columns that every image has, and that one statement sets in many rows. */
  constructor(table: RowTableName, together: readonly string[] = []) {
    this.#table = table;
    this.#key = tables[table].key;
    this.#images = tableOf(table)?.images ?? {};
    this.#together = together;
  }

  get table(): RowTableName {
    return this.#table;
  }

  /** Adds a row as it was read; a known one stays unchanged. */
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

  /**
   * Adds a row that this transaction writes by other means; `was`: null for a new row, `is`: null for a deleted one.
   */
  adopt(was: R | null, is: R | null): void {
    const row = was ?? is;
    if (row === null) return;
    const key = this.#keyOf(row);
    this.#step.set(key, was);
    if (is === null) this.#rows.delete(key);
    else this.#rows.set(key, is);
  }

  insert(row: R): void {
    this.#touch(this.#keyOf(row), null);
    this.#rows.set(this.#keyOf(row), row);
  }

  /** Sets values of a row; returns the new row. */
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

  /** Ends the step and returns its images. */
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

  /** Writes the changed rows. Returns how many. */
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
        if (!differsIn(was, is)) continue;
        const values: Record<string, Parameter> = {};
        for (const name in is)
          if (was[name] !== is[name] || this.#together.includes(name)) values[name] = is[name] ?? null;
        updates.push({ key, values });
      }
    }
    for (const keys of chunked(removals, mostNamed))
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

  #shown(row: R, changed: (column: string) => boolean): Values {
    const { whole = false, always = [], never = [], hidden = [] } = this.#images;
    const kept = [this.#key, ...always, ...this.#together];
    return Object.fromEntries(
      Object.entries(row)
        .filter(([column]) => whole || kept.includes(column) || (changed(column) && !never.includes(column)))
        .map(([column, value]) => [column, hidden.includes(column) ? hiddenValue : value]),
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
