import { Redis } from 'ioredis';
import { type RedisConfig, redisOptions } from './client.js';

/** Connects as the console would and answers the server's version. Throws the first error that the server or the network gave. */
export async function probeRedis(config: RedisConfig, limit: number): Promise<string> {
  const client = new Redis({
    ...redisOptions(config),
    connectTimeout: limit / 2,
    commandTimeout: limit / 2,
    retryStrategy: () => null,
  });
  const errors: Error[] = [];
  client.on('error', (error: Error) => errors.push(error));
  try {
    await client.connect().catch((error: unknown) => {
      // What went wrong is told by the event; connect() only says that the connection is closed.
      throw errors[0] ?? error;
    });
    const server = await client.info('server');
    // A database that is out of range is told by an event alone: the client would go on in database 0.
    const [late] = errors;
    if (late !== undefined) throw late;
    return /redis_version:(\S+)/.exec(server)?.[1] ?? '';
  } finally {
    client.disconnect();
  }
}
