import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Session, sessionSettings } from '../../electron/data/mysql/session.js';
import { codeOf } from '../operations/helpers.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';

describe.each(engines())('the settings of a session on %s', (engine) => {
  let database: TestDatabase;
  const connections: Connection[] = [];
  beforeAll(async () => {
    database = await createDatabase(engine);
    for (let at = 0; at < 5; at += 1) connections.push(await createConnection(database.config));
    for (const connection of connections) await connection.query('SET autocommit = 0, sql_select_limit = 7');
  });
  afterAll(async () => {
    for (const connection of connections) connection.destroy();
    await database.drop();
  });
  /** Pins all connections at once, and returns how many statements that took. */
  async function pinAll(session: Session): Promise<number> {
    let sent = 0;
    const pins = connections.map((connection) =>
      session.pin((statement) => {
        sent += 1;
        return connection.query(statement);
      }),
    );
    await Promise.all(pins);
    return sent;
  }

  test('are all set where the server does not know some of them, and those are not asked for again', async () => {
    const session = new Session([...sessionSettings, ['both', 'no_such_setting = 1'], ['both', 'nor_this_one = 1']]);
    expect(await pinAll(session)).toBeGreaterThan(connections.length);
    for (const connection of connections) {
      const [rows] = await connection.query<RowDataPacket[]>(
        'SELECT @@autocommit AS on_its_own, CAST(@@sql_select_limit AS CHAR) AS rows_at_most',
      );
      const [row] = rows;
      expect(row).toMatchObject({ on_its_own: 1 });
      expect(Number(row?.['rows_at_most'])).toBeGreaterThan(1_000_000);
    }
    expect(await pinAll(session)).toBe(connections.length);
  });

  test('are refused with a word where the server refuses one', async () => {
    const [connection] = connections;
    if (connection === undefined) throw new Error('no connection');
    const session = new Session([['both', "sql_mode = 'NO_SUCH_MODE'"]]);
    expect(await codeOf(session.pin((statement) => connection.query(statement)))).toBe('unsupported');
  });

  test('take one statement, which an account without privileges may send', async () => {
    const [connection] = connections;
    if (connection === undefined) throw new Error('no connection');
    const name = `low_${String(process.pid)}`;
    await connection.query(`CREATE USER '${name}'@'%' IDENTIFIED BY 'moondesk'`);
    const { host, port } = database.config;
    const low = await createConnection({ host, port, user: name, password: 'moondesk' });
    try {
      let sent = 0;
      await new Session().pin((statement) => {
        sent += 1;
        return low.query(statement);
      });
      expect(sent).toBe(1);
    } finally {
      low.destroy();
      await connection.query(`DROP USER '${name}'@'%'`);
    }
  });
});
