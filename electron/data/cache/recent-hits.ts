/** Keys remembered at most; the oldest half is forgotten first. */
const most = 20_000;

/**
 * Keys that this process has lately seen a value at, and until when that may stand. Only a guess, by which a read asks
 * for the value alone or for the value or a lease in one: a wrong one costs a round trip, nothing else.
 */
export class RecentHits {
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  has(key: string): boolean {
    const until = this.#young.get(key) ?? this.#old.get(key);
    return until !== undefined && until > performance.now();
  }

  add(key: string, ms: number): void {
    if (this.#young.size >= most / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, performance.now() + ms);
  }

  delete(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
