import { canonical, fieldOf, isObject, type Json, setField } from './same-json.js';

/** Names longer than this, in UTF-16 units, are nobody's: no user has one. */
const longestName = 255;

/** Elements of a list of entries: those that are somebody's, by their names, and the others in their order. */
export interface ListOfEntries<T> {
  readonly named: ReadonlyMap<string, T>;
  readonly odd: readonly T[];
}

/** The name an element goes by, of which a row can be found again; null for what is no object, has no name, or one that nobody has. */
export function nameOf(value: unknown): string | null {
  const name = isObject(value) ? value['username'] : null;
  // A name with half a symbol in it would be another one in the database.
  return typeof name === 'string' && name.length <= longestName && !/\p{Surrogate}/u.test(name) ? name : null;
}

/** Sorts elements; of several of one name the first is the user's, as the site has it. */
export function sortList<T>(elements: readonly T[], valueOf: (element: T) => unknown): ListOfEntries<T> {
  const named = new Map<string, T>();
  const odd: T[] = [];
  for (const element of elements) {
    const name = nameOf(valueOf(element));
    if (name === null || named.has(name)) odd.push(element);
    else named.set(name, element);
  }
  return { named, odd };
}

/** Fields in which two entries differ, with the values of the second; undefined for those that it does not have. */
export function differences(before: Readonly<Json>, next: Readonly<Json>): Json {
  const fields: Json = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(next)])) {
    const value = fieldOf(next, name);
    if (canonical(fieldOf(before, name)) !== canonical(value)) setField(fields, name, value);
  }
  return fields;
}
