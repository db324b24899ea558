import type { PausePoint } from '../../electron/data/cache/cache.js';

/** Holds a process's next write at a point, until it is released. */
export class HeldWrite {
  #at: PausePoint | null = null;
  #reach: () => void = () => undefined;
  #release: () => void = () => undefined;
  #released: Promise<void> = Promise.resolve();
  /** Resolves once a write is there. */
  reached: Promise<void> = Promise.resolve();

  next(at: PausePoint): void {
    this.#at = at;
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    this.#released = new Promise((resolve) => (this.#release = resolve));
  }

  /** The test seam of a cache. */
  readonly pause = async (point: PausePoint): Promise<void> => {
    if (point !== this.#at) return;
    this.#at = null;
    this.#reach();
    await this.#released;
  };

  release(): void {
    this.#release();
  }
}
