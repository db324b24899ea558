import { Refusal } from '../../contract/errors.js';
import { chunked } from '../write/row-writer.js';
import { type CacheCommands, type FieldChanges, isRefused, keysAtOnce, type Kind } from './commands.js';
import { isPassing } from '../redis/errors.js';
import type { Deadlines } from './deadline.js';

/** Milliseconds that a block lasts if its writer dies. */
const blockMs = 30_000;
/** How often a commit that takes long renews its blocks within the time that one lasts: one renewal may be late. */
const renewals = 3;

/** A key that a write touches; `changes` where single fields are all that a lone writer has to set. */
export interface Target {
  readonly key: string;
  readonly kind: Kind;
  readonly changes: FieldChanges | null;
}

/** What became of a lift. */
export interface Lifted {
  /** Redis took all of it in time. */
  readonly whole: boolean;
  /** Keys that were there, as far as Redis has said so by now: what came too late is added when it comes. */
  readonly removed: () => number;
}

/** One writer's blocks: placed before its commit, lifted after it. Never throws; says what got through. */
export class Blocks {
  readonly token: string;
  readonly #commands: CacheCommands;
  readonly #deadlines: Deadlines;
  readonly #blockMs: number;
  readonly #renewMs: number;
  readonly #placed = new Map<string, Kind>();
  #renewal: NodeJS.Timeout | null = null;

  /** `renewMs` and `lasts` are for tests: milliseconds between two renewals, and those that a block lasts. */
  constructor(commands: CacheCommands, deadlines: Deadlines, token: string, renewMs?: number, lasts = blockMs) {
    this.#commands = commands;
    this.#deadlines = deadlines;
    this.token = token;
    this.#blockMs = lasts;
    this.#renewMs = renewMs ?? lasts / renewals;
  }

  /**
   * Blocks these keys and keeps them blocked until they are lifted. Answers whether all are; one that failed may be
   * blocked all the same.
   */
  async place(targets: readonly { readonly key: string; readonly kind: Kind }[]): Promise<boolean> {
    for (const { key, kind } of targets) this.#placed.set(key, kind);
    this.#renewal ??= setInterval(() => {
      void this.#put([...this.#placed]);
    }, this.#renewMs).unref();
    return this.#put(targets.map(({ key, kind }) => [key, kind] as const));
  }

  /**
   * After the commit. Keys that are not among `targets` (blocked by an attempt that was rolled back) are let go too.
   * Answers whether Redis took all of it, and how many keys it had.
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

  /** After a rollback: hashes go on as they were. */
  async undo(): Promise<Lifted> {
    return this.lift([...this.#placed].map(([key, kind]) => ({ key, kind, changes: { set: [], remove: [] } })));
  }

  /** Leaves the blocks to expire, where nobody can say whether the commit took place. */
  forget(): void {
    if (this.#renewal !== null) clearInterval(this.#renewal);
    this.#renewal = null;
    this.#placed.clear();
  }

  #put(keys: readonly (readonly [string, Kind])[]): Promise<boolean> {
    return this.#each(keys, (some) => {
      // A renewal of many goes on while they are lifted: those are not blocked again.
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
      // What Redis refuses of one key says nothing of those that follow; where it does not answer, or takes nothing
      // now, it does.
      if (!isRefused(failure) || isPassing(failure.message)) break;
    }
    return whole;
  }
}

/**
 * True where a transaction failed and nobody can say whether its commit took place: the connection broke, or was
 * killed.
 */
export function commitUnknown(error: unknown): boolean {
  return error instanceof Refusal && (error.code === 'unavailable' || error.code === 'cancelled');
}
