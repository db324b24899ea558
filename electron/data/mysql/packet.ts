import type { Connection, RowDataPacket } from 'mysql2';
import type { Parameter } from './database.js';

/*
 * A server ends the connection of a client that sends a statement larger than max_allowed_packet, mostly before the
 * client has read why. So the statement is measured before it is sent: it is refused by its number (1153), and the
 * connection and its transaction still work.
 */

/** Statements below this size are not measured further: every usable server takes them. */
const smallBytes = 32_768;
/** A character of a text becomes at most two bytes more when it is escaped. */
const mostGrowth = 2;

const known = new WeakMap<Connection, Promise<number>>();

/** The largest packet that the server takes on this connection; asked once. Infinity if the server does not say. */
export function packetOf(connection: Connection): Promise<number> {
  const before = known.get(connection);
  if (before !== undefined) return before;
  const asked = new Promise<number>((resolve) => {
    connection.query<RowDataPacket[]>('SELECT @@max_allowed_packet AS most', (error, rows) => {
      const most = error === null ? Number(rows[0]?.['most'] ?? 0) : 0;
      resolve(most > 0 ? most : Infinity);
    });
  });
  known.set(connection, asked);
  return asked;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
  /** False for a prepared statement, whose parameters go to the server as they are. */
  readonly escaped: boolean;
}

/** Calls `send` at once, or after a large statement was measured; `fail` if it is too large, or if `send` throws. */
export function whenItFits(
  connection: Connection,
  statement: Statement,
  fail: (error: Error) => void,
  send: () => void,
): void {
  const go = (): void => {
    try {
      send();
    } catch (error) {
      // The driver throws at once for a parameter that it cannot escape.
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const bytes = statement.sql.length + bytesOf(statement.parameters);
  if (bytes < smallBytes) {
    go();
    return;
  }
  void packetOf(connection).then((most) => {
    const size = sizeOf(connection, statement, bytes, most);
    if (size < most) go();
    else fail(tooLarge(size, most));
  });
}

/** The exact size where it matters: escaping a text costs as much as sending it. */
function sizeOf(connection: Connection, { sql, parameters, escaped }: Statement, bytes: number, most: number): number {
  if (!escaped || bytes >= most || bytes * mostGrowth < most) return bytes;
  return Buffer.byteLength(connection.format(sql, asValues(parameters))) + 1;
}

function bytesOf(parameters: readonly Parameter[]): number {
  let bytes = 0;
  for (const value of parameters) {
    if (typeof value === 'string') bytes += Buffer.byteLength(value) + 3;
    else if (Array.isArray(value)) bytes += bytesOf(value as readonly Parameter[]) + 2;
    else if (Buffer.isBuffer(value)) bytes += value.length * 2 + 3;
    else bytes += 8;
  }
  return bytes;
}

function asValues(parameters: readonly Parameter[]): Exclude<Parameter, readonly unknown[]>[] {
  return parameters as Exclude<Parameter, readonly unknown[]>[];
}

/** As the server says it. */
function tooLarge(bytes: number, most: number): Error {
  return Object.assign(
    new Error(`Got a packet bigger than 'max_allowed_packet' bytes (${String(bytes)} of ${String(most)})`),
    { code: 'ER_NET_PACKET_TOO_LARGE', errno: 1153, sqlState: '08S01' },
  );
}
