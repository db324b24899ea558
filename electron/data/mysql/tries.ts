import { setTimeout as wait } from 'node:timers/promises';
import { mayAskAgain } from './cancelled.js';
import { Uncertain } from './errors.js';
import { againAfter } from './refusals.js';

/** Milliseconds after which no further try begins: a long transaction that meets others each time would never end. */
const longest = 30_000;

/** The tries of one call. How many there are, the table of errors says. */
export class Tries {
  readonly #signal: AbortSignal | undefined;
  readonly #since = performance.now();
  #tried = 1;
  #reconnected = false;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Resolves when the call may be tried again, after a pause if need be; throws the reason of its failure if it may
   * not. `harmless`: true if a server may have got what the call sent, and no harm is done if it gets it once more.
   * Then a lost connection costs one more try.
   */
  async orThrow(reason: unknown, harmless: boolean): Promise<void> {
    if (harmless && !this.#reconnected && mayAskAgain(reason, this.#signal)) {
      this.#reconnected = true;
      return;
    }
    const again = reason instanceof Uncertain ? null : againAfter(reason);
    const late = performance.now() - this.#since > longest;
    if (again === null || late || this.#tried >= again.tries || this.#signal?.aborted === true) throw reason;
    // Random, so that those who met do not meet again.
    const pause = again.pause * 2 ** (this.#tried - 1) * (0.5 + Math.random());
    // An abort ends the pause. The next try then throws its reason.
    await wait(pause, undefined, this.#signal === undefined ? {} : { signal: this.#signal }).catch(() => undefined);
    this.#tried += 1;
  }
}

/**
 * A read, or a write that commits itself, with its further tries. Only a read is repeated on a new connection after its
 * own was lost.
 */
export function withTries<T>(kind: 'read' | 'write', work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  return work().catch(async (first: unknown) => {
    const tries = new Tries(signal);
    for (let error = first; ;) {
      await tries.orThrow(error, kind === 'read');
      try {
        return await work();
      } catch (next) {
        error = next;
      }
    }
  });
}
