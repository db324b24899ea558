import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Database, type Transaction } from '../../electron/data/mysql/database.js';
import { errorNumber } from '../../electron/data/mysql/errors.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';

describe.each(engines())('a transaction in which a statement fails, on %s', (engine) => {
  let database: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    database = await createDatabase(engine);
    db = new Database({ ...database.config, poolSize: 2 });
    await db.run('CREATE TABLE things (id INT PRIMARY KEY)');
    await db.run('INSERT INTO things VALUES (1)');
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
  });
  const things = async (): Promise<number[]> =>
    (await db.rows<{ id: number }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);
  const duplicate = (error: unknown): void => {
    if (errorNumber(error) !== 1062) throw error;
  };

  test('goes on behind an attempt, of which nothing stays', async () => {
    await db.transaction(async (tx) => {
      await tx.run('INSERT INTO things VALUES (2)');
      await tx
        .attempt(async () => {
          await tx.run('INSERT INTO things VALUES (3)');
          await tx.run('INSERT INTO things VALUES (4), (1)');
        })
        .catch(duplicate);
      await tx.run('INSERT INTO things VALUES (5)');
    });
    expect(await things()).toEqual([1, 2, 5]);
  });

  test('keeps of an attempt what it says, and of one within another neither or both', async () => {
    await db.transaction(async (tx) => {
      await tx.attempt(
        () => tx.run('INSERT INTO things VALUES (2)'),
        ({ affectedRows }) => affectedRows === 2,
      );
      await tx.attempt(async () => {
        await tx.run('INSERT INTO things VALUES (3)');
        await tx.attempt(() => tx.run('INSERT INTO things VALUES (4), (1)')).catch(duplicate);
        await tx.attempt(() => tx.run('INSERT INTO things VALUES (6)'));
      });
    });
    expect(await things()).toEqual([1, 3, 6]);
  });

  test('neither goes on nor commits where the failure was caught outside of an attempt', async () => {
    const caught = db.transaction(async (tx) => {
      await tx.run('INSERT INTO things VALUES (2)');
      await tx.run('INSERT INTO things VALUES (3), (1)').catch(duplicate);
    });
    await expect(caught).rejects.toThrow('outside of an attempt: INSERT INTO things VALUES (3), (1)');
    const goingOn = db.transaction(async (tx) => {
      await tx.run('INSERT INTO things VALUES (3), (1)').catch(duplicate);
      await tx.run('INSERT INTO things VALUES (4)');
    });
    await expect(goingOn).rejects.toThrow('outside of an attempt');
    const kept = db.transaction((tx) =>
      tx.attempt(async () => {
        await tx.run('INSERT INTO things VALUES (3), (1)').catch(duplicate);
      }),
    );
    await expect(kept).rejects.toThrow('outside of an attempt');
    expect(await things()).toEqual([1]);
  });

  test('that a deadlock has ended does not go on statement by statement behind an attempt, but is tried anew', async () => {
    await db.run('INSERT INTO things VALUES (2)');
    const hold = 'SELECT id FROM things WHERE id = ? FOR UPDATE';
    let other: Promise<unknown> = Promise.resolve();
    let tries = 0;
    const victim = db.transaction(async (tx) => {
      tries += 1;
      await tx.rows(hold, [1]);
      if (tries > 1) {
        await tx.run('INSERT INTO things VALUES (3)');
        return;
      }
      let held = (): void => undefined;
      const second = new Promise<void>((resolve) => (held = resolve));
      other = db.transaction(async (rival) => {
        // More rows than the victim has written: InnoDB rolls back the cheaper one.
        await rival.run('INSERT INTO things VALUES (10), (11), (12), (13), (14), (15)');
        await rival.rows(hold, [2]);
        held();
        await rival.rows(hold, [1]);
      });
      other.catch(() => undefined);
      await second;
      await tx.attempt(() => tx.rows(hold, [2])).catch(() => undefined);
      await tx.run('INSERT INTO things VALUES (3)');
    });
    await victim;
    await other;
    expect(tries).toBe(2);
    expect(await things()).toEqual([1, 2, 3, 10, 11, 12, 13, 14, 15]);
  });

  /** Kills a transaction's connection on the server, and waits until it is gone. */
  const kill = async (tx: Transaction): Promise<void> => {
    const [own] = await tx.rows<{ id: string }>('SELECT CONNECTION_ID() AS id');
    await db.run(`KILL ${String(own?.id)}`);
    const still = (): Promise<unknown[]> =>
      db.rows('SELECT id FROM information_schema.processlist WHERE id = ?', [own?.id ?? '']);
    await expect.poll(still).toEqual([]);
  };

  test('for its connection being gone says so, whether before a statement, a commit or behind a caught failure', async () => {
    const between = db.transaction(async (tx) => {
      await tx.run('INSERT INTO things VALUES (2)');
      await kill(tx);
      await tx.run('INSERT INTO things VALUES (3)');
    });
    await expect(between).rejects.toMatchObject({ code: 'unavailable', name: 'Refusal' });
    const atCommit = db.transaction(async (tx) => {
      await tx.run('INSERT INTO things VALUES (2)');
      await kill(tx);
    });
    await expect(atCommit).rejects.toMatchObject({ code: 'unavailable' });
    const caught = db.transaction(async (tx) => {
      await tx.run('INSERT INTO things VALUES (2)');
      await tx
        .attempt(async () => {
          await kill(tx);
          throw new Error('given up');
        })
        .catch(() => undefined);
      await tx.run('INSERT INTO things VALUES (3)');
    });
    await expect(caught).rejects.toMatchObject({ code: 'unavailable' });
    expect(await things()).toEqual([1]);
    expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
  });
});
