import { Breaker } from './breaker.js';
import { Blocks } from './blocks.js';
import { CacheCommands, newToken, type RedisClient } from './commands.js';
import { Deadlines } from './deadline.js';
import { Epoch } from './epoch.js';
import { Fence } from './fence.js';
import { Gate } from './gate.js';
import type { Scripts } from './lua.js';
import { Reader, type ReadPoint } from './reader.js';
import { Refresher } from './refresh.js';
import { FieldCodec, HashCodec, StringCodec } from './codecs.js';
import type { CacheKey } from './cache-keys.js';
import { keyFamilies, type FamilyName, type Keys, lifetime } from '../redis/keys.js';
import type { Database, DatabaseConfig, Transaction } from '../mysql/database.js';
import type { Outbox } from '../write/outbox.js';
import { type Consequences, WritePath, type WritePoint } from '../write/write-path.js';
import { type RefusedNeed, refusedNeeds } from '../redis/needs.js';

export type { CacheKey } from './cache-keys.js';

/** Where a test may pause a read or a write. */
export type PausePoint = ReadPoint | WritePoint;

export interface CacheOptions {
  readonly db: Database;
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly outbox: Outbox;
  /** Where the fence asks which masters of Redis count. Without it there is none. */
  readonly mysql?: DatabaseConfig;
  /** Resolves once Redis was ready for the first time, or was not ready in time. Default: already resolved. */
  readonly redisTried?: Promise<void>;
  /** Milliseconds that Redis may take to answer. Default: 200. */
  readonly timeoutMs?: number;
  /** For tests: milliseconds after which the blocks of an unfinished write are renewed. Default: 10 s. */
  readonly renewMs?: number;
  /** For tests: called and awaited at each point. */
  readonly pause?: (point: PausePoint) => Promise<void>;
  /** For tests: scripts that break the protocol. */
  readonly scripts?: Partial<Scripts>;
}

/**
 * Without these commands nothing can be read from the cache. If another command is refused, only the values that need
 * it are lost.
 */
const isWay = /^(GET|EVAL|EVALSHA)$/;

/**
 * Redis in front of MySQL. Values are plain JSON under the names of keys.ts. `load` must read from the primary, because
 * the cache would keep the old value of a replica that lags. A read fails only if `load` fails: a missing or slow Redis
 * costs time, but there is always an answer. docs/storage-cache.md explains how the cache stays correct.
 */
export class Cache {
  /** Every write goes through here. */
  readonly writes: WritePath;
  readonly #keys: Keys;
  readonly #renewMs: number | undefined;
  readonly #commands: CacheCommands;
  readonly #deadlines: Deadlines;
  readonly #breaker = new Breaker();
  readonly #fence: Fence;
  readonly #gate: Gate;
  readonly #reader: Reader;
  readonly #refresher: Refresher;
  readonly #strings: Readonly<Record<FamilyName, StringCodec<unknown>>>;
  readonly #hashes: Readonly<Record<FamilyName, HashCodec<unknown>>>;

