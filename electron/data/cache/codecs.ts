import type { CacheCommands, Content, Kind } from './commands.js';

/** What a read found at a key. */
export type Seen<T> =
  | { readonly state: 'hit'; readonly value: T }
  /** No value, or a value that is not JSON (`spoilt`). */
  | { readonly state: 'miss'; readonly spoilt: string }
  | { readonly state: 'lease'; readonly token: string }
  | { readonly state: 'block' };

/** How values of one kind are read and written. `load` returns a `V`, and the reader gets a `T` from it. */
export interface Codec<V, T> {
  readonly kind: Kind;
  ask(key: string): Promise<unknown>;
  /** Interprets a reply to `ask`. */
  seen(reply: unknown): Seen<T>;
  /** Interprets the reply to a lease request if the lease was not given. */
  leased(reply: unknown): Seen<T>;
  pick(loaded: V): T;
  fill(loaded: V): { readonly ms: number; readonly content: Content };
}

/** Milliseconds that a value lives, or that the fact “there is none” lives; with jitter. */
export interface Lifetimes {
  value(): number;
  nothing(): number;
}

const miss = { state: 'miss', spoilt: '' } as const;
const spoiltHash = { state: 'miss', spoilt: 'fields' } as const;

function seenMark(mark: string): Seen<never> {
  return mark.startsWith('~L:') ? { state: 'lease', token: mark.slice(3) } : { state: 'block' };
}

/** Interprets a text from Redis: JSON or a mark. */
function seenText<T>(text: string | null): Seen<T> {
  if (text === null) return miss;
  // 126 is `~`.
  if (text.charCodeAt(0) === 126) return seenMark(text);
  try {
    return { state: 'hit', value: JSON.parse(text) as T };
  } catch {
    return { state: 'miss', spoilt: text };
  }
}

/** A value in a string key. */
export class StringCodec<T> implements Codec<T | null, T | null> {
  readonly kind = 'string';
  readonly #commands: CacheCommands;
  readonly #lifetimes: Lifetimes;

  constructor(commands: CacheCommands, lifetimes: Lifetimes) {
    this.#commands = commands;
    this.#lifetimes = lifetimes;
  }

  ask(key: string): Promise<unknown> {
    return this.#commands.get(key);
  }

  seen(reply: unknown): Seen<T | null> {
    return seenText(reply as string | null);
  }

  leased(reply: unknown): Seen<T | null> {
    return this.seen(reply);
  }

  pick(loaded: T | null): T | null {
    return loaded;
  }

  fill(loaded: T | null): { ms: number; content: Content } {
    const nothing = (loaded ?? null) === null;
    return {
      ms: nothing ? this.#lifetimes.nothing() : this.#lifetimes.value(),
      content: [JSON.stringify(loaded ?? null)],
    };
  }
}

/** A whole hash. */
export class HashCodec<T> implements Codec<Record<string, T>, Record<string, T>> {
  readonly kind = 'hash';
  readonly #commands: CacheCommands;
  readonly #lifetimes: Lifetimes;

  constructor(commands: CacheCommands, lifetimes: Lifetimes) {
    this.#commands = commands;
    this.#lifetimes = lifetimes;
  }

  ask(key: string): Promise<unknown> {
    return this.#commands.whole(key);
  }

  seen(reply: unknown): Seen<Record<string, T>> {
    const seen = seenText<Record<string, T>>(reply as string | null);
    // It does not matter which field is spoilt: the whole hash is replaced.
    return seen.state === 'miss' && seen.spoilt !== '' ? spoiltHash : seen;
  }

  leased(reply: unknown): Seen<Record<string, T>> {
    return this.seen(reply);
  }

  pick(loaded: Record<string, T>): Record<string, T> {
    return loaded;
  }

  fill(loaded: Record<string, T>): { ms: number; content: Content } {
    const content: string[] = [];
    for (const field of Object.keys(loaded)) content.push(field, JSON.stringify(loaded[field] ?? null));
    return { ms: content.length === 0 ? this.#lifetimes.nothing() : this.#lifetimes.value(), content };
  }
}

/** One field of a hash; null if the hash does not have it. */
export class FieldCodec<T> implements Codec<Record<string, T>, T | null> {
  readonly kind = 'hash';
  readonly #commands: CacheCommands;
  readonly #whole: HashCodec<T>;
  readonly #field: string;

  constructor(commands: CacheCommands, whole: HashCodec<T>, field: string) {
    this.#commands = commands;
    this.#whole = whole;
    this.#field = field;
  }

  ask(key: string): Promise<unknown> {
    return this.#commands.field(key, this.#field);
  }

  seen(reply: unknown): Seen<T | null> {
    const seen = seenText<T | null>(reply as string | null);
    return seen.state === 'miss' && seen.spoilt !== '' ? spoiltHash : seen;
  }

  leased(reply: unknown): Seen<T | null> {
    const seen = this.#whole.seen(reply);
    return seen.state === 'hit' ? { state: 'hit', value: ownField(seen.value, this.#field) } : seen;
  }

  pick(loaded: Record<string, T>): T | null {
    return ownField(loaded, this.#field);
  }

  fill(loaded: Record<string, T>): { ms: number; content: Content } {
    return this.#whole.fill(loaded);
  }
}

function ownField<T>(fields: Readonly<Record<string, T>>, field: string): T | null {
  return Object.hasOwn(fields, field) ? (fields[field] ?? null) : null;
}
