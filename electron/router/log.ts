import { pino, type Logger } from 'pino';

export type Log = Logger;

/** A log to one destination; secrets never reach it. `destination` is a file's path, or 2 for standard error. */
export function createLog(destination: string | 2, level = 'info'): Log {
  return pino(
    {
      level,
      redact: {
        paths: ['password', 'passphrase', '*.password', '*.passphrase', '*.mysqlPassword', '*.redisPassword'],
        censor: '***',
      },
    },
    pino.destination({ dest: destination, mkdir: true, sync: false }),
  );
}
