import { Refusal } from '../../contract/errors.js';
import { chunked } from '../write/row-writer.js';
import { type CacheCommands, type FieldChanges, isRefused, keysAtOnce, type Kind } from './commands.js';
import { isPassing } from '../redis/errors.js';
import type { Deadlines } from './deadline.js';

/** Milliseconds that a block lasts if its writer dies. */
const blockMs = 30_000;
/** How often a long commit renews its blocks while one block lasts. With three renewals, one may be late. */
const renewals = 3;

/** A key that a write changes. `changes` is set if a writer without competitors only has to set single fields. */
export interface Target {
  readonly key: string;
  readonly kind: Kind;
  readonly changes: FieldChanges | null;
}

/** The result of a lift. */
export interface Lifted {
  /** True if Redis carried out all of it in time. */
  readonly whole: boolean;
  /** Number of removed values. A late answer of Redis is added when it arrives, so the number may still grow. */
  readonly removed: () => number;
}

/** The blocks of one writer: placed before its commit, lifted after it. Never throws; returns what succeeded. */
export class Blocks {
  readonly token: string;
  readonly #commands: CacheCommands;
  readonly #deadlines: Deadlines;
  readonly #blockMs: number;
  readonly #renewMs: number;
  readonly #placed = new Map<string, Kind>();
  #renewal: NodeJS.Timeout | null = null;

  /** `renewMs` and `lasts` are for tests: milliseconds between two renewals, and milliseconds that a block lasts. */
  constructor(commands: CacheCommands, deadlines: Deadlines, token: string, renewMs?: number, lasts = blockMs) {
    this.#commands = commands;
    this.#deadlines = deadlines;
    this.token = token;
    this.#blockMs = lasts;
    this.#renewMs = renewMs ?? lasts / renewals;
  }

  /**
   * Blocks these keys and keeps them blocked until they are lifted. Returns true if all of them are blocked. A key
   * whose block failed may still be blocked.
   */
  async place(targets: readonly { readonly key: string; readonly kind: Kind }[]): Promise<boolean> {
    for (const { key, kind } of targets) this.#placed.set(key, kind);
    this.#renewal ??= setInterval(() => {
      void this.#put([...this.#placed]);
    }, this.#renewMs).unref();
    return this.#put(targets.map(({ key, kind }) => [key, kind] as const));
  }

  /**
   * Call it after the commit. It also lifts keys that are not in `targets`: an attempt that was rolled back blocked
   * them. Returns whether Redis carried out all of it, and how many values it removed.
   */
  async lift(targets: readonly Target[]): Promise<Lifted> {
    const rest = new Map(this.#placed);
    for (const { key } of targets) rest.delete(key);
    this.forget();
    const all: Target[] = [...targets, ...[...rest].map(([key, kind]) => ({ key, kind, changes: null }))];
    let removed = 0;
    const whole = await this.#each(all, (some) =>
      this.#commands.lift(some, this.token, (count) => {
        removed += count;
      }),
    );
    return { whole, removed: () => removed };
  }

  /** Call it after a rollback: hashes stay as they were. */
  async undo(): Promise<Lifted> {
    return this.lift([...this.#placed].map(([key, kind]) => ({ key, kind, changes: { set: [], remove: [] } })));
  }

  /** Lets the blocks expire. Used when it is unknown whether the commit took place. */
  forget(): void {
    if (this.#renewal !== null) clearInterval(this.#renewal);
    this.#renewal = null;
    this.#placed.clear();
  }

  #put(keys: readonly (readonly [string, Kind])[]): Promise<boolean> {
    return this.#each(keys, (some) => {
      // A renewal of many keys may run while they are lifted. Lifted keys must not be blocked again.
      const placed = some.filter(([key]) => this.#placed.has(key));
      return this.#commands.block(placed, this.token, this.#blockMs);
    });
  }

  async #each<T>(items: readonly T[], work: (some: readonly T[]) => Promise<Error | null>): Promise<boolean> {
    if (this.#commands.client.status !== 'ready') return items.length === 0;
    let whole = true;
    for (const some of chunked(items, keysAtOnce)) {
      const failure = await this.#deadlines.within(work(some)).catch((late: unknown) => late);
      if (failure === null) continue;
      whole = false;
      // If Redis refuses one key, it may still take the next ones. If it does not answer or takes nothing now, stop.
      if (!isRefused(failure) || isPassing(failure.message)) break;
    }
    return whole;
  }
}

/** True if a transaction failed and it is unknown whether its commit took place: the connection broke or was killed. */
export function commitUnknown(error: unknown): boolean {
  return error instanceof Refusal && (error.code === 'unavailable' || error.code === 'cancelled');
}
