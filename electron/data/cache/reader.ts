import { setTimeout as sleep } from 'node:timers/promises';
import { isFull } from '../redis/errors.js';
import type { Breaker } from './breaker.js';
import { type CacheCommands, newToken } from './commands.js';
import type { Deadlines } from './deadline.js';
import { copyOf, SingleFlight, neverSettles } from './single-flight.js';
import type { Gate } from './gate.js';
import { RecentHits } from './recent-hits.js';
import type { Seen, Codec } from './codecs.js';

/** Milliseconds that a lease lasts: longer than a load takes, and short enough if its reader dies. */
const leaseMs = 3_000;
/** Milliseconds that a read waits for another process's load before it asks MySQL itself. */
const longestWait = 1_000;

/** Milliseconds for which a key that had a value is assumed to still have it. */
const knownMs = 60_000;
const miss = { state: 'miss', spoilt: '' } as const;

/** Where a test may pause a read. */
export type ReadPoint = 'read:looked' | 'read:leased' | 'read:loaded';

export interface ReaderParts {
  readonly commands: CacheCommands;
  readonly deadlines: Deadlines;
  readonly breaker: Breaker;
  readonly gate: Gate;
  readonly pause?: ((point: ReadPoint) => Promise<void>) | undefined;
}

/** A lease that this process asked for, and its result. */
interface Errand<V> {
  /** Number of the last read that had begun when the lease was requested. */
  readonly after: number;
  readonly token: string;
  done: Promise<Outcome<V>>;
}

type Outcome<V> =
  | { readonly state: 'loaded'; readonly loaded: V }
  | { readonly state: 'found'; readonly reply: unknown };

/**
 * Reads: one GET if the value is cached. On a miss, one reader among all processes gets a lease, loads the value and
 * fills the key; the others wait for it. A read shares another reader's load only if that load began after the read, or
 * if its lease is still valid. Then no write was acknowledged in between.
 */
