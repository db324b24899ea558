/**
 * What takes the place of a result in a map once nobody can come upon it. A map that grows leaves its old table behind
 * with what it held then, and each table knows the next: until a full collection takes the first of them, every loaded
 * value that hangs on one is carried along, which cost a sixth of a miss.
 */
export const neverSettles = new Promise<never>(() => undefined);

interface Flight {
  landed: Promise<unknown>;
  next: Promise<unknown> | null;
}

/** A copy that its taker may change. */
export function copyOf<T>(value: T): T {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as T) : value;
}

/**
 * At most one load of a key at a time. Who arrives while one runs does not take its result, which may be older than a
 * write already acknowledged: they wait and share the next.
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
