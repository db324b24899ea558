import type { Sql, Transaction } from '../mysql/database.js';
import type { Texts } from '../mysql/statement.js';
import { chunked } from '../write/row-writer.js';
import { noteChanges } from './changes.js';
import { edited, type EntryEdit, type EntryOwner, type EntryStore, freshEntry, type WholeEntry } from './entry.js';
import {
  type Base,
  columnsOf,
  composed,
  type KnownField,
  knownFields,
  shown,
  type UserColumns,
} from './entry-fields.js';
import type { EntryRow } from './entry-rows.js';
import { findEntries, type FoundEntry } from './found-entries.js';
import { differs, type HeldEntry, objectOf, parsedOf, rowOf, settle, storedOf } from './held-entry.js';
import { holdUserWithEntry } from './held-user.js';
import { textIn } from './json-entries.js';
import { memberOf } from './json-text.js';
import { RowMoves } from './row-moves.js';
import { fieldOf, type Json, sameJson, setField } from './same-json.js';

/**
 * Entries in one row each. Values that the users' columns already give are not written here, unless the entry should
 * differ: then the text is adjusted to show exactly the requested value. So a ban writes the user's row and a line in
 * the log, and the entry shows it without being written.
 */
export class RowEntries implements EntryStore {
  readonly #sql: Sql;
  readonly #hold: boolean;
  #known = new Map<string, HeldEntry>();
  #noted = new Set<string>();
  /** Entries that equal what the caller hands in: nothing more is stored of them. */
  readonly #same = new Map<string, Readonly<Json>>();
  /** Entries that were read before their columns. */
  readonly #waiting = new Map<string, FoundEntry | undefined>();
  #complete = false;
  #moves = new RowMoves();

  constructor(sql: Sql, hold: boolean) {
    this.#sql = sql;
    this.#hold = hold;
  }

