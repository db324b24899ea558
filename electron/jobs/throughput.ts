/** Items per second over the last ten seconds. */
export class Throughput {
  readonly #moves: { readonly at: number; readonly count: number }[] = [{ at: Date.now(), count: 0 }];

  moved(count: number): void {
    const now = Date.now();
    this.#moves.push({ at: now, count });
    this.#forget(now);
  }

  /** null until an item is done, and again if nothing was done for ten seconds. */
  rate(): number | null {
    this.#forget(Date.now());
    const first = this.#moves[0];
    if (first === undefined || this.#moves.length < 2) return null;
    const items = this.#moves.slice(1).reduce((sum, move) => sum + move.count, 0);
    return Math.round((items * 1000) / Math.max(1, Date.now() - first.at));
  }

  /** Keeps the moves of the last ten seconds, and the one before them, from which they are counted. */
  #forget(now: number): void {
    while (this.#moves.length > 1 && (this.#moves[1]?.at ?? now) < now - 10_000) this.#moves.shift();
  }
}
