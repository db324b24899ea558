/**
 * What calls do again after an error, by the table of errors: the servers themselves say each of them, by SIGNAL.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import { Database, type Transaction } from '../../../electron/data/mysql/database.js';
import { type Ordinary, ordinaryRefusals } from '../../../electron/data/mysql/error-table.js';
import { createDatabase, engines, type TestDatabase } from '../../sandbox/database.js';
import { startProxy } from '../../sandbox/proxy.js';

/** Messages that tell the meanings of a number apart. */
const messages: readonly string[] = [
  'max_questions',
  'Got error 28',
  'running with the --read-only option',
  'running with an option',
];

const signal = (errno: number, message = 'said by a test'): string =>
  `SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ${String(errno)}, MESSAGE_TEXT = '${message}'`;

/** A message that an entry is meant for: by its pattern, or any if no other entry with the number is meant for it. */
function messageFor({ when }: Ordinary): string {
  return messages.find((message) => when?.test(message) ?? message === 'running with an option') ?? '';
}

const said = ordinaryRefusals.flatMap((ordinary) =>
  ordinary.of.flatMap((errno) => (typeof errno === 'number' ? [{ errno, ordinary }] : [])),
);

describe.each(engines())('an error of %s', (engine) => {
  let database: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    database = await createDatabase(engine);
    const setUp = new Database({ ...database.config, poolSize: 1 });
    await setUp.run('CREATE TABLE things (id INT AUTO_INCREMENT PRIMARY KEY, errno INT NOT NULL)');
    await setUp.close();
  });
  beforeEach(() => {
    db = new Database({ ...database.config, poolSize: 10 });
  });
  afterEach(() => db.close());
  afterAll(() => database.drop());

  /** How often a transaction runs whose second statement is answered by this error, and on which connections. */
  async function triesAt(errno: number, message?: string): Promise<{ code: string; on: readonly number[] }> {
    const on: number[] = [];
    const work = db.transaction(async (tx) => {
      const [own] = await tx.rows<{ id: string | number }>('SELECT CONNECTION_ID() AS id');
      on.push(Number(own?.id));
      await tx.run('INSERT INTO things (errno) VALUES (?)', [errno]);
      await tx.run(signal(errno, message));
    });
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Refusal)) throw new Error(`${String(errno)} is no refusal`, { cause: error });
    return { code: error.code, on };
  }

  test('of the table is refused by its code, after as many tries as the table says, and nothing stays', async () => {
    expect(said.length).toBeGreaterThan(60);
    const outcomes = await Promise.all(
      said.map(async ({ errno, ordinary }) => {
        const { code, on } = await triesAt(errno, messageFor(ordinary));
        return [errno, ordinary.text.en, code, on.length];
      }),
    );
    expect(outcomes).toEqual(
      said.map(({ errno, ordinary }) => [errno, ordinary.text.en, ordinary.code, ordinary.calls?.tries ?? 1]),
    );
    expect(await db.rows('SELECT errno FROM things')).toEqual([]);
  });

  test('by which a transaction was rolled back makes it begin anew, seven times in all, and 1205 not once more', async () => {
    const since = performance.now();
    expect((await triesAt(1213)).on).toHaveLength(7);
    // Pauses of at least half of 20 ms, doubled six times.
    expect(performance.now() - since).toBeGreaterThan(600);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect((await triesAt(1205)).on).toHaveLength(1);
  });

  test.each([
    [1047, undefined, 4],
    [1836, undefined, 4],
    [1290, 'The server is running with the --super-read-only option', 4],
    [3101, undefined, 7],
  ] as const)('%i takes the connection out of the pool: each try has another', async (errno, message, tries) => {
    const { on } = await triesAt(errno, message);
    expect(on).toHaveLength(tries);
    expect(new Set(on).size).toBe(tries);
    const [now] = await db.rows<{ id: string | number }>('SELECT CONNECTION_ID() AS id');
    expect(on).not.toContain(Number(now?.id));
  });

  test('that passes costs the call nothing but time', async () => {
    let runs = 0;
    await db.transaction(async (tx: Transaction) => {
      runs += 1;
      await tx.run('INSERT INTO things (errno) VALUES (?)', [runs]);
      if (runs === 1) await tx.run(signal(1213));
      if (runs === 2) await tx.run(signal(1836));
      // Also behind an attempt: the transaction is gone, whatever its work thinks.
      if (runs === 3) await tx.attempt(() => tx.run(signal(1047))).catch(() => undefined);
    });
    expect(runs).toBe(4);
    expect(await db.rows('SELECT errno FROM things')).toEqual([{ errno: 4 }]);
    await db.run('DELETE FROM things');
  });

  test('is not tried again by a call that is cancelled meanwhile: it is answered at once', async () => {
    const call = new AbortController();
    const stop = new Refusal('cancelled', { zh: '已取消', en: 'Cancelled' });
    let runs = 0;
    const work = db.transaction(async (tx) => {
      runs += 1;
      // In the pause after its fourth try, of at least 80 ms.
      if (runs === 4) setTimeout(() => call.abort(stop), 40);
      await tx.run(signal(1213));
    }, call.signal);
    await expect(work).rejects.toBe(stop);
    expect(runs).toBe(4);
  });

  test.each([
    [1180, 1, 'unavailable', /may have been made/],
    [3100, 1, 'unavailable', /may have been made/],
    [1213, 7, 'conflict', /rolled back/],
  ] as const)('%i, said to a COMMIT, makes the work run %i times in all', async (errno, tries, code, says) => {
    const proxy = await startProxy(database.config);
    const one = new Database({ ...database.config, port: proxy.port, poolSize: 1 });
    try {
      await db.run('DROP PROCEDURE IF EXISTS c');
      await db.run(`CREATE PROCEDURE c() ${signal(errno)}`);
      await one.rows('SELECT 1');
      proxy.misspell('COMMIT', 'CALL c');
      let runs = 0;
      const work = one.transaction(async (tx) => {
        runs += 1;
        await tx.run('INSERT INTO things (errno) VALUES (?)', [errno]);
      });
      await expect(work).rejects.toMatchObject({ code, message: expect.stringMatching(says) as string });
      expect(runs).toBe(tries);
      expect(await db.rows('SELECT errno FROM things')).toEqual([]);
    } finally {
      await one.close(300);
      await proxy.close();
    }
  });
});
