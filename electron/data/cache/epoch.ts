import { Cluster, type Redis } from 'ioredis';
import { keyFamilies, type Keys } from '../redis/keys.js';
import { isReply } from '../redis/errors.js';
import { removeKeys } from '../redis/remove.js';
import { chunked } from '../write/row-writer.js';
import { type CacheCommands, keysAtOnce, type RedisClient } from './commands.js';

/**
 * After a restart, Redis may hold values from before writes that it has lost: from its last snapshot, or from a replica
 * that lagged. Its run id shows a restart, its replication id that it became a master (again). One key stores the two
 * for which all values are known to be good. If they differ, every cached value is removed before the first read. A
 * server that is no master is never believed.
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
    const now = await tenureOf(client);
    const key = this.#keys.epoch();
    if (now === null) {
      // Redis does not tell who it is: after a lost connection it may be another server.
      if (this.#seen) await this.#sweep(async () => false);
    } else {
      const known = async (): Promise<boolean> => (await client.get(key)) === now;
      if (!(await known())) {
        await this.#sweep(known);
        // Redis was restarted in between: values that were removed before may be back.
        if ((await tenureOf(client)) !== now)
          throw new Error('Redis was restarted or replaced while its old values were being removed');
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

/**
 * The tenures of all masters as one text; null if a server does not tell its own. A tenure begins when a server starts
 * and when it becomes a master: the run id alone would be the same for a master that was a replica in between. Throws
 * if one of them is no master.
 */
async function tenureOf(client: RedisClient): Promise<string | null> {
  const tenures = await Promise.all(nodesOf(client).map(tenureOfNode));
  const known = tenures.filter((tenure) => tenure !== null);
  return known.length === 0 || known.length < tenures.length ? null : known.sort().join('+');
}

async function tenureOfNode(node: Redis): Promise<string | null> {
  let info: string;
  try {
    info = (await Promise.all([node.info('server'), node.info('replication')])).join('\n');
  } catch (error) {
    // INFO is forbidden, or a hosted Redis does not know it. A broken connection is thrown.
    if (isReply(error)) return null;
    throw error;
  }
  const read = (field: string): string | undefined => new RegExp(`^${field}:(\\w+)`, 'm').exec(info)?.[1];
  // What a replica has may be older than what was acknowledged, and a master that was replaced must not be believed.
  if (['slave', 'replica'].includes(read('role') ?? '')) throw new Error('This Redis is no master any more');
  const run = read('run_id');
  return run === undefined ? null : `${run}:${read('master_replid') ?? ''}`;
}
