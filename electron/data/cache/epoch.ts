import { keyFamilies, type Keys } from '../redis/keys.js';
import { removeKeys } from '../redis/remove.js';
import { chunked } from '../write/row-writer.js';
import { type CacheCommands, keysAtOnce } from './commands.js';
import type { Term } from './fence.js';
import { mastersOf, nameOf, tenuresOf } from './tenure.js';

/**
 * After a restart, Redis may hold values from before writes that it has lost: from its last snapshot, or from a replica
 * that lagged. The tenures of its masters show a restart, and that a server became a master (again). One key stores
 * those for which all values are known to be good, and with a fence the number under which they count. If they differ,
 * every cached value is removed before the first read. A server that is no master is never believed.
 */
export class Epoch {
  readonly #commands: CacheCommands;
  readonly #keys: Keys;
  #seen = false;

  constructor(commands: CacheCommands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  /** Makes sure that the values in Redis are good under this term. Throws the errors of Redis. */
  async verify(term: Term): Promise<void> {
    const { client } = this.#commands;
    const name = async (): Promise<string | null> => {
      const tenures = await tenuresOf(client);
      return tenures === null ? null : nameOf(tenures);
    };
    const now = await name();
    const key = this.#keys.epoch();
    if (term.counts !== null && now !== term.counts.seen) throw new Error('Redis has other masters than a moment ago');
    if (now === null) {
      // Redis does not tell who it is: after a lost connection it may be another server.
      if (this.#seen) await this.#sweep(async () => false);
    } else {
      const good = term.counts === null ? now : `${now}#${term.counts.number}`;
      const known = async (): Promise<boolean> => (await client.get(key)) === good;
      if (!(await known())) {
        await this.#sweep(known);
        // Redis was restarted in between: values that were removed before may be back.
        if ((await name()) !== now)
          throw new Error('Redis was restarted or replaced while its old values were being removed');
        await client.set(key, good);
      }
    }
    this.#seen = true;
  }

  /** Removes every value that MySQL can rebuild, but no blocks. Stops if another process has finished the same work. */
  async #sweep(done: () => Promise<boolean>): Promise<void> {
    for (const node of mastersOf(this.#commands.client)) {
      let cursor = '0';
      do {
        const [next, names] = await node.scan(cursor, 'MATCH', this.#keys.everything(), 'COUNT', 1000);
        cursor = next;
        const cached = names.filter((name) => {
          const family = this.#keys.familyOf(name);
          return family !== null && keyFamilies[family].strategy !== 'redis-only';
        });
        for (const some of chunked(cached, keysAtOnce)) {
          const failure = await this.#commands.lift(some.map((key) => ({ key })));
          if (failure !== null) throw failure;
        }
        await removeKeys(
          node,
          names.filter((name) => this.#keys.isStaged(name)),
        );
        if (cached.length > 0 && (await done())) return;
      } while (cursor !== '0');
    }
  }
}
