import { legacy, legacyPatterns, type RecordFamily } from './keys.js';
import { invalid } from './errors.js';
import { type LegacyStore, parse } from './store.js';

/**
 * One family of a user's records. The site keeps each record under its own key; siblings keep them in one hash per user
 * and set a flag. Both are read and deleted; writes go where this site reads.
 */
export class LegacyRecords<T extends object> {
  readonly #store: LegacyStore;
  readonly #family: RecordFamily;
  readonly #hashes: () => Promise<boolean>;

  constructor(store: LegacyStore, family: RecordFamily, hashes: () => Promise<boolean>) {
    this.#store = store;
    this.#family = family;
    this.#hashes = hashes;
  }

  async get(user: string, key: string): Promise<T | null> {
    const [text, field] = await this.#store.ask((redis) =>
      Promise.all([
        redis.get(legacy.record(user, this.#family, key)),
        redis.hget(legacy.records(user, this.#family), key),
      ]),
    );
    const texts = (await this.#hashes()) ? [field, text] : [text, field];
    return parse<T>(texts[0] ?? null) ?? parse<T>(texts[1] ?? null);
  }

  set(user: string, key: string, value: T): Promise<void> {
    return this.setMany(user, { [key]: value });
  }

  /** All or none. Throws `invalid_input` for a key that is not `source+id`. */
  async setMany(user: string, values: Readonly<Record<string, T>>): Promise<void> {
    const wrong = Object.keys(values).find((key) => key.indexOf('+') < 1);
    if (wrong !== undefined)
      throw invalid(`内容键应为「来源+编号」：${wrong}`, `A content's key is source+id: ${wrong}`);
    const hashes = await this.#hashes();
    const pairs = Object.entries(values).flatMap(([key, value]) => [
      hashes ? key : legacy.record(user, this.#family, key),
      JSON.stringify(value),
    ]);
    if (pairs.length === 0) return;
    await this.#store.ask<unknown>((redis) =>
      hashes ? redis.hset(legacy.records(user, this.#family), ...pairs) : redis.mset(...pairs),
    );
  }

  /** By `source+id`; unreadable records are left out. */
  async all(user: string): Promise<Record<string, T>> {
    const start = legacy.record(user, this.#family, '');
    const strings = (await this.#store.scanJson<T>(legacyPatterns.recordsOf(user, this.#family)))
      // The `+` distinguishes a record from the keys of a user with a colon in the name.
      .filter(({ key }) => key.indexOf('+', start.length) > 0)
      .map(({ key, value }): [string, T] => [key.slice(start.length), value]);
    const fields = await this.#store.ask((redis) => redis.hgetall(legacy.records(user, this.#family)));
    const hashed = Object.entries(fields).flatMap(([key, text]): [string, T][] => {
      const value = parse<T>(text);
      return value === null ? [] : [[key, value]];
    });
    return Object.fromEntries((await this.#hashes()) ? [...strings, ...hashed] : [...hashed, ...strings]);
  }

  /** Removes it from both layouts; a missing record is no error. */
  async delete(user: string, key: string): Promise<void> {
    await this.#store.together((multi) =>
      multi.del(legacy.record(user, this.#family, key)).hdel(legacy.records(user, this.#family), key),
    );
  }

  /** Every key of this family that a user has. */
  async keysOf(user: string): Promise<string[]> {
    const found = await this.#store.scan(legacyPatterns.recordsOf(user, this.#family));
    const start = legacy.record(user, this.#family, '').length;
    return [...found.filter((key) => key.indexOf('+', start) > 0), legacy.records(user, this.#family)];
  }
}

/** Whether this site has moved to hashes; a "yes" is kept, a "no" is asked again after a minute. */
export function hashLayout(store: LegacyStore): () => Promise<boolean> {
  let answer: { hashes: boolean; until: number } | null = null;
  return async () => {
    if (answer === null || Date.now() > answer.until) {
      const hashes = (await store.get(legacy.hashesFlag)) === 'done';
      answer = { hashes, until: hashes ? Number.POSITIVE_INFINITY : Date.now() + 60_000 };
    }
    return answer.hashes;
  };
}
