import { millisecondsOf } from '../mysql/column-values.js';
import { type Json, setField } from './same-json.js';

/**
 * Tracked fields of one entry of `UserConfig.Users`, and the order of all its fields. A missing tracked field was
 * absent.
 */
export type EntryImage = {
  readonly username: string;
  readonly fields: Readonly<Json>;
  readonly keys: readonly string[];
  /** Texts of fields whose values lose detail, above all numbers beyond 2^53. */
  readonly texts?: Readonly<Record<string, string>>;
};

/** A whole entry, for deletions. */
export type WholeEntry = {
  readonly username: string;
  readonly entry: Readonly<Json>;
  /** Its place in the JSON; absent if it was in a row. */
  readonly index?: number;
  /** The row it was in. */
  readonly id?: string;
  /** Its text, if it has more detail than `entry`. */
  readonly rawText?: string;
  /** A further element of the name, which became the entry when this one was removed. */
  readonly next?: Readonly<Json>;
};

export type ConfigImage = EntryImage | WholeEntry;

export interface EntryImages {
  readonly before: readonly ConfigImage[];
  readonly after: readonly ConfigImage[];
}

/** The user of an entry; a new entry is built from it. */
export interface EntryOwner {
  readonly username: string;
  readonly role: string;
  /** UTC text from the session, or null. */
  readonly createdAt: string | null;
}

/** The initial value of a new entry. */
export function freshEntry(owner: EntryOwner): Json {
  const entry: Json = { username: owner.username, role: owner.role };
  const created = millisecondsOf(owner.createdAt);
  if (created !== null) entry['createdAt'] = created;
  return entry;
}

/**
 * A change of one entry: values by field, undefined for a removed field; texts for values that lose detail; the order
 * of all fields.
 */
export interface EntryEdit {
  readonly fields: Readonly<Json>;
  readonly texts?: Readonly<Record<string, string>> | undefined;
  readonly order?: readonly string[] | undefined;
}

/** A new object: the entry with an edit applied. */
export function edited(entry: Readonly<Json>, { fields, order }: EntryEdit): Json {
  const next: Json = { ...entry };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) delete next[name];
    else setField(next, name, value);
  }
  if (order === undefined) return next;
  const names = [
    ...order.filter((name) => Object.hasOwn(next, name)),
    ...Object.keys(next).filter((name) => !order.includes(name)),
  ];
  return Object.fromEntries(names.map((name) => [name, next[name]]));
}

/** Where the entries of a config are kept: in its JSON, or in one row each. */
export interface EntryStore {
  /** Names of all entries that were loaded. */
  readonly names: readonly string[];
  load(names: readonly string[]): Promise<void>;
  note(name: string): void;
  /** A loaded entry, or null. Read-only. */
  get(name: string): Readonly<Json> | null;
  /** The text of a field, or undefined. */
  fieldText(name: string, field: string): string | undefined;
  edit(name: string, edit: EntryEdit): void;
  /** Creates a missing entry; false if there is no room. */
  add(owner: EntryOwner): boolean;
  /** Removes an existing entry: a further element of its name becomes the entry. */
  take(name: string): WholeEntry;
  /** Restores a removed entry, before any other of its name. */
  put(entry: WholeEntry): void;
  /** An independent copy. */
  copy(): EntryStore;
}
