import { type CacheCommands, newToken } from './commands.js';

/** A value older than this part of its life is refreshed ahead. */
const freshShare = 0.8;
/** Milliseconds that a leader may take before another is chosen. */
const leaderMs = 30_000;

/**
 * Refreshes values of timed families before they expire, by one leader among all processes, while everybody goes on
 * with the old value.
 */
export class Refresher {
  readonly #commands: CacheCommands;
  readonly #busy = new Set<string>();

  constructor(commands: CacheCommands) {
    this.#commands = commands;
  }

  /**
   * Looks how old the value is, and refreshes it in the background where that is due. `lock` is the key that its leader
   * holds, `life` how many milliseconds the next value lives, `whole` how many one lives as designed.
   */
  consider(key: string, lock: string, whole: number, life: number, load: () => Promise<unknown>): void {
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    this.#refresh(key, lock, whole, life, load)
      .catch(() => undefined)
      .finally(() => this.#busy.delete(key));
  }

  async #refresh(key: string, lock: string, whole: number, life: number, load: () => Promise<unknown>): Promise<void> {
    const { client } = this.#commands;
    const left = await client.pttl(key);
    if (left < 0 || left > whole * (1 - freshShare)) return;
    // The lock is left to expire after the work: who looked just before must not lead again just after.
    const token = newToken();
    if ((await client.set(lock, token, 'PX', leaderMs, 'NX')) !== 'OK') return;
    try {
      const old = await client.get(key);
      if (old === null || old.startsWith('~')) return;
      // Replaced only where nobody has written in between: a block or another value stays.
      await this.#commands.replace(key, old, JSON.stringify(await load()), life);
    } finally {
      if ((await client.get(lock)) === token) await client.del(lock);
    }
  }
}
