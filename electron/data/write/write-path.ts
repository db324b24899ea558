import type { Blocks, Target } from '../cache/blocks.js';
import { commitUnknown, type Lifted } from '../cache/blocks.js';
import type { RedisClient } from '../cache/commands.js';
import type { Fence } from '../cache/fence.js';
import { type CacheKey, targetOf, CacheKeys } from '../cache/cache-keys.js';
import type { Database, Transaction } from '../mysql/database.js';
import type { Keys } from '../redis/keys.js';
import type { Outbox } from './outbox.js';
import type { Carried } from './outbox-carrier.js';

/** Where a test may pause a write. */
export type WritePoint = 'write:worked' | 'write:blocked' | 'write:committed' | 'write:lifted';

/**
 * Milliseconds that an answer waits for Redis if sessions end or an audit entry needs the proof. The outbox carries
 * what is left.
 */
const timeoutMs = 1_000;

/** What has to follow a write in Redis, collected during the write. Nothing here has an effect before the commit. */
export class Consequences {
  /** The audit entry whose proof is the outbox row; '0' for a write without an audit entry. */
  auditId = '0';
  readonly #touches = new CacheKeys([]);
  readonly #names = new Set<string>();
  readonly #sessionsOf = new Set<string>();

  /** A cached value changes: it is blocked before the commit, and deleted or set after it. */
  touch(touch: CacheKey): void {
    this.#touches.add(touch);
  }

