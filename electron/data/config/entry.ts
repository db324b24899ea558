import { type Json, setField } from './same-json.js';

/** Tracked fields of one entry of `UserConfig.Users`, and the order of all its fields. A tracked field that is absent was absent. */
export type EntryImage = {
  readonly username: string;
  readonly fields: Readonly<Json>;
  readonly keys: readonly string[];
  /** Texts of fields that say more than their values: numbers beyond 2^53 above all. */
  readonly texts?: Readonly<Record<string, string>>;
};

/** A whole entry, for deletions. */
export type WholeEntry = {
  readonly username: string;
  readonly entry: Readonly<Json>;
  /** Its place in the JSON; absent where it stood in a row. */
  readonly index?: number;
  /** The row it stood in. */
  readonly id?: string;
  /** Its text, where that says more than `entry`. */
  readonly rawText?: string;
  /** A further element of the name, which became the entry by this one's going. */
  readonly next?: Readonly<Json>;
};

export type ConfigImage = EntryImage | WholeEntry;

export interface EntryImages {
  readonly before: readonly ConfigImage[];
  readonly after: readonly ConfigImage[];
}

/** Whom an entry is for; what a new one is made of. */
export interface EntryOwner {
  readonly username: string;
  readonly role: string;
  /** UTC text of the session, or null. */
  readonly createdAt: string | null;
}

/** What a new entry begins as. */
export function freshEntry(owner: EntryOwner): Json {
  const entry: Json = { username: owner.username, role: owner.role };
  if (owner.createdAt !== null) entry['createdAt'] = Date.parse(`${owner.createdAt.replace(' ', 'T')}Z`);
  return entry;
}

/** A change of one entry: values by field, undefined for a field that goes; texts where they say more; the order of all fields. */
export interface EntryEdit {
  readonly fields: Readonly<Json>;
  readonly texts?: Readonly<Record<string, string>> | undefined;
  readonly order?: readonly string[] | undefined;
}

/** An entry's object with an edit done to it: a new one. */
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

/** Where the entries of a config are kept: in its JSON, or a row each. */
export interface EntryStore {
  /** Names of all entries that were read. */
  readonly names: readonly string[];
  load(names: readonly string[]): Promise<void>;
  note(name: string): void;
  /** An entry that is known, or null. Not to be changed. */
  get(name: string): Readonly<Json> | null;
  /** The text of a field, or undefined. */
  fieldText(name: string, field: string): string | undefined;
  edit(name: string, edit: EntryEdit): void;
  /** Makes an entry where there is none; false where there is no room. */
  add(owner: EntryOwner): boolean;
  /** Takes an entry out that is there: a further element of its name is the entry from then on. */
  take(name: string): WholeEntry;
  /** Puts an entry back that was taken out, before any other of its name. */
  put(entry: WholeEntry): void;
  /** The same apart from this one. */
  copy(): EntryStore;
}
