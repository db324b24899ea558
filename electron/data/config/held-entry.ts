import { type Base, columnMeaning, isKnown, type KnownField, shown, type UserColumns } from './entry-fields.js';
import type { EntryRow } from './entry-rows.js';
import { editText } from './json-entries.js';
import { fieldOf, isObject, type Json, sameJson, setField } from './same-json.js';

/** A loaded entry, and its pending changes. */
export interface HeldEntry {
  readonly username: string;
  /** Its row; null for a new one. */
  id: string | null;
  /** The row it was in before and should get again, unless another entry has it now. */
  wantedId: string | null;
  text: string;
  base: Base | null;
  columns: UserColumns | undefined;
  /** The whole entry as it should read; null if there is none. */
  value: Json | null;
  /** Fields that were edited. */
  fields: Set<string>;
  /** Texts of edited fields whose values lose detail. */
  texts: Map<string, string>;
  /** The columns' values at the time of loading no longer count. */
  stale: boolean;
  /** The columns' current values were given by their writer. */
  told: boolean;
  /** `text` as an object, and the text it was parsed from. */
  parsed: { readonly of: string; readonly value: Readonly<Json> } | null;
  /** Its row's text and base at the time of loading. */
  readonly stored: string;
  /** Further elements of the name, in order: the first becomes the entry once this one is removed. */
  behind: readonly EntryRow[];
}

/** An entry's text as an object; no fields if it is not an object. */
export function objectOf(text: string): Json {
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

/** An entry's text as a read-only object. */
export function parsedOf(held: HeldEntry): Readonly<Json> {
  if (held.parsed?.of !== held.text) held.parsed = { of: held.text, value: objectOf(held.text) };
  return held.parsed.value;
}

/** One text for the content of a row, to detect whether it must be written. */
export function storedOf(text: string, base: Base | null): string {
  return `${text}\n${JSON.stringify(base)}`;
}

/** The row to write. */
export function rowOf({ username, id, wantedId, text, base }: HeldEntry): EntryRow {
  return { id: id ?? wantedId, username, entry: text, base: base === null ? null : JSON.stringify(base) };
}

/** True if a known field should show something else than the columns gave at the time of loading. */
export function differs(held: HeldEntry): boolean {
  const { fields, value, columns, base } = held;
  if (columns === undefined) return false;
  const entry = parsedOf(held);
  return [...fields].some(
    (field) => isKnown(field) && !sameJson(shown(field, entry[field], columns, base), value?.[field]),
  );
}

/** Adjusts the text and the base so that the entry shows what it should. */
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

/** True if the text can stay; records in `base` what has to be kept of the column. */
function shows(field: KnownField, text: unknown, target: unknown, columns: UserColumns, base: Base): boolean {
  // Earlier drift no longer counts: the current column decides about the new value.
  delete base[field];
  if (sameJson(shown(field, text, columns, null), target)) return true;
  if (!sameJson(shown(field, target, columns, null), target)) base[field] = columnMeaning(field, columns);
  return false;
}
