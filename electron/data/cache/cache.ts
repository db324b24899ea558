import { Breaker } from './breaker.js';
import { Blocks, commitUnknown, type Target } from './blocks.js';
import { CacheCommands, newToken, type RedisClient } from './commands.js';
import { Deadlines } from './deadline.js';
import { Epoch } from './epoch.js';
import { Gate } from './gate.js';
import type { Scripts } from './lua.js';
import { Reader, type ReadPoint } from './reader.js';
import { Refresher } from './refresh.js';
import { FieldShape, HashShape, StringShape } from './shapes.js';
import { type Touch, targetOf, Touches } from './touches.js';
import { keyFamilies, type FamilyName, type Keys, lifetime } from '../redis/keys.js';
import type { Database, Transaction } from '../mysql/database.js';
import type { Outbox } from '../write/outbox.js';
import { type RefusedNeed, refusedNeeds } from '../redis/needs.js';

export type { Touch } from './touches.js';

/** Where a test may hold a read or a write. */
export type PausePoint = ReadPoint | 'write:worked' | 'write:blocked' | 'write:committed' | 'write:lifted';

export interface CacheOptions {
  readonly db: Database;
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly outbox: Outbox;
  /** Milliseconds that Redis may take to answer; 200 if not said. */
  readonly patience?: number;
  /** For tests: milliseconds after which the blocks of a write that is not over are renewed; 10 s if not said. */
  readonly renewMs?: number;
  /** For tests: awaited at each point. */
  readonly pause?: (point: PausePoint) => Promise<void>;
  /** For tests: scripts that break the protocol. */
  readonly scripts?: Partial<Scripts>;
}

/** Blocks of a write that has a transaction of its own. */
export interface Held {
  /** Before the commit. */
  place(): Promise<void>;
  /** After the commit. Answers whether it has reached Redis. */
  lift(): Promise<boolean>;
  /** After a transaction that failed. */
  fail(error: unknown): void;
  /** When somebody else has lifted them. */
  forget(): void;
  readonly token: string;
}

/** What nothing at all is read from the cache without; other commands that are refused cost the values that need them. */
const isWay = /^(GET|EVAL|EVALSHA)$/;

/**
 * Redis before MySQL. Values are plain JSON under the names of keys.ts. `load` must read from the primary: a replica that lags would be cached.
 * Reads fail only as `load` does; a Redis that is away or slow costs time, never an answer. How it stays true: docs/storage-cache.md.
 */
export class Cache {
  readonly #db: Database;
  readonly #keys: Keys;
  readonly #outbox: Outbox;
  readonly #commands: CacheCommands;
  readonly #deadlines: Deadlines;
  readonly #breaker = new Breaker();
  readonly #gate: Gate;
  readonly #reader: Reader;
  readonly #refresher: Refresher;
  readonly #strings: Readonly<Record<FamilyName, StringShape<unknown>>>;
  readonly #hashes: Readonly<Record<FamilyName, HashShape<unknown>>>;
  readonly #renewMs: number | undefined;
  readonly #pause: CacheOptions['pause'];

