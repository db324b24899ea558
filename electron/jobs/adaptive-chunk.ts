export interface ChunkBounds {
  readonly first: number;
  readonly fewest: number;
  readonly most: number;
}

/** Target time of one chunk of a counted job, in milliseconds: a cancel waits for at most one chunk. */
const targetMs = 350;

/**
 * How many pieces the next chunk of a job takes, so that each chunk lasts about a third of a second. It learns from the
 * time of the last one.
 */
export class AdaptiveChunk {
  readonly #bounds: ChunkBounds;
  #size: number;

  constructor(bounds: ChunkBounds) {
    this.#bounds = bounds;
    this.#size = bounds.first;
  }

  get size(): number {
    return this.#size;
  }

  /** Records how many milliseconds a chunk of `count` took. The next is at most four times as large. */
  took(count: number, milliseconds: number): void {
    const { fewest, most } = this.#bounds;
    const wanted = count * Math.min(4, targetMs / Math.max(1, milliseconds));
    this.#size = Math.round(Math.min(most, Math.max(fewest, wanted)));
  }
}
