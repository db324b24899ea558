import { type CacheCommands, newToken } from './commands.js';

/** A value is refreshed early once it is older than this part of its life. */
const freshShare = 0.8;
/** Milliseconds that a leader may take before another one is chosen. */
const leaderMs = 30_000;

/**
 * Refreshes values of timed families before they expire. One leader among all processes does it, and everybody else
 * keeps using the old value.
 */
export class Refresher {
  readonly #commands: CacheCommands;
  readonly #busy = new Set<string>();

  constructor(commands: CacheCommands) {
    this.#commands = commands;
  }

  /**
   * Checks the age of the value, and refreshes it in the background if it is due. `lock` is the key that the leader
   * holds. `life` is the lifetime of the next value, and `whole` the designed lifetime, both in milliseconds.
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
    // The lock needs a token: a lock that expired may already belong to another leader, which must keep it.
    const token = newToken();
    if ((await client.set(lock, token, 'PX', leaderMs, 'NX')) !== 'OK') return;
    try {
      const old = await client.get(key);
      if (old === null || old.startsWith('~')) return;
      // Replaces the value only if nobody has written in between: a block or another value stays.
      await this.#commands.replace(key, old, JSON.stringify(await load()), life);
    } finally {
      if ((await client.get(lock)) === token) await client.del(lock);
    }
  }
}
