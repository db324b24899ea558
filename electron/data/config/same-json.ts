export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own field of an object: inherited ones do not count, whatever its name. */
export function fieldOf(object: Readonly<Json> | null | undefined, name: string): unknown {
  return object !== null && object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Sets an own field of an object, `__proto__` too, as JSON.parse does. */
export function setField(object: Json, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Equal as JSON, in any order of fields. */
export function sameJson(a: unknown, b: unknown): boolean {
  return compared(a, b) ?? canonical(a) === canonical(b);
}

/**
 * Whether two values are equal as JSON, if both are what JSON.parse can produce; null if one is not, and JSON.stringify
 * has to decide.
 */
function compared(a: unknown, b: unknown): boolean | null {
  if (a === b) return true;
  if (!isJson(a) || !isJson(b)) return null;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  let same = names.length === Object.keys(b).length;
  for (const name of names) {
    const one = fieldOf(a as Json, name);
    const told = Object.hasOwn(b, name) ? compared(one, fieldOf(b as Json, name)) : isJson(one) ? false : null;
    if (told === null || (told && !isJson(one))) return null;
    same &&= told;
  }
  // Fields that only the other has may be ones that JSON leaves out.
  return same || Object.keys(b).every((name) => isJson(fieldOf(b as Json, name))) ? same : null;
}

/** True for values that JSON.parse can produce, as far as a shallow look tells. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  const kind: unknown = Object.getPrototypeOf(value);
  return (kind === Object.prototype || kind === Array.prototype || kind === null) && !Object.hasOwn(value, 'toJSON');
}

/** One text for all values that are equal as JSON; undefined for undefined. */
export function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
