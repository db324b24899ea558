import type { Sql } from '../mysql/database.js';
import type { Invalidation } from './outbox.js';
import { removeKeys } from '../redis/remove.js';
import { endSessions } from '../redis/sessions.js';
import type { Site } from '../site.js';

/** Milliseconds that an answer waits for Redis; what is left is carried later. */
const patience = 1_000;

/**
 * Sessions that end with a change, and keys that no cache rebuilds. `note` goes into the transaction, `carry` follows the commit: where Redis
 * does not take it then, the outbox carries it until it does (with the console's tables; without them it is tried once, and a banned or
 * deleted user's session is refused at every look anyway). Ask `site.hasConsoleTables()` before the transaction: it wakes the outbox.
 */
export class Ending {
  readonly #site: Site;
  readonly #what: Invalidation;
  #row: string | null = null;

  constructor(site: Site, sessionsOf: readonly string[], keys: readonly string[] = []) {
    this.#site = site;
    this.#what = { keys, sessionsOf };
  }

  /** Writes it down with the change. A transaction that runs again writes it again. */
  async note(tx: Sql): Promise<void> {
    this.#row = await this.#site.outbox.remember(tx, '0', this.#what);
  }

  /** Ends the sessions. Never throws. */
  async carry(): Promise<void> {
    const { redis, keys, outbox, redisTried } = this.#site;
    const carried = redisTried
      .then(() => Promise.all([endSessions(redis, keys, this.#what.sessionsOf), removeKeys(redis, this.#what.keys)]))
      .then(
        () => {
          outbox.settle(this.#row);
        },
        () => undefined,
      );
    await Promise.race([carried, new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  }
}
