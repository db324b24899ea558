/**
 * Takes the place of a result in a map entry that nobody can find any more. When a Map grows, its old table stays in
 * memory with its contents, and each table refers to the next. Until a full garbage collection frees the first table,
 * every loaded value in them is kept. That cost a sixth of the time of a miss.
 */
export const neverSettles = new Promise<never>(() => undefined);

interface Flight {
  landed: Promise<unknown>;
  next: Promise<unknown> | null;
}

/** A copy that the caller may change. */
export function copyOf<T>(value: T): T {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as T) : value;
}

/**
 * At most one load of a key at a time. A caller that arrives during a load does not take its result, because it may be
 * older than a write that was already acknowledged. These callers wait and share the next load.
 */
export class SingleFlight {
  readonly #running = new Map<string, Flight>();

  async run<T>(key: string, load: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running === undefined) return this.#start(key, load);
    if (running.next !== null) return copyOf((await running.next) as T);
    const next = running.landed.then(
      () => this.#start(key, load),
      () => this.#start(key, load),
    );
    running.next = next;
    return next;
  }

  #start<T>(key: string, load: () => Promise<T>): Promise<T> {
    const landed = load().finally(() => {
      if (this.#running.get(key) === flight) this.#running.delete(key);
      flight.landed = neverSettles;
      flight.next = null;
    });
    const flight: Flight = { landed, next: null };
    this.#running.set(key, flight);
    return landed;
  }
}