  constructor({
    db,
    redis,
    keys,
    outbox,
    mysql,
    redisTried = Promise.resolve(),
    timeoutMs = 200,
    renewMs,
    pause,
    scripts,
  }: CacheOptions) {
    this.#keys = keys;
    this.#renewMs = renewMs;
    const doubt = (): void => {
      this.#gate.doubt();
    };
    this.#commands = new CacheCommands(redis, keys, doubt, scripts);
    this.#deadlines = new Deadlines(timeoutMs);
    const epoch = new Epoch(this.#commands, keys);
    const fence = new Fence(redis, keys, mysql);
    this.#fence = fence;
    this.#gate = new Gate(redis, fence, async () => {
      const term = await fence.entered();
      if (term === null) throw new Error('It is not certain that these masters count');
      await this.#needScripts();
      await epoch.verify(term);
      await outbox.clear();
    });
    outbox.carrier.whenStuck(doubt);
    outbox.carrier.countOn(fence);
    this.#reader = new Reader({
      commands: this.#commands,
      deadlines: this.#deadlines,
      breaker: this.#breaker,
      gate: this.#gate,
      pause,
    });
    this.#refresher = new Refresher(this.#commands);
    this.writes = new WritePath({
      db,
      redis,
      keys,
      outbox,
      fence,
      redisTried,
      blocks: () => this.blocks(),
      forget: (key) => {
        this.#reader.forget(key);
      },
      doubt: () => {
        this.#gate.shut();
      },
      pause,
    });
    this.#strings = perFamily((family) => new StringCodec(this.#commands, lifetime(family)));
    this.#hashes = perFamily((family) => new HashCodec(this.#commands, lifetime(family)));
  }

  /** The value of a string family: from the cache, or loaded and cached. A null is cached for one minute. */
  get<T>(family: FamilyName, part: string, load: () => Promise<T | null>): Promise<T | null> {
    return this.#reader.read(this.#keys.of(family, part), this.#strings[family] as StringCodec<T>, load);
  }

  /** All fields of a hash family. */
  all<T>(family: FamilyName, part: string, load: () => Promise<Record<string, T>>): Promise<Record<string, T>> {
    return this.#reader.read(this.#keys.of(family, part), this.#hashes[family] as HashCodec<T>, load);
  }

  /** One field of a hash family, or null. A miss fills the whole hash. */
  field<T>(family: FamilyName, part: string, field: string, load: () => Promise<Record<string, T>>): Promise<T | null> {
    const shape = new FieldCodec(this.#commands, this.#hashes[family] as HashCodec<T>, field);
    return this.#reader.read(this.#keys.of(family, part), shape, load);
  }

  /**
   * A write of the site, see `WritePath`. If `touches` is a function, it is called after the work. `touch` adds more
   * keys while the work runs. `consequences` takes everything else that has to follow: sessions to end, and keys that
   * no cache rebuilds.
   */
  write<T>(
    touches: readonly CacheKey[] | (() => readonly CacheKey[]),
    work: (tx: Transaction, touch: (more: CacheKey) => void, consequences: Consequences) => Promise<T>,
  ): Promise<T> {
    return this.writes.run(async (tx, consequences) => {
      const touch = (more: CacheKey): void => {
        consequences.touch(more);
      };
      if (typeof touches !== 'function') touches.forEach(touch);
      const answer = await work(tx, touch, consequences);
      if (typeof touches === 'function') touches().forEach(touch);
      return answer;
    });
  }

  /**
   * New blocks for one writer, with their own token. Nobody reads or fills the blocked keys until the blocks are lifted
   * or expire.
   */
  blocks(): Blocks {
    return new Blocks(this.#commands, this.#deadlines, newToken(), this.#renewMs);
  }

  /**
   * Read-through with timed refresh: one leader among all processes refreshes the value early. The others keep using
   * the old value.
   */
  async refreshed<T>(family: FamilyName, part: string, load: () => Promise<T>): Promise<T> {
    const key = this.#keys.of(family, part);
    const life = lifetime(family);
    let missed = false;
    const value = await this.#reader.read(key, this.#strings[family] as StringCodec<T>, () => {
      missed = true;
      return load();
    });
    if (!missed && this.#gate.open && !this.#breaker.open) {
      this.#refresher.consider(key, this.#keys.lock(key), keyFamilies[family].ttl * 1000, life.value(), load);
    }
    return value as T;
  }

  /** Returns which commands Redis refuses although the storage needs them. Throws if Redis does not answer. */
  refused(): Promise<RefusedNeed[]> {
    return refusedNeeds(this.#commands, this.#keys);
  }

  /** Resolves after an attempt to open the cache for reading. If nobody waits for it, the first reads go to MySQL. */
  async ready(): Promise<void> {
    await this.#gate.tried();
  }

  /** True while reads use Redis. */
  get reading(): boolean {
    return this.#gate.open && !this.#breaker.open;
  }

  async close(): Promise<void> {
    this.#gate.close();
    await this.#fence.close();
  }

  /**
   * Throws if Redis refuses what reading needs. Without scripts a lease could be given that nobody fills, and each of
   * its readers would wait. If Redis only refuses to set values, they are just not cached.
   */
  async #needScripts(): Promise<void> {
    const missing = (await this.refused()).find(
      ({ need, command }) => need === 'deletions' || (need === 'cache' && isWay.test(command)),
    );
    if (missing !== undefined) throw new Error(`Redis refuses ${missing.command}: ${missing.words}`);
  }
}

function perFamily<T>(make: (family: FamilyName) => T): Readonly<Record<FamilyName, T>> {
  const names = Object.keys(keyFamilies) as FamilyName[];
  return Object.fromEntries(names.map((family) => [family, make(family)])) as Record<FamilyName, T>;
}
