import { type AdminConfig, type EntryImages, sameJson } from '../../data/write/admin-config.js';
import {
  entryImages,
  type Imaged,
  keyIn,
  restorable,
  type Row,
  type RowWork,
  textOf,
  worksOf,
} from '../../data/write/row-images.js';
import { rowTables, type RowTable } from '../../data/tables.js';
import { holdUsers, usersIn } from '../../data/write/user-rows.js';
import type { UndoRule } from '../../domain/undo-rule.js';
import type { Sql } from '../../data/mysql/database.js';
import { chunked, tableKeyParameter } from '../../data/write/row-writer.js';
import { folded, resolveNames } from '../users/names.js';
import { takenMeanwhile, uniqueKeys } from './taken-meanwhile.js';

/**
 * Targets whose rows differ from their after-images (or whose before-images no longer fit), so that an undo would not
 * be exact. Things come in reverse order, the last change first. If several changed the same row, an earlier one is
 * compared with the row as it was before the later ones. With `lock`, the rows are locked until the transaction ends;
 * lock the config before.
 */
export function findConflicts(
  sql: Sql,
  config: AdminConfig,
  things: readonly Imaged[],
  lock: boolean,
  rules: readonly UndoRule[],
): Promise<Set<string>> {
  return new UndoCheck(sql, config, lock, rules).conflicts(things);
}

/**
 * Keeps the current rows, and undoes things in memory, the last change first; it writes nothing. Used for more things
 * than are read at once.
 */
export class UndoCheck {
  readonly #sql: Sql;
  readonly #lock: boolean;
  readonly #rules: readonly UndoRule[];
  readonly #rows = new Map<string, Map<string, Row | null>>();
  readonly #owners = new Set<string>();
  /** Undone changes of the config from before the copy was made. */
  readonly #taken: EntryImages[] = [];
  #config: AdminConfig;
  #copied = false;

  constructor(sql: Sql, config: AdminConfig, lock: boolean, rules: readonly UndoRule[]) {
    this.#rules = rules;
    this.#sql = sql;
    this.#config = config;
    this.#lock = lock;
  }

