/** The error of a wait that took too long. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`no answer within ${String(ms)} ms`);
    this.name = 'TooSlow';
  }
}

/** One wait in progress. */
export interface Wait {
  readonly until: number;
  /** Null once the wait is over. */
  giveUp: ((error: TooSlow) => void) | null;
}

/**
 * Waits of equal length end in the order in which they began. So one timer watches all of them, and a wait costs almost
 * nothing.
 */
export class Deadlines {
  readonly #ms: number;
  #waits: Wait[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Calls `giveUp` after the time limit, unless the caller sets the returned wait's `giveUp` to null first. */
  begin(giveUp: (error: TooSlow) => void): Wait {
    const wait: Wait = { until: performance.now() + this.#ms, giveUp };
    this.#waits.push(wait);
    if (this.#timer === null) this.#timer = this.#arm(this.#ms);
    return wait;
  }

  /** Returns the result of `work`, or rejects with TooSlow. */
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
