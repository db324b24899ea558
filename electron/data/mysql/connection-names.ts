import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2';
import { randomBytes } from 'node:crypto';
import { onSideConnection } from './side-connection.js';

/** Milliseconds to reach the server and end a statement or session there. */
const timeoutMs = 8_000;

/** What a server reports about a connection. */
export interface ConnectionActivity {
  /** True if the server knows the connection by its name; false if only the number matches. */
  readonly byName: boolean;
  /** False if the server waits for the client: it has no statement, or it cannot send its answer. */
  readonly working: boolean;
}

const names = new WeakMap<Connection, string>();
/** Connections whose server refused the lock. */
const nameless = new WeakSet<Connection>();

/**
 * Gives a connection a name, so that another connection can find it: a random named lock that it holds until it closes.
 * Named locks belong to one server and need no privilege. A connection that finds the name is therefore on the same
 * server, even behind a balancer. (The number of a connection proves nothing: every server counts from one.) If the
 * server refuses the lock, the connection has no name, and nobody can end it from elsewhere.
 */
export function nameConnection(connection: Connection): void {
  if (names.has(connection)) return;
  const name = `moondesk.${randomBytes(16).toString('hex')}`;
  names.set(connection, name);
  connection.query('DO GET_LOCK(?, 0)', [name], (error) => {
    if (error !== null) nameless.add(connection);
  });
}

interface Numbers {
  /** For each connection, its number on the asked server; null if that server does not know it. */
  readonly of: readonly (number | null)[];
  /**
   * False if something between changes the numbers that clients see. Then it is unknown which connection a KILL would
   * hit.
   */
  readonly straight: boolean;
}

async function numbersOf(asked: Connection, connections: readonly Connection[]): Promise<Numbers> {
  const [own] = await valuesOf(asked, 'SELECT CONNECTION_ID()', []);
  const straight = Number(own) === asked.threadId;
  const named = connections.filter((connection) => !nameless.has(connection));
  if (named.length === 0) return { of: connections.map(() => null), straight };
  const found = await valuesOf(
    asked,
    `SELECT ${named.map(() => 'IS_USED_LOCK(?)').join(', ')}`,
    named.map((connection) => names.get(connection) ?? ''),
  );
  const numbers = new Map(named.map((connection, at) => [connection, found[at]]));
  return {
    of: connections.map((connection) => {
      const number = numbers.get(connection) ?? null;
      return number === null ? null : Number(number);
    }),
    straight,
  };
}

async function valuesOf(asked: Connection, sql: string, values: readonly string[]): Promise<readonly unknown[]> {
  const [[row]] = await asked.promise().query<RowDataPacket[][]>({ sql, values: [...values], rowsAsArray: true });
  return row ?? [];
}

/** States of a connection that cannot send its answer, or whose server waits for more of a file. */
const stuck = /^(Writing to net|Sending to client|Reading from net|Receiving from client)/;

/**
 * What the server behind `asked` reports about our connections; unknown ones are left out. A connection without a name
 * is found by its number. That can only show that it works: if it is idle, it may belong to somebody else. Throws the
 * driver's errors.
 */
export async function activityOf(
  asked: Connection,
  connections: readonly Connection[],
): Promise<ReadonlyMap<Connection, ConnectionActivity>> {
  const found = new Map<Connection, ConnectionActivity>();
  const { of: byName, straight } = await numbersOf(asked, connections);
  const numbers = connections.map((connection, at) => {
    if (!nameless.has(connection)) return byName[at] ?? null;
    return straight ? connection.threadId : null;
  });
  const known = numbers.filter((number) => number !== null);
  if (known.length === 0) return found;
  // An account sees its own connections without any privilege.
  const [rows] = await asked.promise().query<RowDataPacket[]>({
    sql: 'SELECT id AS id, command AS command, state AS state FROM information_schema.processlist WHERE id IN (?)',
    values: [known],
  });
  for (const [at, connection] of connections.entries()) {
    const row = rows.find(({ id }) => Number(id) === numbers[at]);
    if (row === undefined) continue;
    const works = row['command'] !== 'Sleep' && !stuck.test(String(row['state'] ?? ''));
    found.set(connection, { working: works, byName: !nameless.has(connection) });
  }
  return found;
}

/**
 * Ends sessions of connections that were broken off. Otherwise the server would keep their transactions and locks until
 * it notices. Connections that this server does not know are skipped. Throws the driver's errors.
 */
export function endSessions(options: ConnectionOptions, connections: readonly Connection[]): Promise<void> {
  return onSideConnection(options, timeoutMs, async (asked) => {
    const numbers = await numbersOf(asked, connections);
    if (!numbers.straight) return;
    for (const number of numbers.of) if (number !== null) await asked.promise().query(`KILL ${String(number)}`);
  });
}

/**
 * Ends the running statement of one of our connections. False if the server that answers does not know the connection,
 * or if something between uses its own connection numbers. Throws the driver's errors.
 */
export function endStatement(options: ConnectionOptions, connection: Connection): Promise<boolean> {
  return onSideConnection(options, timeoutMs, (asked) => endStatementFrom(asked, connection));
}

/** The same, from an existing connection. */
export async function endStatementFrom(asked: Connection, connection: Connection): Promise<boolean> {
  const {
    of: [number = null],
    straight,
  } = await numbersOf(asked, [connection]);
  if (number === null || !straight) return false;
  await asked.promise().query(`KILL QUERY ${String(number)}`);
  return true;
}
