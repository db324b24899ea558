import { Cluster, type Redis } from 'ioredis';
import { keyFamilies, type Keys } from '../redis/keys.js';
import { isReply } from '../redis/errors.js';
import { removeKeys } from '../redis/remove.js';
import { chunked } from '../write/row-writer.js';
import { type CacheCommands, keysAtOnce, type RedisClient } from './commands.js';

/**
 * After a restart, Redis may hold values from before writes that it has lost: from its last snapshot, or from a replica
 * that lagged. Its run id shows a restart. One key stores the run id for which all values are known to be good. If the
 * run id differs, every cached value is removed before the first read.
 */
export class Epoch {
  readonly #commands: CacheCommands;
  readonly #keys: Keys;
  #seen = false;

  constructor(commands: CacheCommands, keys: Keys) {
    this.#commands = commands;
    this.#keys = keys;
  }

  /** Makes sure that the values in Redis are good. Throws the errors of Redis. */
  async verify(): Promise<void> {
    const { client } = this.#commands;
    const now = await runOf(client);
    const key = this.#keys.epoch();
    if (now === null) {
      // Redis does not tell its run id: after a lost connection it may be another server.
      if (this.#seen) await this.#sweep(async () => false);
    } else {
      const known = async (): Promise<boolean> => (await client.get(key)) === now;
      if (!(await known())) {
        await this.#sweep(known);
        // Redis was restarted in between: values that were removed before may be back.
        if ((await runOf(client)) !== now)
          throw new Error('Redis was restarted while its old values were being removed');
        await client.set(key, now);
      }
    }
    this.#seen = true;
  }

  /** Removes every value that MySQL can rebuild, but no blocks. Stops if another process has finished the same work. */
  async #sweep(done: () => Promise<boolean>): Promise<void> {
    for (const node of nodesOf(this.#commands.client)) {
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

function nodesOf(client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

/** The run ids of all masters as one text; null if a server does not tell its own. */
async function runOf(client: RedisClient): Promise<string | null> {
  const ids = await Promise.all(
    nodesOf(client).map(async (node) => {
      try {
        return /^run_id:(\w+)/m.exec(await node.info('server'))?.[1] ?? null;
      } catch (error) {
        // INFO is forbidden, or a hosted Redis does not know it. A broken connection is thrown.
        if (isReply(error)) return null;
        throw error;
      }
    }),
  );
  const known = ids.filter((id) => id !== null);
  return known.length === 0 || known.length < ids.length ? null : known.sort().join('+');
}
