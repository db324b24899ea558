import { type Base, columnMeaning, isKnown, type KnownField, shown, type UserColumns } from './entry-fields.js';
import type { EntryRow } from './entry-rows.js';
import { editText } from './json-entries.js';
import { fieldOf, isObject, type Json, sameJson, setField } from './same-json.js';

/** An entry that was read, and what is to become of it. */
export interface HeldEntry {
  readonly username: string;
  /** Its row; null for one that is made now. */
  id: string | null;
  /** The row in which it once stood and is to stand again, if nobody else has that by now. */
  wantedId: string | null;
  text: string;
  base: Base | null;
  columns: UserColumns | undefined;
  /** The whole entry as everybody is to see it; null where there is none. */
  value: Json | null;
  /** Fields that were edited. */
  fields: Set<string>;
  /** Texts of edited fields that say more than their values. */
  texts: Map<string, string>;
  /** What the columns said when it was read no longer counts. */
  stale: boolean;
  /** What the columns say since was told by whoever wrote them. */
  told: boolean;
  /** `text` as an object, and the text of which it is. */
  parsed: { readonly of: string; readonly value: Readonly<Json> } | null;
  /** Its row's text and base as they were read. */
  readonly stored: string;
  /** Further elements of the name, in their order: the first of them is the entry once this one has gone. */
  behind: readonly EntryRow[];
}

/** What the text of an entry says; no field where it is no object. */
export function objectOf(text: string): Json {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

/** The text of an entry as an object, which nobody changes. */
export function parsedOf(held: HeldEntry): Readonly<Json> {
  if (held.parsed?.of !== held.text) held.parsed = { of: held.text, value: objectOf(held.text) };
  return held.parsed.value;
}

/** One text for what a row holds, to see whether it is to be written. */
export function storedOf(text: string, base: Base | null): string {
  return `${text}\n${JSON.stringify(base)}`;
}

/** The row as it is to be written. */
export function rowOf({ username, id, wantedId, text, base }: HeldEntry): EntryRow {
  return { id: id ?? wantedId, username, entry: text, base: base === null ? null : JSON.stringify(base) };
}

/** True where a known field is to show something else than the columns made it show when they were read. */
export function differs(held: HeldEntry): boolean {
  const { fields, value, columns, base } = held;
  if (columns === undefined) return false;
  const entry = parsedOf(held);
  return [...fields].some(
    (field) => isKnown(field) && !sameJson(shown(field, entry[field], columns, base), value?.[field]),
  );
}

/** Makes the text and the base such that the entry shows what it is to show. */
export function settle(held: HeldEntry): void {
  const { value, columns } = held;
  if (value === null) return;
  const entry = parsedOf(held);
  const wanted: Json = {};
  const base: Base = { ...held.base };
  for (const field of held.fields) {
    const target = fieldOf(value, field);
    const stays =
      isKnown(field) && columns !== undefined
        ? shows(field, entry[field], target, columns, base)
        : target === undefined && !Object.hasOwn(entry, field);
    if (!stays) setField(wanted, field, target);
  }
  held.base = Object.keys(base).length === 0 ? null : base;
  held.text = editText(held.text, { fields: wanted, texts: Object.fromEntries(held.texts) });
}

/** True where the text may stay as it is; says in `base` what has to be remembered of the column. */
function shows(field: KnownField, text: unknown, target: unknown, columns: UserColumns, base: Base): boolean {
  // Whatever drifted before: what is asked for now is decided by the column as it is now.
  delete base[field];
  if (sameJson(shown(field, text, columns, null), target)) return true;
  if (!sameJson(shown(field, target, columns, null), target)) base[field] = columnMeaning(field, columns);
  return false;
}
