import { Refusal } from '../../contract/errors.js';

interface Tries {
  failures: number;
  /** No attempt is allowed before this time. */
  until: number;
}

const free = 5;
const longest = 5 * 60_000;
const remembered = 2_000;

/** Slows down guessing: after five failures for a name, each further failure doubles the wait, up to five minutes. */
export class Attempts {
  readonly #tries = new Map<string, Tries>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * Counts an attempt as failed before its result is known, so that many at once have no advantage. Throws forbidden
   * while the name has to wait.
   */
  begin(name: string): void {
    const tries = this.#tries.get(name) ?? { failures: 0, until: 0 };
    const wait = tries.until - this.#now();
    if (wait > 0) throw tooMany(Math.ceil(wait / 1000));
    tries.failures += 1;
    if (tries.failures >= free) tries.until = this.#now() + Math.min(1_000 * 2 ** (tries.failures - free), longest);
    this.#tries.delete(name);
    this.#tries.set(name, tries);
    const oldest = this.#tries.keys().next();
    if (this.#tries.size > remembered && oldest.done !== true) this.#tries.delete(oldest.value);
  }

  /** The password was right. */
  succeeded(name: string): void {
    this.#tries.delete(name);
  }
}

function tooMany(seconds: number): Refusal {
  return new Refusal(
    'forbidden',
    { zh: `尝试次数过多，请等 ${String(seconds)} 秒`, en: `Too many tries: wait ${String(seconds)} s` },
    {
      hint: { zh: '忘记密码时，请站长重置。', en: 'If the password is forgotten, have the owner reset it.' },
      details: { retryAfterSeconds: seconds },
    },
  );
}