  /** Returns which of the next things have conflicts, and undoes the others in memory. */
  async conflicts(things: readonly Imaged[]): Promise<Set<string>> {
    const moved = new Set(things.filter((thing) => !restorable(thing)).map((thing) => thing.target));
    const returning = new Set(things.flatMap((thing) => usersIn(thing.before)));
    await this.#loadEntries(things);
    const touched = rowTables.flatMap(([table, place]) => {
      const works = worksOf(things, table, place);
      return works.length === 0 ? [] : [{ table, place, works }];
    });
    const unique = await uniqueKeys(
      this.#sql,
      touched.map(({ table }) => table),
    );
    for (const { table, place, works } of touched) {
      await this.#read(table, place, works);
      await takenMeanwhile(this.#sql, table, place.key, works, unique.get(table) ?? [], moved);
      await goneMeanwhile(this.#sql, place, works, returning, moved);
    }
    for (const { conflicts } of this.#rules)
      for (const target of (await conflicts?.(this.#sql, things, this.#lock)) ?? []) moved.add(target);
    this.#prepareConfig(things);
    for (const thing of things) {
      if (moved.has(thing.target)) continue;
      if (this.#stands(thing)) this.#takeBack(thing);
      else moved.add(thing.target);
    }
    return moved;
  }

  /** Loads the entries of these things. With `lock` it first locks their users, as every change of a user does. */
  async #loadEntries(things: readonly Imaged[]): Promise<void> {
    const names = [...new Set(things.flatMap(namesOf))];
    if (this.#lock) await holdUsers(this.#sql, names);
    await this.#config.load(names);
  }

  /** Reads rows that were not read before, and for known rows the columns that were not. */
  async #read(table: string, place: RowTable, works: readonly RowWork[]): Promise<void> {
    const known = this.#rows.get(table) ?? new Map<string, Row | null>();
    this.#rows.set(table, known);
    const now = await currentRows(this.#sql, table, place, works, this.#lock);
    for (const key of new Set(works.map((work) => keyIn(work, place)))) {
      const before = known.get(key);
      const row = now.get(key) ?? null;
      known.set(key, before === undefined || row === null ? (before ?? row) : before && { ...row, ...before });
    }
  }

  /** If several things changed one entry, they are undone in a copy: the config itself stays unchanged. */
  #prepareConfig(things: readonly Imaged[]): void {
    const names = things.flatMap(namesOf);
    const again = names.some((name) => this.#owners.has(name)) || new Set(names).size < names.length;
    for (const name of names) this.#owners.add(name);
    if (!again || this.#copied) return;
    this.#config = this.#config.copy();
    this.#copied = true;
    for (const images of this.#taken.splice(0)) this.#config.restore(images);
  }

  #stands(thing: Imaged): boolean {
    return (
      this.#config.matches(entryImages(thing)) &&
      rowTables.every(([table, place]) =>
        worksOf([thing], table, place).every((work) => {
          const row = this.#rows.get(table)?.get(keyIn(work, place)) ?? null;
          return work.after === null ? row === null : row !== null && sameRow(place, row, work.after);
        }),
      )
    );
  }

  #takeBack(thing: Imaged): void {
    for (const [table, place] of rowTables) {
      for (const work of worksOf([thing], table, place)) {
        const rows = this.#rows.get(table);
        const key = keyIn(work, place);
        rows?.set(key, work.before && { ...rows.get(key), ...work.before });
      }
    }
    const images = entryImages(thing);
    if (images.before.length === 0 && images.after.length === 0) return;
    if (this.#copied) this.#config.restore(images);
    else this.#taken.push(images);
  }
}

/** Whose entry a thing has changed, if any. */
function namesOf(thing: Imaged): string[] {
  const { before, after } = entryImages(thing);
  const [image] = [...before, ...after];
  return image === undefined ? [] : [image.username];
}

async function currentRows(
  sql: Sql,
  table: string,
  place: RowTable,
  works: readonly RowWork[],
  lock: boolean,
): Promise<Map<string, Row>> {
  const keys = [...new Set(works.map((work) => keyIn(work, place)))].map((key) => tableKeyParameter(table, key));
  const columns = new Set([place.key, ...works.flatMap((work) => Object.keys(work.after ?? {}))]);
  const found = new Map<string, Row>();
  for (const batch of chunked(keys, 1_000)) {
    const rows = await sql.rows<Row>(
      `SELECT ${[...columns].map((column) => `\`${column}\``).join(', ')} FROM \`${table}\` WHERE \`${place.key}\` IN (?)${lock ? ' FOR UPDATE' : ''}`,
      [batch],
    );
    for (const row of rows) found.set(String(row[place.key]), row);
  }
  return found;
}

function sameRow(place: RowTable, row: Row, image: Row): boolean {
  return Object.entries(image).every(([column, value]) =>
    sameValue(row[column], value, place.json?.includes(column) === true),
  );
}

function sameValue(a: unknown, b: unknown, json: boolean): boolean {
  if (a === null || b === null || a === undefined || b === undefined) return (a ?? null) === (b ?? null);
  const [left, right] = [textOf(a), textOf(b)];
  if (left === right) return true;
  if (!json) return false;
  try {
    return sameJson(JSON.parse(left), JSON.parse(right));
  } catch {
    return false;
  }
}

/**
 * Marks targets whose rows name a user who does not exist and is not restored with them. A row may name its user in
 * another spelling, which the database takes for the same.
 */
async function goneMeanwhile(
  sql: Sql,
  place: RowTable,
  works: readonly RowWork[],
  returning: ReadonlySet<string>,
  moved: Set<string>,
): Promise<void> {
  const coming = new Set([...returning].map(folded));
  for (const column of place.users ?? []) {
    const wanted = works.flatMap((work) => {
      const name = work.before?.[column];
      return typeof name === 'string' && !coming.has(folded(name)) ? [{ target: work.target, name }] : [];
    });
    const { unknown } = await resolveNames(
      sql,
      wanted.map(({ name }) => name),
    );
    const nobody = new Set(unknown);
    for (const { target, name } of wanted) if (nobody.has(name)) moved.add(target);
  }
}
