/** After this many failed reads in a row, Redis is left alone. */
const mostFailures = 5;
/** Milliseconds until Redis is tried again. The pause doubles after each failed try. */
const firstPause = 500;
const longestPause = 10_000;

/**
 * Keeps reads from waiting for a Redis that does not answer. It opens after five failures in a row. Then it lets one
 * read at a time try.
 */
export class Breaker {
  #failures = 0;
  #pause = firstPause;
  #until = 0;
  #probing = false;

  get open(): boolean {
    return this.#failures >= mostFailures;
  }

  /** True if a read may go to Redis. The caller must then report the result with `succeeded` or `failed`. */
  admits(): boolean {
    if (this.#failures < mostFailures) return true;
    if (this.#probing || performance.now() < this.#until) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#pause = firstPause;
    this.#probing = false;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#failures < mostFailures) return;
    if (this.#probing) this.#pause = Math.min(this.#pause * 2, longestPause);
    this.#probing = false;
    this.#until = performance.now() + this.#pause;
  }
}
