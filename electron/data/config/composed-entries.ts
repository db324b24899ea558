import type { Sql } from '../mysql/database.js';
import { chunked } from '../write/row-writer.js';
import { type Base, columnsOf, composedText, type UserColumns } from './entry-fields.js';
import type { EntryRow } from './entry-rows.js';
import { isObject, type Json } from './same-json.js';

/** Entries per statement when all are read. */
const atOnce = 2_000;

/** At most so many shapes; entries beyond them are copied generically. */
const mostShapes = 1_000;

/** What entries with the same fields share. */
interface Shape {
  /** Fields whose values a shallow copy would share. */
  readonly nested: readonly string[];
  copy(entry: Readonly<Json>): Json;
}

/**
 * V8 copies an object several times as fast if one call site always sees the same fields, and copying dominates a cache
 * hit of the config. So there are several identical call sites, and each gets few shapes.
 */
const copiers: readonly Shape['copy'][] = [
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
  (entry) => ({ ...entry }),
];

/**
 * All composed entries, in the order of their rows: parsed once, and copied for each caller, who may change the copy.
 * Equal lists of fields are shared, as are values that V8 shares itself; the memory is little more than the text's.
 */
export class ComposedEntries {
  #ids: number[] = [];
  #values: unknown[] = [];
  /** Per entry; null for one that is copied generically. */
  #shapes: (Shape | null)[] = [];
  /** Ids of elements that are not a user's entry. */
  readonly #odd = new Set<number>();
  readonly #known = new Map<string, Shape>();

  /** Reads all entries. The caller must have begun to read the log of changes before. */
  static async read(sql: Sql): Promise<ComposedEntries> {
    const all = new ComposedEntries();
    for (let last = 0; ;) {
      const rows = await sql.rows<Read>(`${columns} WHERE id > ? ORDER BY id LIMIT ${String(atOnce)}`, [last]);
      const users = await columnsOf(sql, namesOf(rows));
      for (const row of rows) all.#push(row, users.get(row.username ?? ''));
      if (rows.length < atOnce) return all;
      last = Number(rows[rows.length - 1]?.id ?? 0);
    }
  }

  get size(): number {
    return this.#ids.length;
  }

  /**
   * Reads the entries of these names again, with the further elements of each, and replaces what was known of them.
   * `first`: they changed while all were being read, so both a deleted row and its successor may have been read.
   */
  async renew(sql: Sql, names: Iterable<string>, first = false): Promise<void> {
    for (const batch of chunked([...names], 1_000)) {
      const rows = await sql.rows<Read & { readonly name: string }>(
        `SELECT id, CONVERT(username USING utf8mb4) AS username, CONVERT(username USING utf8mb4) AS name, entry, base
         FROM console_config_entries WHERE username IN (?)
         UNION ALL SELECT id, NULL, CONVERT(repeats USING utf8mb4), entry, base FROM console_config_entries WHERE repeats IN (?)`,
        [batch, batch],
      );
      const users = await columnsOf(sql, batch);
      const found = new Map<string, (Read & { readonly name: string })[]>();
      for (const row of rows) found.set(row.name, [...(found.get(row.name) ?? []), row]);
      // Each known row is the only one of its name: if all are still in place, nothing else has to be removed.
      this.#remove(
        new Set(
          batch.filter((name) => {
            const now = found.get(name) ?? [];
            return first || now.every(({ username }) => username === null) || !now.every((row) => this.#stands(row));
          }),
        ),
      );
      for (const row of rows) this.#put(row, users.get(row.name));
    }
  }

  /** True if the row has the same place and the same name as before. */
  #stands({ id, username }: Read): boolean {
    const number = Number(id);
    return this.#ids[this.#placeOf(number)] === number && this.#odd.has(number) === (username === null);
  }

  /** A copy of the list for the caller. */
  copies(): unknown[] {
    const values = this.#values;
    const copies: unknown[] = [];
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at];
      const shape = this.#shapes[at] ?? null;
      if (shape === null) {
        copies.push(copyOf(value));
        continue;
      }
      const copy = shape.copy(value as Json);
      for (const name of shape.nested) copy[name] = copyOf(copy[name]);
      copies.push(copy);
    }
    return copies;
  }

  #push(row: Read, user: UserColumns | undefined): void {
    const value = valueOf(row, row.username === null ? undefined : user);
    this.#ids.push(Number(row.id));
    this.#values.push(value);
    this.#shapes.push(this.#shapeOf(value));
    if (row.username === null) this.#odd.add(Number(row.id));
  }

  #put(row: Read, user: UserColumns | undefined): void {
    const id = Number(row.id);
    const at = this.#placeOf(id);
    if (at === this.#ids.length) return this.#push(row, user);
    const value = valueOf(row, row.username === null ? undefined : user);
    if (row.username === null) this.#odd.add(id);
    const there = this.#ids[at] === id ? 1 : 0;
    this.#ids.splice(at, there, id);
    this.#values.splice(at, there, value);
    this.#shapes.splice(at, there, this.#shapeOf(value));
  }

  /** Removes the entries of these names, with the further elements of each, in one pass. */
  #remove(names: ReadonlySet<string>): void {
    if (names.size === 0) return;
    const stays = (id: number, at: number): boolean => {
      const name = nameOfElement(this.#values[at]);
      if (name === null || !names.has(name)) return true;
      this.#odd.delete(id);
      return false;
    };
    const kept = this.#ids.map(stays);
    if (!kept.includes(false)) return;
    this.#ids = this.#ids.filter((_, at) => kept[at]);
    this.#values = this.#values.filter((_, at) => kept[at]);
    this.#shapes = this.#shapes.filter((_, at) => kept[at]);
  }

  /** The index of an id, or where it would be inserted. */
  #placeOf(id: number): number {
    let [low, high] = [0, this.#ids.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ids[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #shapeOf(value: unknown): Shape | null {
    if (!isObject(value)) return null;
    const names = Object.keys(value);
    const nested = names.filter((name) => typeof value[name] === 'object' && value[name] !== null);
    const key = JSON.stringify([names, nested]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const copy = copiers[this.#known.size % copiers.length];
    if (copy === undefined || this.#known.size >= mostShapes) return null;
    const shape = { nested, copy };
    this.#known.set(key, shape);
    return shape;
  }
}

function nameOfElement(value: unknown): string | null {
  const name = isObject(value) ? value['username'] : null;
  return typeof name === 'string' ? name : null;
}

interface Read extends Omit<EntryRow, 'id'> {
  readonly id: string | number;
}

const columns = 'SELECT id, CONVERT(username USING utf8mb4) AS username, entry, base FROM console_config_entries';

function namesOf(rows: readonly Read[]): string[] {
  return rows.flatMap(({ username }) => (username === null ? [] : [username]));
}

/** Parsed from one text, so that V8 stores it compactly. */
function valueOf({ entry: text, base }: Read, user: UserColumns | undefined): unknown {
  const value: unknown = JSON.parse(text);
  if (!isObject(value) || user === undefined) return value;
  const shown = composedText(text, value, user, base === null ? null : (JSON.parse(base) as Base));
  return shown === text ? value : JSON.parse(shown);
}

/** A copy of plain data. */
export function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part: unknown) => copyOf(part)) as T;
  const copy: Json = { ...(value as Json) };
  for (const name of Object.keys(copy)) {
    const part = copy[name];
    if (typeof part === 'object' && part !== null) copy[name] = copyOf(part);
  }
  return copy as T;
}
