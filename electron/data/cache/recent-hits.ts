/** Maximum number of remembered keys; the oldest half is forgotten first. */
const most = 20_000;

/**
 * Keys at which this process recently saw a value, and until when they are assumed to have it. It is only a guess: it
 * decides whether a read asks for the value alone, or for the value or a lease. A wrong guess costs one round trip and
 * nothing else.
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
