import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import { Database } from '../../electron/storage/mysql/database.js';
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