  /**
   * Keys by their names. Cached values are blocked as in `touch`. Other keys, whose values are only in Redis, are
   * deleted after the commit.
   */
  drop(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** Ends every session of these users. */
  endSessions(usernames: readonly string[]): void {
    for (const username of usernames) this.#sessionsOf.add(username);
  }

  /** True if the sessions of this user will end. */
  endsSessionsOf(username: string): boolean {
    return this.#sessionsOf.has(username);
  }

  /** Everything that has to follow. Call it when nothing more will be added. */
  seal(keys: Keys): Sealed {
    const targets = this.#touches.targets(keys);
    const blocked = new Set(targets.map(({ key }) => key));
    const others: string[] = [];
    for (const name of this.#names) {
      if (blocked.has(name)) continue;
      const target = targetOf(keys, name);
      if (target === null) others.push(name);
      else targets.push(target);
    }
    return { auditId: this.auditId, targets, others, sessionsOf: [...this.#sessionsOf] };
  }
}

interface Sealed {
  readonly auditId: string;
  /** Cached values. */
  readonly targets: readonly Target[];
  /** Keys that no cache rebuilds. */
  readonly others: readonly string[];
  readonly sessionsOf: readonly string[];
}

export interface WriteOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Called after the commit. Returns false if the answer need not wait for Redis at all. If a write has no consequences
   * and this returns true, the answer waits for the other writes of this process that are still being carried.
   */
  readonly waits?: () => boolean;
}

export interface WritePathParts {
  readonly db: Database;
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly outbox: Outbox;
  readonly fence: Fence;
  /** Resolves once Redis was ready for the first time, or was not ready in time. */
  readonly redisTried: Promise<void>;
  /** New blocks for one write, with their own token. */
  readonly blocks: () => Blocks;
  /** Makes this process forget that the key had a value. */
  readonly forget: (key: string) => void;
  /** A committed write has not reached Redis: no value in Redis is believed until it has. */
  readonly doubt: () => void;
  readonly pause: ((point: WritePoint) => Promise<void>) | undefined;
}

/**
 * The only way to write: outbox → blocks → commit → lift. A transaction stores an outbox row for everything that has to
 * follow it in Redis. The cached values that it changes are blocked before the commit and lifted after it. Then
 * sessions end and other keys are deleted. What Redis does not accept is carried by the outbox until Redis does, by
 * this process or another; until then, this process believes no value in Redis. Both the site's writes (`Cache.write`)
 * and the console's audited changes (`runAudited`) go through here.
 */
export class WritePath {
  readonly #parts: WritePathParts;
  /** Everything that is being carried to Redis now. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: WritePathParts) {
    this.#parts = parts;
  }

  /**
   * Runs `work` in one transaction and carries out its consequences. After a deadlock, `work` may run again with new
   * consequences. If sessions end, keys without a cache are deleted, or the write is audited, the answer waits up to a
   * second for Redis. Otherwise it waits for one try, limited by the cache's timeout. Throws what `work` throws, and
   * `unavailable` and `timeout` as the database does.
   */
  async run<T>(
    work: (tx: Transaction, consequences: Consequences) => Promise<T>,
    { signal, waits }: WriteOptions = {},
  ): Promise<T> {
    const { db, keys, outbox, forget, pause } = this.#parts;
    const blocks = this.#parts.blocks();
    let sealed: Sealed | null = null;
    let row: string | null = null;
    let value: T;
    try {
      value = await db.transaction(async (tx) => {
        sealed = null;
        row = null;
        const consequences = new Consequences();
        const answer = await work(tx, consequences);
        const what = consequences.seal(keys);
        if (what.targets.length + what.others.length + what.sessionsOf.length === 0) return answer;
        sealed = what;
        await pause?.('write:worked');
        for (const { key, changes } of what.targets) if (changes === null) forget(key);
        // From here until the lift nobody reads or fills these keys. This comes last to keep that time short.
        [row] = await Promise.all([
          outbox.remember(tx, what.auditId, { keys: keysOf(what), sessionsOf: what.sessionsOf }),
          blocks.place(what.targets),
        ]);
        await pause?.('write:blocked');
        return answer;
      }, signal);
    } catch (error) {
      if (commitUnknown(error)) blocks.forget();
      else void blocks.undo();
      throw error;
    }
    // TypeScript does not see the assignment inside the transaction.
    const done = sealed as Sealed | null;
    if (done === null) {
      // Lifts the blocks of an attempt that was rolled back.
      void blocks.undo();
      // The end of a job waits for Redis, because its chunks did not.
      if (waits?.() === true) await this.#within(Promise.all(this.#underWay));
      return value;
    }
    await pause?.('write:committed');
    await this.#follow(done, row, blocks, waits?.() ?? true);
    await pause?.('write:lifted');
    return value;
  }

  /** Carries out the consequences after the commit. Never throws. */
  async #follow(what: Sealed, row: string | null, blocks: Blocks, waits: boolean): Promise<void> {
    const { outbox } = this.#parts;
    const slow = what.sessionsOf.length > 0 || what.others.length > 0 || what.auditId !== '0';
    outbox.takeUp(row);
    const carried = this.#carry(what, row, blocks, slow).finally(() => {
      outbox.letGo(row);
      this.#underWay.delete(carried);
    });
    this.#underWay.add(carried);
    if (!slow) await carried;
    else if (waits) await this.#within(carried);
  }

  /**
   * Waits at most `timeoutMs`, because a slow Redis must not hold up an answer; but longer while new masters do not
   * count yet, because until then others may read what former ones hold.
   */
  async #within(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, timeoutMs).unref())]);
    if (this.#parts.fence.settling) await work;
  }

  /**
   * Lifts the blocks. If the masters may not have been those that count, waits until masters do, and lifts once more.
   * Not whole if none did in time: then others read old values until the outbox row is carried.
   */
  async #lift(targets: readonly Target[], blocks: Blocks): Promise<Lifted> {
    const { fence } = this.#parts;
    const { term } = fence;
    const lifted = await blocks.lift(targets);
    if (!lifted.whole || fence.holds(term)) return lifted;
    const next = await fence.entered(true);
    const again = next === null ? lifted : await blocks.lift(targets);
    const removed = (): number => lifted.removed() + (next === null ? 0 : again.removed());
    return { whole: again.whole && fence.holds(next), removed };
  }

  async #carry(what: Sealed, row: string | null, blocks: Blocks, slow: boolean): Promise<void> {
    const { outbox, doubt, redisTried } = this.#parts;
    const { token } = blocks;
    // Ending sessions and lifting run at the same time.
    const ending = outbox.carrier.endSessions(what.sessionsOf);
    const { whole, removed } = await this.#lift(what.targets, blocks);
    if (!whole) {
      if (row === null) outbox.retry(what.targets.map(({ key }) => key));
      doubt();
    }
    if (!slow) {
      if (whole) outbox.settle(row);
      else if (row !== null) outbox.carrier.own(row, token);
      return;
    }
    if (row !== null) outbox.carrier.own(row, token);
    // A site that has just started waits for its Redis. In the console, the operator sees what is pending instead.
    if (what.auditId === '0') await redisTried;
    const sessions = await ending;
    const rest: Carried = {
      id: row,
      auditId: what.auditId,
      keys: whole ? what.others : keysOf(what),
      sessionsOf: sessions.whole ? [] : what.sessionsOf,
      removed,
      ended: sessions.ended,
    };
    await outbox.carrier.carry(rest);
  }
}

/** The keys of an outbox row. */
function keysOf({ targets, others }: Sealed): string[] {
  return [...targets.map(({ key }) => key), ...others];
}
