import type { CacheCommands, Kind } from './commands.js';

/** What a look at a key showed. */
export type Seen<T> =
  | { readonly state: 'hit'; readonly value: T }
  /** Nothing, or a text that is no JSON (`spoilt`). */
  | { readonly state: 'miss'; readonly spoilt: string }
  | { readonly state: 'lease'; readonly token: string }
  | { readonly state: 'block' };

/** How values of one kind are read (`T` of what `load` gives as `V`) and written. */
export interface Shape<V, T> {
  readonly kind: Kind;
  read(key: string): Promise<Seen<T>>;
  /** The same for what a refused lease answers. */
  parse(reply: unknown): Seen<T>;
  pick(loaded: V): T;
  fill(loaded: V): { readonly ms: number; readonly words: readonly string[] };
}

/** Milliseconds to live of a value, or of the knowledge that there is none; with jitter. */
export interface Lifetimes {
  value(): number;
  nothing(): number;
}

const miss = { state: 'miss', spoilt: '' } as const;

/** Reads a text of Redis: JSON, or a mark. */
function seenIn<T>(text: string | null): Seen<T> {
  if (text === null) return miss;
  // `~`
  if (text.charCodeAt(0) === 126) return seenMark(text);
  try {
    return { state: 'hit', value: JSON.parse(text) as T };
  } catch {
    return { state: 'miss', spoilt: text };
  }
}

function seenMark(mark: string): Seen<never> {
  return mark.startsWith('~L:') ? { state: 'lease', token: mark.slice(3) } : { state: 'block' };
}

/** A value of its own. */
export function stringShape<T>(commands: CacheCommands, lifetimes: Lifetimes): Shape<T | null, T | null> {
  const { client } = commands;
  return {
    kind: 'string',
    read: (key) => client.get(key).then<Seen<T | null>>(seenIn),
    parse: (reply) => seenIn(reply as string | null),
    pick: (loaded) => loaded,
    fill: (loaded) => ({
      ms: (loaded ?? null) === null ? lifetimes.nothing() : lifetimes.value(),
      words: [JSON.stringify(loaded ?? null)],
    }),
  };
}

/** A whole hash. */
export function hashShape<T>(
  commands: CacheCommands,
  lifetimes: Lifetimes,
): Shape<Record<string, T>, Record<string, T>> {
  const { client } = commands;
  return {
    kind: 'hash',
    read: async (key) => seenFields(Object.entries(await client.hgetall(key))),
    parse: seenHash,
    pick: (loaded) => loaded,
    fill: (loaded) => fillHash(loaded, lifetimes),
  };
}

/** One field of a hash; null where it lacks it. */
export function fieldShape<T>(
  commands: CacheCommands,
  lifetimes: Lifetimes,
  field: string,
): Shape<Record<string, T>, T | null> {
  return {
    kind: 'hash',
    read: async (key) => {
      const seen = seenIn<T | null>((await commands.field(key, field)) as string | null);
      return seen.state === 'miss' && seen.spoilt !== '' ? spoiltHash : seen;
    },
    parse: (reply) => {
      const seen = seenHash<T>(reply);
      return seen.state === 'hit' ? { state: 'hit', value: ownField(seen.value, field) } : seen;
    },
    pick: (loaded) => ownField(loaded, field),
    fill: (loaded) => fillHash(loaded, lifetimes),
  };
}

const spoiltHash = { state: 'miss', spoilt: 'fields' } as const;

function ownField<T>(fields: Readonly<Record<string, T>>, field: string): T | null {
  return Object.hasOwn(fields, field) ? (fields[field] ?? null) : null;
}

function fillHash(loaded: Readonly<Record<string, unknown>>, lifetimes: Lifetimes): { ms: number; words: string[] } {
  const words = Object.entries(loaded).flatMap(([field, value]) => [field, JSON.stringify(value ?? null)]);
  return { ms: words.length === 0 ? lifetimes.nothing() : lifetimes.value(), words };
}

/** Fields and values in turn, or a mark. */
function seenHash<T>(reply: unknown): Seen<Record<string, T>> {
  if (typeof reply === 'string') return seenMark(reply);
  const flat = reply as readonly string[];
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return seenFields(pairs);
}

function seenFields<T>(pairs: readonly (readonly [string, string])[]): Seen<Record<string, T>> {
  if (pairs.length === 0) return miss;
  const fields: [string, T][] = [];
  for (const [field, text] of pairs) {
    if (field === '~') {
      if (text === '~N') continue;
      return seenMark(text);
    }
    try {
      fields.push([field, JSON.parse(text) as T]);
    } catch {
      return spoiltHash;
    }
  }
  return { state: 'hit', value: Object.fromEntries(fields) };
}
