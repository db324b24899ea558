import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import { Database, type Transaction } from '../../electron/data/mysql/database.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';
import { type Proxy, startProxy } from '../sandbox/proxy.js';

const poolSize = 5;
const stop = new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' });
const mayHave = { code: 'unavailable', message: expect.stringContaining('may have been made') as string };

describe.each(engines())('a pool whose connections to %s are lost', (engine) => {
  let database: TestDatabase;
  let proxy: Proxy;
  let db: Database;
  /** Its connections are intact, and see what is committed. */
  let other: Database;
  /** How often the work of `write` has run. */
  let runs = 0;

  beforeEach(async () => {
    database = await createDatabase(engine);
    proxy = await startProxy(database.config);
    db = new Database({ ...database.config, host: proxy.host, port: proxy.port, poolSize });
    other = new Database({ ...database.config, poolSize: 1 });
    await other.run('CREATE TABLE things (id INT PRIMARY KEY)');
    runs = 0;
    // As many idle connections as allowed.
    await Promise.all(Array.from({ length: poolSize }, () => db.rows('SELECT SLEEP(0.1)')));
  });
  afterEach(async () => {
    await Promise.all([db.close(), other.close()]);
    await proxy.close();
    await database.drop();
  });

  const write = (id: number, signal?: AbortSignal): Promise<void> =>
    db.transaction(async (tx: Transaction) => {
      runs += 1;
      await tx.run('INSERT INTO things VALUES (?)', [id]);
    }, signal);
  const committed = async (): Promise<number[]> =>
    (await other.rows<{ id: number }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);
  const idle = { used: 0, waiting: 0 };

  test('while they lay idle, all at once, costs a read and a transaction nothing', async () => {
    expect(proxy.open()).toBe(poolSize);
    proxy.forget();
    expect(await db.rows('SELECT 1')).toHaveLength(1);
    await Promise.all(Array.from({ length: poolSize }, () => db.rows('SELECT SLEEP(0.1)')));
    proxy.forget();
    await write(1);
    expect(runs).toBe(1);
    expect(await committed()).toEqual([1]);
    expect(db.usage()).toMatchObject(idle);
  });

  test('while they lay idle costs more transactions than the pool has connections nothing either', async () => {
    proxy.forget();
    const ids = Array.from({ length: 20 }, (_, at) => at);
    await Promise.all(ids.map((id) => write(id)));
    expect(runs).toBe(ids.length);
    expect(await committed()).toEqual(ids);
    expect(db.usage()).toMatchObject(idle);
  });

  test.each(['before', 'after'] as const)(
    'each time a transaction begins, %s that arrives: it gives up, and its work has not run',
    async (when) => {
      proxy.cutAt('START TRANSACTION', when);
      await expect(write(1)).rejects.toMatchObject({ code: 'unavailable' });
      expect(runs).toBe(0);
      expect(db.usage()).toMatchObject(idle);
      proxy.speak();
      await write(2);
      expect(runs).toBe(1);
      expect(await committed()).toEqual([2]);
    },
  );

  test.each(['before', 'after'] as const)(
    'with a commit, %s that arrives: it says that nobody knows, and nothing is done twice',
    async (when) => {
      proxy.cutAt('COMMIT', when);
      await expect(write(1)).rejects.toMatchObject(mayHave);
      expect(runs).toBe(1);
      await expect.poll(committed).toEqual(when === 'after' ? [1] : []);
      expect(db.usage()).toMatchObject(idle);
    },
  );

  test.each(['before', 'after'] as const)(
    'with a write that commits itself, %s that arrives: it says that nobody knows, and nothing is done twice',
    async (when) => {
      await other.run('CREATE TABLE notes (id INT AUTO_INCREMENT PRIMARY KEY, note INT)');
      proxy.cutAt('INSERT', when);
      await expect(db.run('INSERT INTO notes (note) VALUES (1)')).rejects.toMatchObject(mayHave);
      proxy.speak();
      const notes = (): Promise<unknown[]> => other.rows('SELECT id FROM notes');
      await expect.poll(notes).toHaveLength(when === 'after' ? 1 : 0);
      await db.run('INSERT INTO notes (note) VALUES (2)');
      expect(await notes()).toHaveLength(when === 'after' ? 2 : 1);
    },
  );

  test('while a transaction that is cancelled begins, or commits: the first has not run, of the second nobody knows', async () => {
    for (const [said, wanted, ran] of [
      [/START TRANSACTION/, stop, 0],
      [/COMMIT/, mayHave, 1],
    ] as const) {
      const call = new AbortController();
      proxy.hold(said);
      const work = write(1, call.signal);
      await expect.poll(() => proxy.held()).toBe(1);
      call.abort(stop);
      await expect(work).rejects.toMatchObject(wanted);
      expect(runs).toBe(ran);
      proxy.release();
      expect(db.usage()).toMatchObject(idle);
    }
    expect(await committed()).toEqual([1]);
  });

  test('for a rollback that is refused: what was to be undone is not committed by who comes next', async () => {
    const one = new Database({ ...database.config, host: proxy.host, port: proxy.port, poolSize: 1 });
    try {
      proxy.misspell('ROLLBACK', 'ROLLBECK');
      const failing = one.transaction(async (tx) => {
        await tx.run('INSERT INTO things VALUES (1)');
        throw stop;
      });
      await expect(failing).rejects.toBe(stop);
      await one.run('INSERT INTO things VALUES (2)');
      await one.transaction((tx) => tx.run('INSERT INTO things VALUES (3)'));
      expect(await committed()).toEqual([2, 3]);
      expect(one.usage()).toMatchObject(idle);
    } finally {
      await one.close();
    }
  });
});
