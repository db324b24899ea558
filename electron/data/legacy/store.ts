import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainableCommander, Redis } from 'ioredis';
import { Refusal } from '../../contract/errors.js';
import { isLoading, isReplica, nextStep, plainWords, redisAway } from '../redis/refusals.js';
import { removeKeys } from '../redis/remove.js';
import { connectionTimeoutMs, ConnectionState } from '../redis/connection-state.js';

const pageSize = 1_000;
const samplePages = 20;
/** Milliseconds between two tries on a server that is loading its data. */
const loadingPause = 50;

/**
 * Access to Redis for this engine: every failure becomes a coded refusal; the keyspace is read by SCAN, never by KEYS.
 */
export class LegacyStore {
  readonly #redis: Redis;
  readonly #state: ConnectionState;
  readonly #timeoutMs: number;

  constructor(redis: Redis, timeoutMs = connectionTimeoutMs) {
    this.#redis = redis;
    this.#state = new ConnectionState(redis);
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Runs commands once the connection is up. It waits, because there is no other source, and a site that is refused at
   * its start takes that for an empty Redis. A server that is loading its data is asked again until the time is over.
   * Throws `unavailable` if Redis is away for longer, or slow, or refuses the command, `read_only` if it is a replica,
   * or `unsupported` for a key of the wrong type.
   */
  async ask<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const until = performance.now() + this.#timeoutMs;
    for (;;) {
      const left = until - performance.now();
      if (this.#redis.status !== 'ready') await this.#state.wait(left);
      const stood = this.#redis.status === 'ready';
      try {
        return await work(this.#redis);
      } catch (error) {
        // Nothing was done: a server that is loading refuses every command.
        if (!isLoading(error) || left < loadingPause) throw refusalOf(error, stood ? undefined : this.#state.reason);
        await sleep(loadingPause);
      }
    }
  }

  /** Commands in one transaction (MULTI). Throws as `ask`, also if only one of them fails. */
  async together(build: (multi: ChainableCommander) => ChainableCommander): Promise<void> {
    await this.ask(async (redis) => {
      for (const [error] of (await build(redis.multi()).exec()) ?? []) if (error !== null) throw error;
    });
  }

  get(key: string): Promise<string | null> {
    return this.ask((redis) => redis.get(key));
  }

  /** A JSON value, or null if it is missing or not an object. */
  async json<T>(key: string): Promise<T | null> {
    return parse<T>(await this.get(key));
  }

  /** Values of many keys in order; null if a key is missing or not a string. */
  async values(keys: readonly string[]): Promise<(string | null)[]> {
    const found: (string | null)[] = [];
    for (let at = 0; at < keys.length; at += pageSize)
      found.push(...(await this.ask((redis) => redis.mget(...keys.slice(at, at + pageSize)))));
    return found;
  }

  /** Every matching key, once, in no order. The caller has escaped what must not be read as a pattern. */
  async scan(pattern: string): Promise<string[]> {
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, keys] = await this.ask((redis) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', pageSize));
      for (const key of keys) found.add(key);
      cursor = next;
    } while (cursor !== '0');
    return [...found];
  }

  /** Some matching keys, from the first thousands of the keyspace; may be empty. */
  async sample(pattern: string): Promise<string[]> {
    let cursor = '0';
    for (let page = 0; page < samplePages; page += 1) {
      const [next, keys] = await this.ask((redis) => redis.scan(cursor, 'MATCH', pattern, 'COUNT', pageSize));
      if (keys.length > 0 || next === '0') return keys;
      cursor = next;
    }
    return [];
  }

  /** The JSON objects of every matching key, with their keys; unreadable ones are left out. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a value gets its type here, at the border
  async scanJson<T>(pattern: string): Promise<{ key: string; value: T }[]> {
    const keys = await this.scan(pattern);
    const texts = await this.values(keys);
    return keys.flatMap((key, at) => {
      const value = parse<T>(texts[at] ?? null);
      return value === null ? [] : [{ key, value }];
    });
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.ask((redis) => removeKeys(redis, keys));
  }

  /** Ends the connection once all pending commands are answered. */
  async close(): Promise<void> {
    this.#state.end();
    await this.#redis.quit().catch(() => this.#redis.disconnect());
  }
}

/** A JSON object, or null for anything else: one broken value must not fail a whole list. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a value gets its type here, at the border
export function parse<T>(text: string | null): T | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as T) : null;
  } catch {
    return null;
  }
}

/** `reason`: the connection's own error, which says more than that there is no connection. */
function refusalOf(error: unknown, reason?: Error): Error {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message.startsWith('WRONGTYPE'))
    return new Refusal(
      'unsupported',
      {
        zh: 'Redis 中这个键的类型与站点的布局不同',
        en: 'A key in Redis has another type than the site’s layout gives it',
      },
      { cause: error },
    );
  if (error instanceof TypeError || error instanceof RangeError) return error;
  if (error instanceof Error && isReplica(error))
    return new Refusal(
      'read_only',
      { zh: 'Redis 不接受写入', en: 'Redis takes no writes' },
      { hint: nextStep([plainWords(error)]), cause: error },
    );
  return redisAway(error, reason);
}
