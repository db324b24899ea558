import type { Connection, ConnectionOptions, RowDataPacket } from 'mysql2';
import { randomBytes } from 'node:crypto';
import { onSideConnection } from './side-connection.js';

/** Milliseconds for reaching the server and ending what is to end there. */
const timeoutMs = 8_000;

/** What a server says of a connection. */
export interface ConnectionActivity {
  /** True where it is known by its name; false where its number alone speaks for it. */
  readonly byName: boolean;
  /** False where it waits for the client: it has no statement, or has its answer ready and cannot get rid of it. */
  readonly working: boolean;
}

const names = new WeakMap<Connection, string>();
/** Those whose server gave no such lock. */
const nameless = new WeakSet<Connection>();

/**
 * Gives a connection a name by which another one finds it again: a random lock that it holds for as long as it lives.
 * Locks by name belong to one server and need no right, so that who finds the name speaks to the same server, whatever
 * stands between (a number of a connection says nothing there: every server counts from one). Where the server gives no
 * such lock, the connection has no name, and nobody ends it from elsewhere.
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
  /** For each connection its number on the server that was asked; null where that server does not know it. */
  readonly of: readonly (number | null)[];
  /**
   * False where something between tells clients other numbers than the server's own: which of them KILL would take,
   * nobody knows.
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

/** States of a connection whose answer does not get through, or from which the server waits for more of a file. */
const stuck = /^(Writing to net|Sending to client|Reading from net|Receiving from client)/;

/**
 * What the server that `asked` speaks to says of our connections; those that it does not know are left out. One without
 * a name is looked for by its number, which only goes to show that it works: at rest it may be a stranger. Throws the
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
  // One's own connections are shown without any right.
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
 * Ends sessions of ours that were broken off: a server that nobody told would keep their transactions, and the locks of
 * these, until it finds out by itself. Those that the server which answers does not know are left. Throws the driver's
 * errors.
 */
export function endSessions(options: ConnectionOptions, connections: readonly Connection[]): Promise<void> {
  return onSideConnection(options, timeoutMs, async (asked) => {
    const numbers = await numbersOf(asked, connections);
    if (!numbers.straight) return;
    for (const number of numbers.of) if (number !== null) await asked.promise().query(`KILL ${String(number)}`);
  });
}

/**
 * Ends the statement that a connection of ours runs; false where the server that answers does not know the connection,
 * or is reached through something that counts connections by itself. Throws the driver's errors.
 */
export function endStatement(options: ConnectionOptions, connection: Connection): Promise<boolean> {
  return onSideConnection(options, timeoutMs, (asked) => endStatementFrom(asked, connection));
}

/** The same from a connection that is there already. */
export async function endStatementFrom(asked: Connection, connection: Connection): Promise<boolean> {
  const {
    of: [number = null],
    straight,
  } = await numbersOf(asked, [connection]);
  if (number === null || !straight) return false;
  await asked.promise().query(`KILL QUERY ${String(number)}`);
  return true;
}