export class Reader {
  readonly #parts: ReaderParts;
  readonly #direct = new SingleFlight();
  readonly #errands = new Map<string, Errand<unknown>>();
  readonly #known = new RecentHits();
  #reads = 0;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /**
   * If a key had a value recently, one command reads it. For any other key, one command asks for the value or a lease,
   * so a miss costs one round trip too. The path of a hit has no `await`, so that it costs little more than the GET.
   */
  read<V, T>(key: string, shape: Codec<V, T>, load: () => Promise<V>): Promise<T> {
    const { breaker, deadlines, gate } = this.#parts;
    if (!gate.admits() || !breaker.admits()) return this.#bypass(key, shape, load);
    const { generation } = gate;
    const number = (this.#reads += 1);
    if (!this.#known.has(key)) return this.#missed(key, shape, load, miss, number, generation);
    return new Promise<T>((resolve, reject) => {
      const wait = deadlines.begin(() => {
        breaker.failed();
        resolve(this.#bypass(key, shape, load));
      });
      shape.ask(key).then(
        (reply) => {
          if (wait.giveUp === null) return;
          wait.giveUp = null;
          breaker.succeeded();
          if (generation !== gate.generation) resolve(this.#bypass(key, shape, load));
          else {
            const seen = shape.seen(reply);
            if (seen.state === 'hit') return resolve(seen.value);
            this.#known.delete(key);
            this.#missed(key, shape, load, seen, number, generation).then(resolve, reject);
          }
        },
        (error: unknown) => {
          if (wait.giveUp === null) return;
          wait.giveUp = null;
          const seen = this.#failed<T>(error);
          this.#missed(key, shape, load, seen, number, generation).then(resolve, reject);
        },
      );
    });
  }

  /** The value will soon be gone: a write of this process removes it. */
  forget(key: string): void {
    this.#known.delete(key);
  }

  /** Reads the key. If Redis fails, the result is the same as for a block. */
  async #look<V, T>(key: string, shape: Codec<V, T>): Promise<Seen<T>> {
    const { breaker, deadlines } = this.#parts;
    try {
      const reply = await deadlines.within(shape.ask(key));
      breaker.succeeded();
      return shape.seen(reply);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed<T>(error: unknown): Exclude<Seen<T>, { state: 'hit' }> {
    // The key has another type: the lease will replace it.
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return { state: 'miss', spoilt: '' };
    this.#parts.breaker.failed();
    return { state: 'block' };
  }

  async #missed<V, T>(
    key: string,
    shape: Codec<V, T>,
    load: () => Promise<V>,
    first: Exclude<Seen<T>, { state: 'hit' }>,
    number: number,
    generation: number,
  ): Promise<T> {
    const { gate } = this.#parts;
    let seen: Seen<T> = first;
    const until = performance.now() + longestWait;
    for (let nap = 1; ; nap = Math.min(nap * 2, 50)) {
      await this.#parts.pause?.('read:looked');
      if (seen.state === 'miss') {
        const running = this.#errands.get(key) as Errand<V> | undefined;
        const own = running === undefined || running.after < number;
        const errand = own ? this.#send(key, shape, load, seen.spoilt) : running;
        const outcome = await errand.done;
        if (outcome.state === 'loaded') return own ? shape.pick(outcome.loaded) : copyOf(shape.pick(outcome.loaded));
        seen = shape.leased(outcome.reply);
        if (generation !== gate.generation) break;
      }
      if (seen.state === 'hit') {
        this.#known.add(key, knownMs);
        return seen.value;
      }
      if (seen.state === 'block') break;
      if (seen.state === 'lease') {
        const running = this.#errands.get(key) as Errand<V> | undefined;
        if (running?.token === seen.token) {
          const outcome = await running.done;
          if (outcome.state === 'loaded') return copyOf(shape.pick(outcome.loaded));
        }
        if (performance.now() > until) break;
        await sleep(nap);
      }
      seen = await this.#look(key, shape);
      if (generation !== gate.generation) break;
      if (seen.state === 'hit') return seen.value;
    }
    return this.#bypass(key, shape, load);
  }

  async #bypass<V, T>(key: string, shape: Codec<V, T>, load: () => Promise<V>): Promise<T> {
    return shape.pick(await this.#direct.run(key, load));
  }

  /** Asks for the lease. If it is given, loads the value and fills the key. */
  #send<V, T>(key: string, shape: Codec<V, T>, load: () => Promise<V>, spoilt: string): Errand<V> {
    const token = newToken();
    const done = this.#run(key, shape, load, spoilt, token).finally(() => {
      if (this.#errands.get(key) === errand) this.#errands.delete(key);
      errand.done = neverSettles;
    });
    const errand: Errand<V> = { after: this.#reads, token, done };
    this.#errands.set(key, errand);
    return errand;
  }

  async #run<V, T>(
    key: string,
    shape: Codec<V, T>,
    load: () => Promise<V>,
    spoilt: string,
    token: string,
  ): Promise<Outcome<V>> {
    const { breaker, commands, deadlines, gate, pause } = this.#parts;
    const { generation } = gate;
    let reply: unknown;
    try {
      reply = await deadlines.within(commands.lease(key, shape.kind, token, leaseMs, spoilt));
      breaker.succeeded();
    } catch (error) {
      // A full Redis gives no leases but answers at once, so the values that it has can still be read.
      if (isFull(error)) breaker.succeeded();
      else breaker.failed();
      // Handle it like a block: MySQL is asked, and nothing is filled.
      return { state: 'found', reply: '~B:' };
    }
    if (reply !== `~L:${token}`) return { state: 'found', reply };
    await pause?.('read:leased');
    let loaded: V;
    try {
      loaded = await load();
    } catch (error) {
      commands.release(key, token).catch(() => undefined);
      throw error;
    }
    await pause?.('read:loaded');
    if (generation === gate.generation) {
      // The value becomes text before its caller can change it. The fill is sent with and after that caller's next
      // call.
      const { ms, content } = shape.fill(loaded);
      this.#known.add(key, knownMs);
      process.nextTick(commands.filling(key, shape.kind, token, ms, content));
    }
    return { state: 'loaded', loaded };
  }
}
