import type { FamilyName, Keys } from '../redis/keys.js';
import { keyFamilies } from '../redis/keys.js';
import type { Target } from './blocks.js';

/** A cached value that a write changes. */
export interface CacheKey {
  readonly family: FamilyName;
  readonly part: string;
  /** Hash families only: fields to set (value) or remove (null) after the commit. Without it, the whole key goes. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The cached values that one write changes, each key once. */
export class CacheKeys {
  readonly #byKey = new Map<string, { family: FamilyName; part: string; fields: Record<string, unknown> | null }>();

  constructor(touches: readonly CacheKey[]) {
    for (const touch of touches) this.add(touch);
  }

  add({ family, part, fields }: CacheKey): void {
    const id = `${family} ${part}`;
    const known = this.#byKey.get(id);
    if (known === undefined) this.#byKey.set(id, { family, part, fields: fields === undefined ? null : { ...fields } });
    else if (fields === undefined || known.fields === null) known.fields = null;
    else Object.assign(known.fields, fields);
  }

  targets(keys: Keys): Target[] {
    return [...this.#byKey.values()].map(({ family, part, fields }) => ({
      key: keys.of(family, part),
      kind: keyFamilies[family].type === 'hash' ? 'hash' : 'string',
      changes: fields === null || keyFamilies[family].type !== 'hash' ? null : changesOf(fields),
    }));
  }
}

function changesOf(fields: Readonly<Record<string, unknown>>): NonNullable<Target['changes']> {
  const entries = Object.entries(fields);
  return {
    set: entries.flatMap(([field, value]) =>
      (value ?? null) === null ? [] : [[field, JSON.stringify(value)] as const],
    ),
    remove: entries.flatMap(([field, value]) => ((value ?? null) === null ? [field] : [])),
  };
}

/** What to block for a key with this name. Null if the value is only in Redis, or if the key is not the storage's. */
export function targetOf(keys: Keys, name: string): Target | null {
  const family = keys.familyOf(name);
  if (family === null || keyFamilies[family].strategy === 'redis-only') return null;
  return { key: name, kind: keyFamilies[family].type === 'hash' ? 'hash' : 'string', changes: null };
}
