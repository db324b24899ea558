import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2';
import { randomBytes } from 'node:crypto';
import { aside } from './aside.js';

/** Milliseconds for reaching the server and ending what is to end there. */
const patience = 8_000;

/** What a server says of a connection that it knows by its name. */
export interface Known {
  /** The server's own number, which is what KILL takes: a proxy may have told the client another. */
  readonly id: number;
  /** False where it waits for the client: it has no statement, or has its answer ready and cannot get rid of it. */
  readonly works: boolean;
}

const names = new WeakMap<Connection, string>();

/**
 * Gives a connection a name by which another one finds it again: a random lock that it holds for as long as it lives. Locks by name belong to one
 * server and need no right, so that who finds the name speaks to the same server, whatever stands between (a number of a connection says nothing
 * there: every server counts from one). Where the server gives no such lock, the connection has no name and nobody finds it.
 */
export function nameConnection(connection: Connection): void {
  if (names.has(connection)) return;
  const name = `moondesk.${randomBytes(16).toString('hex')}`;
  names.set(connection, name);
  connection.query('DO GET_LOCK(?, 0)', [name], () => undefined);
}

/** The numbers of connections of ours on the server that `asked` speaks to; null for each that it does not know. */
async function numbersOf(asked: Connection, connections: readonly Connection[]): Promise<(number | null)[]> {
  const [[row]] = await asked.promise().query<RowDataPacket[][]>({
    sql: `SELECT ${connections.map(() => 'IS_USED_LOCK(?)').join(', ')}`,
    values: connections.map((connection) => names.get(connection) ?? ''),
    rowsAsArray: true,
  });
  return connections.map((_, at) => (row?.[at] === null || row?.[at] === undefined ? null : Number(row[at])));
}

/** States of a connection whose answer does not get through. */
const stuck = /^(Writing to net|Sending to client)$/;

/** What the server that `asked` speaks to says of our connections; those that it does not know are left out. Throws the driver's errors. */
export async function askAfter(
  asked: Connection,
  connections: readonly Connection[],
): Promise<ReadonlyMap<Connection, Known>> {
  const found = new Map<Connection, Known>();
  const numbers = await numbersOf(asked, connections);
  const known = numbers.filter((number) => number !== null);
  if (known.length === 0) return found;
  // One's own connections are shown without any right.
  const [rows] = await asked.promise().query<RowDataPacket[]>({
    sql: 'SELECT id AS id, command AS command, state AS state FROM information_schema.processlist WHERE id IN (?)',
    values: [known],
  });
  for (const [at, connection] of connections.entries()) {
    const row = rows.find(({ id }) => Number(id) === numbers[at]);
    if (row === undefined) continue;
    const works = row['command'] !== 'Sleep' && !stuck.test(String(row['state'] ?? ''));
    found.set(connection, { id: Number(row['id']), works });
  }
  return found;
}

/**
 * Ends sessions of ours that were broken off: a server that nobody told would keep their transactions, and the locks of these, until it finds out
 * by itself. Those that the server which answers does not know are left. Throws the driver's errors.
 */
export function endSessions(options: ConnectionOptions, connections: readonly Connection[]): Promise<void> {
  return aside(options, patience, async (asked) => {
    for (const number of await numbersOf(asked, connections))
      if (number !== null) await asked.promise().query(`KILL ${String(number)}`);
  });
}

/** Ends the statement that a connection of ours runs; false where the server that answers does not know the connection. Throws the driver's errors. */
export function endStatement(options: ConnectionOptions, connection: Connection): Promise<boolean> {
  return aside(options, patience, (asked) => endStatementFrom(asked, connection));
}

/** The same from a connection that is there already. */
export async function endStatementFrom(asked: Connection, connection: Connection): Promise<boolean> {
  const [number = null] = await numbersOf(asked, [connection]);
  if (number === null) return false;
  await asked.promise().query(`KILL QUERY ${String(number)}`);
  return true;
}
