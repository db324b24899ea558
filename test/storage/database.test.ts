import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import { Database } from '../../electron/data/mysql/database.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';

const stop = new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' });

describe.each(engines())('the pool on %s', (engine) => {
  let database: TestDatabase;
  let db: Database;
  let closed = false;
  beforeEach(async () => {
    database = await createDatabase(engine);
    db = new Database({ ...database.config, poolSize: 1 });
    await db.run('CREATE TABLE things (id INT PRIMARY KEY)');
  });
  afterEach(async () => {
    if (!closed) await db.close();
    closed = false;
    await database.drop();
  });
  const things = async (): Promise<unknown[]> => db.rows('SELECT id FROM things ORDER BY id');

  test('a call that is cancelled while it waits for a connection is answered at once and sends nothing', async () => {
    const long = db.rows('SELECT SLEEP(1)');
    const call = new AbortController();
    const since = performance.now();
    const write = db.run('INSERT INTO things VALUES (1)', [], call.signal);
    setTimeout(() => call.abort(stop), 50);
    await expect(write).rejects.toBe(stop);
    expect(performance.now() - since).toBeLessThan(800);
    await long;
    expect(await things()).toEqual([]);
    expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
  });

  test('a transaction that is cancelled between two statements sends no further one', async () => {
    const call = new AbortController();
    const sent: number[] = [];
    const work = db.transaction(async (tx) => {
      await tx.run('INSERT INTO things VALUES (1)');
      call.abort(stop);
      await tx.run('INSERT INTO things VALUES (2)').then(() => sent.push(2));
    }, call.signal);
    await expect(work).rejects.toBe(stop);
    expect(sent).toEqual([]);
    expect(await things()).toEqual([]);
  });

  test('a stream that is cancelled before its first row ends its query', async () => {
    const call = new AbortController();
    const since = performance.now();
    const read = (async () => {
      for await (const _ of db.stream('SELECT SLEEP(20) AS late', [], call.signal)) void _;
    })();
    setTimeout(() => call.abort(stop), 100);
    await expect(read).rejects.toBe(stop);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect(await things()).toEqual([]);
  });

  test('a prepared read answers what the same read as text does, of every type and every alphabet', async () => {
    await db.run(`CREATE TABLE kinds (name VARCHAR(20) PRIMARY KEY, tiny TINYINT(1), small INT UNSIGNED, big BIGINT, huge BIGINT UNSIGNED, sum DECIMAL(30, 4),
      wide DOUBLE, day DATE, at DATETIME, stamp TIMESTAMP NULL, clock TIME, kind ENUM('a', 'é'), list JSON, words TEXT, bytes VARBINARY(20), bits BIT(3), year YEAR)`);
    await db.run('INSERT INTO kinds VALUES ?', [
      [
        [
          'ä 量 😀',
          1,
          4294967295,
          '-9223372036854775808',
          '18446744073709551615',
          '12345678901234567890.1200',
          0.1,
          '2026-01-02',
          '2026-01-02 03:04:05',
          '2026-01-02 03:04:05',
          '-12:30:00',
          'é',
          '{"a": [1, "量"]}',
          "'\\\n",
          Buffer.from([0, 255]),
          5,
          2026,
        ],
        [
          '0',
          0,
          0,
          0,
          0,
          0,
          -1e300,
          '1000-01-01',
          '1000-01-01 00:00:00',
          null,
          '00:00:00',
          'a',
          'null',
          '',
          Buffer.alloc(0),
          0,
          1901,
        ],
        ['none', ...Array.from({ length: 16 }, () => null)],
      ],
    ]);
    const sql =
      'SELECT kinds.*, COUNT(*) AS n, SUM(big) AS s, name = ? AS same FROM kinds WHERE name = ? GROUP BY name';
    for (const name of ['ä 量 😀', '0', 'none', "nobody'\\"]) {
      const text = await db.rows(sql, [name, name]);
      expect(text).toHaveLength(name.startsWith('nobody') ? 0 : 1);
      // The second time it is already prepared.
      expect(await db.prepared(sql, [name, name])).toEqual(text);
      expect(await db.prepared(sql, [name, name])).toEqual(text);
    }
    expect(await db.prepared('SELECT ? IS NULL AS yes', [null])).toEqual(
      await db.rows('SELECT ? IS NULL AS yes', [null]),
    );
    await expect(db.prepared('SELECT nothing FROM kinds')).rejects.toMatchObject({ code: 'unsupported' });
    // A changed table is read as it is now.
    await db.run("ALTER TABLE kinds ADD COLUMN more VARCHAR(5) DEFAULT 'more', DROP COLUMN bits");
    expect(await db.prepared(sql, ['0', '0'])).toEqual(await db.rows(sql, ['0', '0']));
    expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
  });

  test('a prepared read goes on as text where the server prepares no more, and on another connection where its own is lost', async () => {
    await db.run('INSERT INTO things VALUES (7)');
    const read = (): Promise<unknown[]> => db.prepared('SELECT id FROM things WHERE id = ?', ['7']);
    expect(await read()).toEqual([{ id: 7 }]);
    const root = new Database({ ...database.config, poolSize: 1 });
    const [{ id } = { id: 0 }] = await db.rows<{ id: number }>('SELECT CONNECTION_ID() AS id');
    await root.run(`KILL ${String(id)}`);
    expect(await read()).toEqual([{ id: 7 }]);
    const [before] = await root.rows<{ Value: string }>("SHOW VARIABLES LIKE 'max_prepared_stmt_count'");
    await root.run('SET GLOBAL max_prepared_stmt_count = 0');
    try {
      expect(await db.prepared('SELECT id FROM things WHERE id >= ?', ['7'])).toEqual([{ id: 7 }]);
    } finally {
      await root.run(`SET GLOBAL max_prepared_stmt_count = ${String(before?.Value)}`);
      await root.close();
    }
    expect(await read()).toEqual([{ id: 7 }]);
  });

  test('closing does not wait for a query that goes on, and tells whoever is still there', async () => {
    const long = db.rows('SELECT SLEEP(20)').then(
      () => 'answered',
      (error: unknown) => error,
    );
    const queued = things().catch((error: unknown) => error);
    await wait(100);
    const since = performance.now();
    await db.close(300);
    closed = true;
    expect(performance.now() - since).toBeLessThan(3_000);
    expect(await queued).toMatchObject({ code: 'unavailable' });
    expect(await long).not.toBe('answered');
    await expect(things()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
