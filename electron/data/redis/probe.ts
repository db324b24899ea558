import { Redis } from 'ioredis';
import { CacheCommands } from '../cache/commands.js';
import { Keys } from './keys.js';
import { type RedisConfig, redisOptions } from './client.js';
import { isReply } from './errors.js';
import { type RefusedNeed, refusedNeeds } from './needs.js';

export interface ProbedRedis {
  /** Empty where it does not tell. */
  readonly version: string;
  /** What it refuses of what it is needed for. */
  readonly refused: readonly RefusedNeed[];
}

/**
 * Connects as the console would, and tries what Redis is needed for; one key of nobody's is written and deleted. Throws the first error that the server or
 * the network gave.
 */
export async function probeRedis(config: RedisConfig, limit: number): Promise<ProbedRedis> {
  const client = new Redis({
    ...redisOptions(config),
    connectTimeout: limit / 2,
    commandTimeout: limit / 2,
    retryStrategy: () => null,
    replyMapping: 'legacy',
    // One that is still loading is to say so, and one without INFO to be tried all the same.
    enableReadyCheck: false,
  });
  const errors: Error[] = [];
  client.on('error', (error: Error) => errors.push(error));
  try {
    await client.connect().catch((error: unknown) => {
      // What went wrong is told by the event; connect() only says that the connection is closed.
      throw errors[0] ?? error;
    });
    const server = await client.info('server').catch((error: unknown) => {
      if (isReply(error)) return '';
      throw error;
    });
    // A database that is out of range is told by an event alone: the client would go on in database 0.
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
