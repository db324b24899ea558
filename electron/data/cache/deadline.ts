/** What a wait was given up with. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`no answer within ${String(ms)} ms`);
    this.name = 'TooSlow';
  }
}

/** One wait under way. */
export interface Wait {
  readonly until: number;
  /** null once it is over. */
  giveUp: ((error: TooSlow) => void) | null;
}

/**
 * Waits of one length, which end in the order in which they began: one timer watches them all, so that a wait costs
 * next to nothing.
 */
export class Deadlines {
  readonly #ms: number;
  #waits: Wait[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Calls `giveUp` unless the wait's own is set to null in time. */
  begin(giveUp: (error: TooSlow) => void): Wait {
    const wait: Wait = { until: performance.now() + this.#ms, giveUp };
    this.#waits.push(wait);
    if (this.#timer === null) this.#timer = this.#arm(this.#ms);
    return wait;
  }

  /** As `work`, or rejects with TooSlow. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const wait = this.begin(reject);
      work.then(
        (value) => {
          wait.giveUp = null;
          resolve(value);
        },
        (error: Error) => {
          wait.giveUp = null;
          reject(error);
        },
      );
    });
  }

  #arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#look();
    }, ms).unref();
  }

  #look(): void {
    const now = performance.now();
    this.#waits = this.#waits.filter((wait) => {
      if (wait.giveUp === null) return false;
      if (wait.until > now) return true;
      wait.giveUp(new TooSlow(this.#ms));
      wait.giveUp = null;
      return false;
    });
    const [next] = this.#waits;
    this.#timer = next === undefined ? null : this.#arm(Math.max(1, next.until - now));
  }
}
