import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** A log to one destination, without secrets. `destination` is the path of a file, or a stream. */
export function createLog(destination: string | DestinationStream, level = 'info'): Log {
  return pino(
    {
      level,
      redact: {
        paths: [
          'password',
          'passphrase',
          '*.password',
          '*.passphrase',
          '*.mysqlPassword',
          '*.redisPassword',
          '*.sshPassword',
        ],
        censor: '***',
      },
      serializers: { err: told },
    },
    typeof destination === 'string' ? pino.destination({ dest: destination, mkdir: true, sync: false }) : destination,
  );
}

/**
 * What is logged of an error: drivers attach the whole statement with its values, or a command with its password, to
 * theirs.
 */
function told(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' ? null : error;
  const { code, errno, sqlState } = error as Error & Partial<Record<'code' | 'errno' | 'sqlState', unknown>>;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(code === undefined ? {} : { code }),
    ...(errno === undefined ? {} : { errno }),
    ...(sqlState === undefined ? {} : { sqlState }),
    ...(error.cause === undefined || depth >= 5 ? {} : { cause: told(error.cause, depth + 1) }),
  };
}
