import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { connectionOptions } from '../../electron/data/mysql/database.js';
import type { Engine, RunningServer, SqlEndpoint } from './types.js';

/** Several SQL servers that hold the same data. */
export interface SqlCluster {
  readonly engine: Engine;
  readonly nodes: readonly RunningServer<SqlEndpoint>[];
  /** Whether a balancer should lead to this node: it is whole, and takes writes. */
  serves(node: RunningServer<SqlEndpoint>): Promise<boolean>;
  /** How many nodes the cluster has, as this one of them sees it. */
  size(node: RunningServer<SqlEndpoint>): Promise<number>;
  /** Starts a node that was killed, and waits until it belongs to the others again. */
  rejoin(node: RunningServer<SqlEndpoint>): Promise<void>;
  stop(): Promise<void>;
}

/** Says something to a server as its administrator, on a connection of its own; returns the rows of the last answer. */
export async function say(
  { host, port, user, password }: SqlEndpoint,
  ...statements: readonly string[]
): Promise<unknown[][]> {
  const connection = await createConnection({
    ...connectionOptions({ host, port, user, password, database: '' }),
    connectTimeout: 2_000,
  });
  try {
    let rows: unknown = [];
    for (const sql of statements) [rows] = await connection.query<RowDataPacket[]>({ sql, rowsAsArray: true });
    return Array.isArray(rows) ? (rows as unknown[][]) : [];
  } finally {
    await connection.end().catch(() => {
      connection.destroy();
    });
  }
}

/** Waits until something is so; what cannot be asked is not so. */
export async function become(what: string, so: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await so().catch(() => false))) {
    if (Date.now() > end) throw new Error(`Not within ${String(limitMs / 1_000)} s: ${what}`);
    await sleep(100);
  }
}
