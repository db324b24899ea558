import { Redis } from 'ioredis';
import { CacheCommands } from '../cache/commands.js';
import { Keys } from './keys.js';
import { type RedisConfig, redisOptions } from './client.js';
import { isReply } from './errors.js';
import { type RefusedNeed, refusedNeeds } from './needs.js';

export interface ProbedRedis {
  /** Empty if the server does not report it. */
  readonly version: string;
  /** The refused commands among those it is needed for. */
  readonly refused: readonly RefusedNeed[];
}

/**
 * Connects as the console would, and tries what Redis is needed for; writes and deletes one probe key. Throws the first
 * error of the server or the network.
 */
export async function probeRedis(config: RedisConfig, limit: number): Promise<ProbedRedis> {
  const client = new Redis({
    ...redisOptions(config),
    connectTimeout: limit / 2,
    commandTimeout: limit / 2,
    retryStrategy: () => null,
    replyMapping: 'legacy',
    // So that a server still loading can report it, and one without INFO is tried all the same.
    enableReadyCheck: false,
  });
  const errors: Error[] = [];
  client.on('error', (error: Error) => errors.push(error));
  try {
    await client.connect().catch((error: unknown) => {
      // The event has the real error; connect() only reports that the connection is closed.
      throw errors[0] ?? error;
    });
    const server = await client.info('server').catch((error: unknown) => {
      if (isReply(error)) return '';
      throw error;
    });
    // A database out of range is reported only by an event: the client would continue in database 0.
    const [late] = errors;
    if (late !== undefined) throw late;
    const keys = new Keys(config.prefix);
    const refused = await refusedNeeds(new CacheCommands(client, keys), keys);
    const loading = refused.find(({ words }) => words.startsWith('LOADING'));
    if (loading !== undefined) throw new Error(loading.words);
    return { version: /redis_version:(\S+)/.exec(server)?.[1] ?? '', refused };
  } finally {
    client.disconnect();
  }
}
