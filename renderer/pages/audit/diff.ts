/** One field before and after; undefined if it did not exist, null if it had no value. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null | undefined;
  readonly after: string | null | undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as text for people. */
export function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');
}

/** Flattens nested objects to paths such as `config.role`, so that a diff names only the changed fields. */
function flatten(value: unknown, path: string, into: Map<string, string | null>): Map<string, string | null> {
  if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) flatten(inner, path === '' ? name : `${path}.${name}`, into);
  } else if (value !== undefined) {
    into.set(path === '' ? '·' : path, value === null ? null : show(value));
  }
  return into;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** A list of rows. A missing list is empty; null if the value is not a list of rows. */
function rowsOf(value: unknown): Rows | null {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every(isRecord) ? value : null;
}

function identityOf(row: Rows[number], at: number): string {
  const name = row['id'] ?? row['username'];
  return typeof name === 'string' || typeof name === 'number' ? String(name) : String(at);
}

/**
 * Converts lists of rows to objects by row id, so that each row is compared with itself. If there is only one row, it
 * replaces the list.
 */
function unfold(before: unknown, after: unknown): readonly [unknown, unknown] {
  if (isRecord(before) || isRecord(after)) {
    const [old, fresh] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
    const pairs = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].map(
      (name) => [name, unfold(old[name], fresh[name])] as const,
    );
    return [
      isRecord(before) ? Object.fromEntries(pairs.map(([name, [inner]]) => [name, inner])) : before,
      isRecord(after) ? Object.fromEntries(pairs.map(([name, [, inner]]) => [name, inner])) : after,
    ];
  }
  const [old, fresh] = [rowsOf(before), rowsOf(after)];
  if (old === null || fresh === null || old.length + fresh.length === 0) return [before, after];
  const byName = (rows: Rows) => new Map(rows.map((row, at) => [identityOf(row, at), row]));
  const [olds, freshs] = [byName(old), byName(fresh)];
  const names = new Set([...olds.keys(), ...freshs.keys()]);
  const [only] = names;
  if (names.size === 1 && only !== undefined) return [olds.get(only), freshs.get(only)];
  return [Object.fromEntries(olds), Object.fromEntries(freshs)];
}

/** The fields that differ between two images of an object; empty if both are equal. A missing image is null. */
export function differences(before: unknown, after: unknown): readonly FieldChange[] {
  const [was, is] = unfold(before ?? undefined, after ?? undefined);
  const old = flatten(was, '', new Map());
  const fresh = flatten(is, '', new Map());
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((field) => old.get(field) !== fresh.get(field))
    .map((field) => ({ field, before: old.get(field), after: fresh.get(field) }));
}
