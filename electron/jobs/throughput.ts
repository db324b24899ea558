/** Items per second over the last ten seconds. */
export class Throughput {
  readonly #moves: { readonly at: number; readonly count: number }[] = [{ at: Date.now(), count: 0 }];

  moved(count: number): void {
    const now = Date.now();
    this.#moves.push({ at: now, count });
    while (this.#moves.length > 2 && (this.#moves[0]?.at ?? now) < now - 10_000) this.#moves.shift();
  }

  /** null until an item is done. */
  rate(): number | null {
    const first = this.#moves[0];
    if (first === undefined || this.#moves.length < 2) return null;
    const items = this.#moves.slice(1).reduce((sum, move) => sum + move.count, 0);
    return Math.round((items * 1000) / Math.max(1, Date.now() - first.at));
  }
}
