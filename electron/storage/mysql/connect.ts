import { type Connection, createConnection } from 'mysql2/promise';
import { connectionOptions, type DatabaseConfig } from './database.js';
import { Session } from './session.js';

/** One connection of its own, outside of any pool; the caller ends it. Throws the driver's own errors. */
export async function connect(config: DatabaseConfig, timeout = 8_000): Promise<Connection> {
  const connection = await createConnection({ ...connectionOptions(config), connectTimeout: timeout });
  // Without a listener, a connection that is lost while idle would end the process.
  connection.on('error', () => undefined);
  try {
    await new Session().pin((statement) => connection.query(statement));
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** Runs `work` on a connection of its own and gives it up after `limit` milliseconds. */
export async function withConnection<T>(
  config: DatabaseConfig,
  work: (connection: Connection) => Promise<T>,
  limit: number,
): Promise<T> {
  const since = Date.now();
  const connection = await connect(config, limit);
  const timer = setTimeout(() => connection.destroy(), Math.max(1, limit - (Date.now() - since)));
  try {
    return await work(connection);
  } finally {
    clearTimeout(timer);
    await Promise.race([
      connection.end().catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, 500).unref()),
    ]);
    connection.destroy();
  }
}