  get names(): readonly string[] {
    const known = [...this.#known.values()].filter(({ value }) => value !== null).map(({ username }) => username);
    return [...this.#same.keys(), ...known];
  }

  /**
   * A writer of an entry locks its user, or the config's row if there is no user. The entry's row is locked too,
   * against writers who lock neither.
   */
  async load(names: readonly string[], again = false): Promise<void> {
    const wanted = [...new Set(names)].filter((name) => again || !this.#known.has(name));
    for (const batch of chunked(wanted, 1_000)) {
      const found = await findEntries(this.#sql, batch, this.#hold);
      const columns = await columnsOf(this.#sql, batch);
      for (const name of batch) this.learn(name, found.get(name), columns.get(name));
    }
  }

  /** Locks and reads the entries of users; the caller reads their columns later and passes them to `know`. */
  async hold(names: readonly string[]): Promise<void> {
    const wanted = names.filter((name) => !this.#known.has(name));
    const found = await findEntries(this.#sql, wanted, this.#hold);
    for (const name of wanted) this.#waiting.set(name, found.get(name));
  }

  /**
   * Locks a user, by a name in any spelling, and reads their entry as `hold` does, in one statement. `columns`: columns
   * of `users u`, including the name, and nested SELECTs, which lock nothing, with texts for their `parameters`.
   * Undefined if there is no such user. Throws NotInRows.
   */
  async holdUser<User extends { readonly username: string }>(
    tx: Transaction,
    name: string,
    columns: string,
    parameters: Texts = [],
  ): Promise<User | undefined> {
    const held = await holdUserWithEntry<User>(tx, name, columns, parameters, this.#hold);
    if (held === undefined) return undefined;
    this.#waiting.set(held.user.username, held.found);
    return held.user;
  }

  /** Gives the columns of a user whose entry was read by `hold`; does nothing if the entry is known. */
  know(columns: UserColumns): void {
    const { username } = columns;
    if (!this.#waiting.has(username)) return;
    this.learn(username, this.#waiting.get(username), columns);
    this.#waiting.delete(username);
  }

  /** For an unchanged entry nothing more is stored: a whole config is handed in to change a few. */
  learnSame(username: string, entry: Readonly<Json>): void {
    this.#known.delete(username);
    this.#same.set(username, entry);
  }

  /**
   * Records an entry, or that there is none. If no user's row is the first of the name, the first further element is
   * the entry, as in the JSON.
   */
  learn(username: string, found: FoundEntry | undefined, columns: UserColumns | undefined): void {
    const { row: first = null, behind: others = [] } = found ?? {};
    const row = first ?? others[0];
    const behind = first === null ? others.slice(1) : others;
    if (first === null && row !== undefined) {
      this.#moves.comeFirst(String(row.id), username);
      this.#noted.add(username);
    }
    const text = row?.entry ?? '{}';
    const base = row?.base === undefined || row.base === null ? null : (JSON.parse(row.base) as Base);
    this.#same.delete(username);
    const held: HeldEntry = {
      username,
      id: row === undefined ? null : String(row.id),
      wantedId: null,
      text,
      base,
      columns,
      value: null,
      fields: new Set(),
      texts: new Map(),
      stale: false,
      told: false,
      parsed: null,
      stored: storedOf(text, base),
      behind,
    };
    if (row !== undefined) held.value = composed(parsedOf(held), columns, base);
    this.#known.set(username, held);
  }

  /** Every existing entry has been loaded. */
  complete(): void {
    this.#complete = true;
  }

  note(name: string): void {
    this.#noted.add(name);
  }

  /** The names whose entries a save logs as changed. */
  get noted(): ReadonlySet<string> {
    return this.#noted;
  }

  get(name: string): Readonly<Json> | null {
    return this.#complete ? (this.#known.get(name)?.value ?? this.#same.get(name) ?? null) : this.#held(name).value;
  }

  fieldText(name: string, field: string): string | undefined {
    const held = this.#held(name);
    const text = memberOf(held.text, field);
    // A value shown instead of the text's has its own text.
    return text !== undefined && sameJson(JSON.parse(text), fieldOf(held.value, field)) ? text : undefined;
  }

  edit(name: string, edit: EntryEdit): void {
    const held = this.#held(name);
    if (held.value === null) return;
    held.value = edited(held.value, edit);
    for (const field of Object.keys(edit.fields)) {
      held.fields.add(field);
      const text = textIn(edit.texts, field);
      if (text === undefined) held.texts.delete(field);
      else held.texts.set(field, text);
    }
    this.#noted.add(name);
  }

  add(owner: EntryOwner): boolean {
    const held = this.#held(owner.username);
    const fresh = freshEntry(owner);
    held.value = fresh;
    held.text = JSON.stringify(fresh);
    held.base = null;
    // As in the JSON, a new entry has exactly the given values, whatever the other columns are: its images must still
    // match when they are checked later.
    held.fields = new Set(knownFields);
    this.#noted.add(owner.username);
    return true;
  }

  take(name: string): WholeEntry {
    const held = this.#held(name);
    const { value, text, id, columns, behind } = held;
    this.#noted.add(name);
    const entry = value ?? {};
    if (id !== null) this.#moves.remove(id);
    this.learn(name, { row: null, behind }, columns);
    const [next] = behind;
    return {
      username: name,
      entry,
      ...(id === null ? {} : { id }),
      ...(text === JSON.stringify(entry) ? {} : { rawText: text }),
      ...(next === undefined ? {} : { next: objectOf(next.entry) }),
    };
  }

  put({ username, entry, id, rawText }: WholeEntry): void {
    const held = this.#held(username);
    if (held.value !== null) this.#moves.stepBack(held, id);
    held.value = { ...entry };
    held.text = rawText ?? JSON.stringify(entry);
    held.base = null;
    held.wantedId = id ?? null;
    held.fields = new Set([...Object.keys(entry), ...Object.keys(objectOf(held.text)), ...knownFields]);
    this.touch(username);
  }

  /**
   * The columns of a user were written elsewhere: they are read again before the save. Fields shown from the text stay;
   * fields shown from a column follow it, unless they were edited.
   */
  touch(name: string): void {
    const held = this.#held(name);
    held.stale = true;
    const entry = objectOf(held.text);
    for (const field of knownFields)
      if (sameJson(fieldOf(entry, field), fieldOf(held.value, field))) held.fields.add(field);
    this.#noted.add(name);
  }

  /**
   * Gives the current columns of a user; called by the code that has locked the user and written them in this
   * transaction. A save then does not read them. Only for columns that no other transaction can have changed since the
   * entry was loaded.
   */
  tell(name: string, written: Partial<UserColumns>): void {
    const held = this.#held(name);
    if (held.columns === undefined) return;
    held.columns = { ...held.columns, ...written };
    held.told = true;
  }

  /**
   * As `tell`, if that alone makes the entry show this value of a field: then only the log line is written for the
   * entry. Returns false and does nothing if the entry has to be edited.
   */
  follow(name: string, written: Partial<UserColumns>, field: KnownField, value: unknown): boolean {
    const held = this.#held(name);
    const { value: entry, base, fields } = held;
    if (entry === null || held.columns === undefined || held.stale || fields.size > 0 || base?.[field] !== undefined)
      return false;
    const columns = { ...held.columns, ...written };
    if (!sameJson(shown(field, parsedOf(held)[field], columns, null), value)) return false;
    held.columns = columns;
    held.told = true;
    held.value = { ...entry };
    setField(held.value, field, value);
    this.#noted.add(name);
    return true;
  }

  copy(): RowEntries {
    const copy = new RowEntries(this.#sql, this.#hold);
    copy.#known = new Map([...this.#known].map(([name, held]) => [name, structuredClone(held)]));
    copy.#moves = this.#moves.copy();
    return copy;
  }

  /** Writes the entries that differ from their rows, and logs which have changed. */
  async save(tx: Sql): Promise<void> {
    const changed = [...this.#known.values()].filter((held) => held.value !== null && held.fields.size > 0);
    await this.#readColumns(tx, changed);
    for (const held of changed) settle(held);
    const rewritten: EntryRow[] = [];
    const fresh: EntryRow[] = [];
    for (const held of this.#known.values()) {
      if (held.value !== null && held.id === null) fresh.push(rowOf(held));
      else if (held.value !== null && storedOf(held.text, held.base) !== held.stored) rewritten.push(rowOf(held));
    }
    await this.#moves.write(tx, rewritten, fresh);
    await noteChanges(tx, [...this.#noted]);
    this.#noted = new Set();
  }

  /** Reads the columns again of users whose entries should differ from the loaded columns: they were written since. */
  async #readColumns(tx: Sql, changed: readonly HeldEntry[]): Promise<void> {
    const names = changed.filter((held) => held.stale || (!held.told && differs(held))).map(({ username }) => username);
    if (names.length === 0) return;
    const columns = await columnsOf(tx, names);
    for (const held of changed) if (names.includes(held.username)) held.columns = columns.get(held.username);
  }

  #held(name: string): HeldEntry {
    const held = this.#known.get(name);
    if (held === undefined) throw new Error(`The config's entry of ${JSON.stringify(name)} was not loaded`);
    return held;
  }
}