  constructor({ db, redis, keys, outbox, patience = 200, renewMs, pause, scripts }: CacheOptions) {
    this.#db = db;
    this.#keys = keys;
    this.#outbox = outbox;
    this.#renewMs = renewMs;
    this.#pause = pause;
    const doubt = (): void => {
      if (this.#gate.open) this.#gate.shut();
    };
    this.#commands = new CacheCommands(redis, keys, doubt, scripts);
    this.#deadlines = new Deadlines(patience);
    const epoch = new Epoch(this.#commands, keys);
    this.#gate = new Gate(redis, async () => {
      await this.#needScripts();
      await epoch.verify();
      await outbox.clear();
    });
    outbox.whenStuck(doubt);
    this.#reader = new Reader({
      commands: this.#commands,
      deadlines: this.#deadlines,
      breaker: this.#breaker,
      gate: this.#gate,
      pause,
    });
    this.#refresher = new Refresher(this.#commands);
    this.#strings = perFamily((family) => new StringShape(this.#commands, lifetime(family)));
    this.#hashes = perFamily((family) => new HashShape(this.#commands, lifetime(family)));
  }

  /** Value of a string family: cached, or loaded and filled. null is cached for a minute. */
  get<T>(family: FamilyName, part: string, load: () => Promise<T | null>): Promise<T | null> {
    return this.#reader.read(this.#keys.of(family, part), this.#strings[family] as StringShape<T>, load);
  }

  /** All fields of a hash family. */
  all<T>(family: FamilyName, part: string, load: () => Promise<Record<string, T>>): Promise<Record<string, T>> {
    return this.#reader.read(this.#keys.of(family, part), this.#hashes[family] as HashShape<T>, load);
  }

  /** One field of a hash family, or null; fills the whole hash on a miss. */
  field<T>(family: FamilyName, part: string, field: string, load: () => Promise<Record<string, T>>): Promise<T | null> {
    const shape = new FieldShape(this.#commands, this.#hashes[family] as HashShape<T>, field);
    return this.#reader.read(this.#keys.of(family, part), shape, load);
  }

  /**
   * The one way to write: runs `work` in one transaction with an outbox row for the touched keys, blocks those before the commit and lifts the
   * blocks after it. `touches` as a function is asked after the work; `touch` adds more while it runs. `work` may run again after a deadlock.
   */
  async write<T>(
    touches: readonly Touch[] | (() => readonly Touch[]),
    work: (tx: Transaction, touch: (more: Touch) => void) => Promise<T>,
  ): Promise<T> {
    const blocks = new Blocks(this.#commands, this.#deadlines, newToken(), this.#renewMs);
    let targets: readonly Target[] = [];
    let row: string | null = null;
    let value: T;
    try {
      value = await this.#db.transaction(async (tx) => {
        const touched = new Touches(typeof touches === 'function' ? [] : touches);
        const answer = await work(tx, (more) => {
          touched.add(more);
        });
        if (typeof touches === 'function') for (const touch of touches()) touched.add(touch);
        targets = touched.targets(this.#keys);
        if (targets.length === 0) return answer;
        await this.#pause?.('write:worked');
        const keys = targets.map(({ key }) => key);
        for (const { key, changes } of targets) if (changes === null) this.#reader.forget(key);
        [row] = await Promise.all([this.#outbox.remember(tx, '0', { keys, sessionsOf: [] }), blocks.place(targets)]);
        await this.#pause?.('write:blocked');
        return answer;
      });
    } catch (error) {
      this.#undo(blocks, error);
      throw error;
    }
    if (targets.length === 0) return value;
    await this.#pause?.('write:committed');
    if (await blocks.lift(targets)) this.#outbox.settle(row);
    else if (row === null) this.#doubt(targets.map(({ key }) => key));
    else {
      this.#outbox.own(row, blocks.token);
      this.#doubt([]);
    }
    await this.#pause?.('write:lifted');
    return value;
  }

  /** Blocks for a transaction that somebody else runs; `names` may hold any keys, of which only cached families are blocked. */
  hold(names: readonly string[]): Held {
    const blocks = new Blocks(this.#commands, this.#deadlines, newToken(), this.#renewMs);
    const targets = names.flatMap((name) => targetOf(this.#keys, name) ?? []);
    return {
      token: blocks.token,
      place: async () => void (await blocks.place(targets)),
      lift: async () => {
        const lifted = await blocks.lift(targets);
        if (!lifted) this.#doubt([]);
        return lifted;
      },
      fail: (error) => {
        this.#undo(blocks, error);
      },
      forget: () => {
        blocks.forget();
      },
    };
  }

  /** Read-through with timed refresh: one leader among all processes refreshes ahead, the others go on with what there is. */
  async refreshed<T>(family: FamilyName, part: string, load: () => Promise<T>): Promise<T> {
    const key = this.#keys.of(family, part);
    const life = lifetime(family);
    let missed = false;
    const value = await this.#reader.read(key, this.#strings[family] as StringShape<T>, () => {
      missed = true;
      return load();
    });
    if (!missed && this.#gate.open && !this.#breaker.open) {
      this.#refresher.consider(key, this.#keys.lock(key), keyFamilies[family].ttl * 1000, life.value(), load);
    }
    return value as T;
  }

  /** What Redis refuses of what it is needed for. Throws where Redis does not answer. */
  refused(): Promise<RefusedNeed[]> {
    return refusedNeeds(this.#commands, this.#keys);
  }

  /** Resolves once it has been tried to open the cache for reading; without it the first reads go to MySQL. */
  async ready(): Promise<void> {
    await this.#gate.tried();
  }

  /** True while reads come from Redis. */
  get reading(): boolean {
    return this.#gate.open && !this.#breaker.open;
  }

  close(): void {
    this.#gate.close();
  }

  /** Without scripts a lease could be given that nobody fills, and each of its readers would wait; what cannot be set is merely not there. */
  async #needScripts(): Promise<void> {
    const missing = (await this.refused()).find(
      ({ need, command }) => need === 'deletions' || (need === 'cache' && isWay.test(command)),
    );
    if (missing !== undefined) throw new Error(`Redis refuses ${missing.command}: ${missing.words}`);
  }

  /** After a transaction that failed: rolled back, or nobody knows. */
  #undo(blocks: Blocks, error: unknown): void {
    if (commitUnknown(error)) blocks.forget();
    else void blocks.undo();
  }

  /** A committed write has not reached Redis: nothing there is believed until it has. */
  #doubt(keys: readonly string[]): void {
    this.#outbox.retry(keys);
    this.#gate.shut();
  }
}

function perFamily<T>(make: (family: FamilyName) => T): Readonly<Record<FamilyName, T>> {
  const names = Object.keys(keyFamilies) as FamilyName[];
  return Object.fromEntries(names.map((family) => [family, make(family)])) as Record<FamilyName, T>;
}
