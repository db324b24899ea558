import { canonical, fieldOf, isObject, type Json, setField } from './same-json.js';

/** Names longer than this, in UTF-16 units, belong to no user. */
const longestName = 255;

/** Elements of a list of entries: users' entries by name, and the others in order. */
export interface ListOfEntries<T> {
  readonly named: ReadonlyMap<string, T>;
  readonly odd: readonly T[];
}

/**
 * The name under which an element's row can be found again; null if it is not an object, has no name, or one that no
 * user can have.
 */
export function nameOf(value: unknown): string | null {
  const name = isObject(value) ? value['username'] : null;
  // A name with half a surrogate pair would become another one in the database.
  return typeof name === 'string' && name.length <= longestName && !/\p{Surrogate}/u.test(name) ? name : null;
}

/** Sorts elements; of several with one name the first is the user's, as on the site. */
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

/** Fields in which two entries differ, with the second one's values; undefined for those that it does not have. */
export function differences(before: Readonly<Json>, next: Readonly<Json>): Json {
  const fields: Json = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(next)])) {
    const value = fieldOf(next, name);
    if (canonical(fieldOf(before, name)) !== canonical(value)) setField(fields, name, value);
  }
  return fields;
}
