import { reasonOf } from './cancelled.js';
import { onlyOneConnection } from './errors.js';

/** Lets so many in at a time as there is room for now; the others wait for their turn. */
export class Turns {
  #inside = 0;
  readonly #waiting = new Set<() => void>();

  /**
   * Waits until fewer than `room()` are inside, and returns how to leave. Throws `unavailable` if there is no room at
   * all, and the reason of an abort.
   */
  async enter(room: () => number, signal?: AbortSignal): Promise<() => void> {
    while (this.#inside >= room()) {
      if (this.#inside === 0) throw onlyOneConnection();
      await this.#turn(signal);
    }
    this.#inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inside -= 1;
      for (const next of this.#waiting) next();
    };
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = (): void => {
        this.#waiting.delete(next);
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.delete(next);
        if (signal !== undefined) reject(reasonOf(signal));
      };
      this.#waiting.add(next);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}
