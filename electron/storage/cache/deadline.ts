/** What a wait was given up with. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`no answer within ${String(ms)} ms`);
    this.name = 'TooSlow';
  }
}

interface Wait {
  at: number;
  /** null once it is over. */
  giveUp: ((error: Error) => void) | null;
}

/** Waits of one length, which end in the order in which they began: one timer watches them all, so that a wait costs next to nothing. */
export class Deadlines {
  readonly #ms: number;
  #waits: Wait[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** As `work`, or rejects with TooSlow. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const wait: Wait = { at: performance.now() + this.#ms, giveUp: reject };
      this.#waits.push(wait);
      if (this.#timer === null) this.#timer = this.#arm(this.#ms);
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
      if (wait.at > now) return true;
      wait.giveUp(new TooSlow(this.#ms));
      return false;
    });
    const [next] = this.#waits;
    this.#timer = next === undefined ? null : this.#arm(Math.max(1, next.at - now));
  }
}
