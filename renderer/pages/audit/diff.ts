/** One field of a changed thing, before and after; undefined where it was not there. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as a person reads it. */
export function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ');
}

/** Flattens one level after another: `config.role`, so that a diff names just what moved. */
function flatten(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) flatten(inner, path === '' ? name : `${path}.${name}`, into);
  } else if (value !== undefined) {
    into.set(path === '' ? '·' : path, show(value));
  }
  return into;
}

/** Fields that differ between two images of a thing; none where they are the same. An absent image is null. */
export function differences(before: unknown, after: unknown): readonly FieldChange[] {
  const old = flatten(before ?? undefined, '', new Map());
  const fresh = flatten(after ?? undefined, '', new Map());
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((field) => old.get(field) !== fresh.get(field))
    .map((field) => ({ field, before: old.get(field), after: fresh.get(field) }));
}
