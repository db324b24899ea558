import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { engines } from '../sandbox/database.js';
import { column, desk, folderOf, refused, tableNames } from './support.js';

const slow =
  '-- step: make\nCREATE TABLE IF NOT EXISTS t (id INT AUTO_INCREMENT PRIMARY KEY);\n-- step: wait\nDO SLEEP(2);\n-- step: fill\nINSERT INTO t VALUES ();';

const locked =
  '-- step: make\nCREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY);\n-- step: alter\nALTER TABLE console_held ADD x INT;';

/** Waits until a query of this database matches, or five seconds have passed. */
async function until(connection: Connection, sql: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await column(connection, sql)).length > 0) return;
    await sleep(50);
  }
  throw new Error(`Never came true: ${sql}`);
}

const waiting = "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%'";

const altering = "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'ALTER TABLE%'";

describe.each(engines())('consoles that migrate at once on %s', (engine) => {
  test('the second is refused with a code when it may not wait, and the first is seen to be at it', async () => {
    const { connection, connect } = await desk(engine);
    const { folder } = await folderOf({ '0001_slow.sql': slow });
    const runner = createRunner({ connection: connect, folder, lockWaitSeconds: 0 });
    const one = runner.apply();
    await until(connection, waiting);
    const refusal = await refused(runner.apply(), 'conflict');
    expect(refusal.details).toMatchObject({ holder: expect.any(Number) });
    expect((await runner.status())[0]?.state).toBe('applying');
    await one;
    expect((await runner.status())[0]?.state).toBe('applied');
  });

  test('the second waits within its bound, and then finds nothing to do', async () => {
    const { connection, connect } = await desk(engine);
    const { folder } = await folderOf({ '0001_slow.sql': slow });
    const runner = createRunner({ connection: connect, folder, lockWaitSeconds: 20 });
    const outcomes = await Promise.all([runner.apply(), runner.apply(), runner.apply()]);
    expect(outcomes.flat()).toHaveLength(1);
    expect(await column(connection, 'SELECT COUNT(*) FROM t')).toEqual(['1']);
  });

  test('the lock is given back after a failure, also on a connection that lives on', async () => {
    const { connection, connect } = await desk(engine);
    const { folder } = await folderOf({ '0001_bad.sql': 'ALTER TABLE nowhere ADD x INT;' });
    await refused(createRunner({ connection, folder, lockWaitSeconds: 0 }).apply(), 'unsupported');
    const { folder: other } = await folderOf({ '0005_good.sql': 'CREATE TABLE good (id INT PRIMARY KEY);' });
    await createRunner({ connection: connect, folder: other, lockWaitSeconds: 0 }).apply();
    expect(await tableNames(connection)).toContain('good');
  });

  test('a cancellation kills the running statement, and the next run goes on from there', async () => {
    const { connection, connect } = await desk(engine);
    const { folder } = await folderOf({ '0001_locked.sql': locked });
    const controller = new AbortController();
    const runner = createRunner({ connection: connect, folder });
    await connection.query('CREATE TABLE IF NOT EXISTS console_held (id INT AUTO_INCREMENT PRIMARY KEY)');
    await connection.beginTransaction();
    await connection.query('SELECT * FROM console_held');
    const run = runner.apply({ signal: controller.signal });
    await until(connection, altering);
    controller.abort();
    await refused(run, 'cancelled');
    expect((await runner.status())[0]).toMatchObject({
      state: 'half_applied',
      resumable: true,
      stoppedAt: { step: 'alter', errno: 1317 },
    });
    await connection.commit();
    expect(await runner.apply()).toEqual([{ file: '0001_locked.sql', done: 1, skipped: 0 }]);
  });

  test("a step waits for another's open transaction within its bound, and then says so", async () => {
    const { connection, connect } = await desk(engine);
    const { folder } = await folderOf({ '0001_locked.sql': locked });
    await connection.query('CREATE TABLE IF NOT EXISTS console_held (id INT AUTO_INCREMENT PRIMARY KEY)');
    await connection.beginTransaction();
    await connection.query('SELECT * FROM console_held');
    const refusal = await refused(
      createRunner({ connection: connect, folder, tableWaitSeconds: 1 }).apply(),
      'timeout',
    );
    expect(refusal.details).toMatchObject({ step: 'alter', errno: 1205 });
  });

  test('a signal that came before refuses before anything is done', async () => {
    const { connection } = await desk(engine);
    const { folder } = await folderOf({ '0001_slow.sql': slow });
    await refused(createRunner({ connection, folder }).apply({ signal: AbortSignal.abort() }), 'cancelled');
    expect(await tableNames(connection)).not.toContain('t');
  });

  test('a console that loses its connection in the middle leaves a file that can be gone on with', async () => {
    const { connection, connect } = await desk(engine);
    const { folder } = await folderOf({ '0001_slow.sql': slow.replace('SLEEP(2)', 'SLEEP(1.5)') });
    const runner = createRunner({ connection: connect, folder, lockWaitSeconds: 10 });
    const run = runner.apply();
    await until(connection, waiting);
    const [thread] = await column(connection, waiting);
    await Promise.all([refused(run, 'unavailable'), connection.query(`KILL ${Number(thread)}`)]);
    await until(
      connection,
      "SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%')",
    );
    expect((await runner.status())[0]).toMatchObject({
      state: 'half_applied',
      stoppedAt: { step: 'wait', errno: null },
    });
    expect(await runner.apply()).toEqual([{ file: '0001_slow.sql', done: 2, skipped: 0 }]);
    expect(await column(connection, 'SELECT COUNT(*) FROM t')).toEqual(['1']);
  });
});
