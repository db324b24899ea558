import type { Blocks, Target } from '../cache/blocks.js';
import { commitUnknown } from '../cache/blocks.js';
import type { RedisClient } from '../cache/commands.js';
import { type CacheKey, targetOf, CacheKeys } from '../cache/cache-keys.js';
import type { Database, Transaction } from '../mysql/database.js';
import type { Keys } from '../redis/keys.js';
import type { Outbox } from './outbox.js';
import type { Carried } from './outbox-carrier.js';

/** Where a test may hold a write. */
export type WritePoint = 'write:worked' | 'write:blocked' | 'write:committed' | 'write:lifted';

/**
 * Milliseconds that an answer waits for Redis where sessions end or an audit entry says what was done; the outbox
 * carries what is left.
 */
const timeoutMs = 1_000;

/** What has to follow a write in Redis, gathered while it runs. Nothing here has an effect before the commit. */
export class Consequences {
  /** The audit entry whose proof the outbox row is; '0' for a write that nobody audits. */
  auditId = '0';
  readonly #touches = new CacheKeys([]);
  readonly #names = new Set<string>();
  readonly #sessionsOf = new Set<string>();

  /** A cached value changes: blocked before the commit, gone or set after it. */
  touch(touch: CacheKey): void {
    this.#touches.add(touch);
  }

  /**
   * Keys by their names: cached values are blocked as by `touch`, others (what Redis alone holds) are deleted after the
   * commit.
   */
  drop(names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** Every session of these users ends. */
  endSessions(usernames: readonly string[]): void {
    for (const username of usernames) this.#sessionsOf.add(username);
  }

  /** True once the sessions of a user are to end. */
  endsSessionsOf(username: string): boolean {
    return this.#sessionsOf.has(username);
  }

  /** What is to be done, once nothing more is added. */
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
   * Asked after the commit: false where the answer need not wait for Redis at all. True of a write that nothing has to
   * follow: the answer waits for what other writes of this process are still carrying.
   */
  readonly waits?: () => boolean;
}

export interface WritePathParts {
  readonly db: Database;
  readonly redis: RedisClient;
  readonly keys: Keys;
  readonly outbox: Outbox;
  /** Over once Redis stood for the first time, or did not in time. */
  readonly redisTried: Promise<void>;
  /** Blocks of one write, under a token of its own. */
  readonly blocks: () => Blocks;
  /** This process remembers nothing of the key any more. */
  readonly forget: (key: string) => void;
  /** A committed write has not reached Redis: nothing there is believed until it has. */
  readonly doubt: () => void;
  readonly pause: ((point: WritePoint) => Promise<void>) | undefined;
}

/**
 * The one way to write: outbox → blocks → commit → lift. A transaction with an outbox row for all that has to follow it
 * in Redis; the cached values it changes are blocked before the commit and lifted after it; sessions end and other keys
 * go after that. What Redis does not take is carried by the outbox until it does, by this process or another; meanwhile
 * this process believes nothing that Redis says. The site's writes (`Cache.write`) and the console's audited changes
 * (`change`) both go through here.
 */
export class WritePath {
  readonly #parts: WritePathParts;
  /** What is being carried to Redis at this moment. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: WritePathParts) {
    this.#parts = parts;
  }

  /**
   * Runs `work` in one transaction and carries what follows it. `work` may run again after a deadlock, with
   * consequences of its own. Where sessions end, keys of Redis alone go or an entry is audited, the answer waits up to
   * a second for Redis; else for one try, bounded by the cache's timeout. Throws what `work` throws, `unavailable` and
   * `timeout` as the database.
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
        // From here to the lift nobody reads or fills these keys: last, so that it is short.
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
    // TypeScript does not see what the transaction assigned.
    const done = sealed as Sealed | null;
    if (done === null) {
      // What an attempt that was rolled back has blocked is let go.
      void blocks.undo();
      // The end of a job: its chunks have not waited for Redis.
      if (waits?.() === true) await this.#within(Promise.all(this.#underWay));
      return value;
    }
    await pause?.('write:committed');
    await this.#follow(done, row, blocks, waits?.() ?? true);
    await pause?.('write:lifted');
    return value;
  }

  /** After the commit. Never throws. */
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

  /** A slow Redis must not hold up an answer. */
  async #within(work: Promise<unknown>): Promise<void> {
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, timeoutMs).unref())]);
  }

  async #carry(what: Sealed, row: string | null, blocks: Blocks, slow: boolean): Promise<void> {
    const { outbox, doubt, redisTried } = this.#parts;
    const { token } = blocks;
    // Sessions end beside the lift: neither waits for the other.
    const ending = outbox.carrier.endSessions(what.sessionsOf);
    const { whole, removed } = await blocks.lift(what.targets);
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
    // A site that has just started waits for its Redis; an operator is told what is pending.
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
