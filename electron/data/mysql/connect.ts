import type { Connection } from 'mysql2/promise';
import type { Connection as CoreConnection } from 'mysql2';
import { onSideConnection, dial, socketOf } from './side-connection.js';
import { connectionOptions, type DatabaseConfig } from './database.js';
import { prepare, Session } from './session.js';
import { Watch } from './watch.js';

/**
 * A connection outside of any pool; the caller ends it. Its statements may take as long as the server works on them (an
 * index of a large table). If it falls silent, it is broken off. Throws the driver's own errors.
 */
export async function connect(config: DatabaseConfig, timeout = 8_000): Promise<Connection> {
  const connection = await dial(connectionOptions(config), timeout);
  lookAfter(connection, config);
  await prepare(connection, new Session());
  return connection.promise();
}

/**
 * Runs `work` on its own connection, and breaks the connection off after `limit` milliseconds. `work` then fails, so it
 * must not wait for anything else.
 */
export function withConnection<T>(
  config: DatabaseConfig,
  work: (connection: Connection) => Promise<T>,
  limit: number,
): Promise<T> {
  return onSideConnection(connectionOptions(config), limit, async (connection) => {
    await prepare(connection, new Session());
    return work(connection.promise());
  });
}

/** Watches the connection until it closes. */
function lookAfter(connection: CoreConnection, config: DatabaseConfig): void {
  const watch = new Watch(
    connectionOptions(config),
    () => [connection],
    () => [],
    { longest: Infinity },
  );
  socketOf(connection).once('close', () => watch.close());
}
