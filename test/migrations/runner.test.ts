import { createPool } from 'mysql2/promise';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { engines } from '../sandbox/database.js';
import { column, desk, folderOf, refused, tableNames } from './support.js';

const first =
  '-- step: make\nCREATE TABLE t (id INT PRIMARY KEY);\n-- step: fill\nINSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE id = 1;';
const broken =
  '-- step: one\nCREATE TABLE IF NOT EXISTS a (id INT PRIMARY KEY);\n-- step: two\nALTER TABLE nowhere ADD x INT;\n-- step: three\nCREATE TABLE IF NOT EXISTS c (id INT PRIMARY KEY);';
const mended = broken.replace('ALTER TABLE nowhere ADD x INT', 'ALTER TABLE a ADD x INT');

describe.each(engines())('the runner on %s', (engine) => {
  test('applies in order, records each step, and has nothing to do the second time', async () => {
    const { connection } = await desk(engine);
    const { folder, write } = await folderOf({ '0001_first.sql': first });
    const runner = createRunner({ connection, folder });
    const seen: string[] = [];
    expect(await runner.apply({ onStep: (event) => seen.push(`${event.step} ${event.outcome}`) })).toEqual([
      { file: '0001_first.sql', done: 2, skipped: 0 },
    ]);
    expect(seen).toEqual(['make running', 'make done', 'fill running', 'fill done']);
    expect(await runner.apply()).toEqual([]);
    await write('0002_second.sql', 'INSERT INTO t VALUES (2);');
    expect(await runner.apply()).toEqual([{ file: '0002_second.sql', done: 1, skipped: 0 }]);
    expect(await column(connection, 'SELECT id FROM t ORDER BY id')).toEqual(['1', '2']);
    expect((await runner.status()).map((file) => [file.file, file.state, file.stepsDone])).toEqual([
      ['0001_first.sql', 'applied', 2],
      ['0002_second.sql', 'applied', 1],
    ]);
  });

  test('a dry run says what would be sent, and touches nothing', async () => {
    const { connection } = await desk(engine);
    const { folder } = await folderOf({
      '0001_first.sql': `${first}\n-- unless: SELECT 1\nDROP TABLE t;\n-- unless: SELECT 1 FROM t\nDROP TABLE t;`,
    });
    const runner = createRunner({ connection, folder });
    const [file] = await runner.plan();
    expect(file?.steps.map((step) => [step.name, step.skip])).toEqual([
      ['make', false],
      ['fill', false],
      ['step 3', true],
      ['step 4', null],
    ]);
    expect(file?.steps[0]?.sql).toBe('CREATE TABLE t (id INT PRIMARY KEY)');
    expect((await runner.status()).map((status) => status.state)).toEqual(['pending']);
    expect(await tableNames(connection)).toEqual([]);
  });

  test('a guard that returns a row lets its step be skipped', async () => {
    const { connection } = await desk(engine);
    const { folder } = await folderOf({
      '0001_first.sql': `${first}\n-- unless: SELECT 1 FROM t\nDROP TABLE t;\n-- unless: SELECT 1 FROM t WHERE id = 9\nINSERT INTO t VALUES (9);`,
    });
    expect(await createRunner({ connection, folder }).apply()).toEqual([
      { file: '0001_first.sql', done: 3, skipped: 1 },
    ]);
    expect(await column(connection, 'SELECT id FROM t ORDER BY id')).toEqual(['1', '9']);
  });

  test('an applied file that was changed is refused, and nothing after it runs', async () => {
    const { connection } = await desk(engine);
    const { folder, write } = await folderOf({ '0001_first.sql': first });
    const runner = createRunner({ connection, folder });
    await runner.apply();
    await write('0001_first.sql', `-- better words\n${first}`);
    expect(await runner.apply()).toEqual([]);
    await write('0001_first.sql', first.replace('INT PRIMARY', 'BIGINT PRIMARY'));
    await write('0002_second.sql', 'CREATE TABLE later (id INT PRIMARY KEY);');
    const refusal = await refused(runner.apply(), 'conflict');
    expect(refusal.details).toMatchObject({ file: '0001_first.sql' });
    await refused(runner.plan(), 'conflict');
    expect((await runner.status()).map((file) => file.state)).toEqual(['changed', 'pending']);
    expect(await tableNames(connection)).not.toContain('later');
  });

  test('a failing step leaves the file half applied, says where, and goes on when it is mended', async () => {
    const { connection } = await desk(engine);
    const { folder, write } = await folderOf({
      '0001_first.sql': broken,
      '0002_second.sql': 'CREATE TABLE later (id INT PRIMARY KEY);',
    });
    const runner = createRunner({ connection, folder });
    const refusal = await refused(runner.apply(), 'unsupported');
    expect(refusal.details).toMatchObject({ file: '0001_first.sql', step: 'two', ordinal: 2, errno: 1146 });
    const [half] = await runner.status();
    expect(half).toMatchObject({
      state: 'half_applied',
      stepsDone: 1,
      resumable: true,
      stoppedAt: { ordinal: 2, step: 'two', errno: 1146 },
    });
    expect(await tableNames(connection)).toEqual(['a', 'console_migration_steps', 'console_migrations']);
    await refused(runner.apply(), 'unsupported');

    await write(
      '0001_first.sql',
      mended.replace(
        '-- step: one\nCREATE TABLE IF NOT EXISTS a (id INT',
        '-- step: one\nCREATE TABLE IF NOT EXISTS a (id BIGINT',
      ),
    );
    await refused(runner.apply(), 'conflict');
    expect((await runner.status())[0]).toMatchObject({ state: 'half_applied', resumable: false });

    await write('0001_first.sql', mended);
    expect((await runner.plan()).map((file) => file.steps.map((step) => step.name))).toEqual([
      ['two', 'three'],
      ['step 1'],
    ]);
    const ran: string[] = [];
    await runner.apply({ onStep: (event) => ran.push(`${event.step} ${event.outcome}`) });
    expect(ran.filter((line) => line.endsWith('done'))).toEqual(['two done', 'three done', 'step 1 done']);
    expect((await runner.status()).map((file) => file.state)).toEqual(['applied', 'applied']);
    expect(
      await column(
        connection,
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'a' AND COLUMN_NAME = 'x'",
      ),
    ).toEqual(['x']);
  });

  test('only the files that were asked for are applied', async () => {
    const { connection } = await desk(engine);
    const { folder } = await folderOf({
      'R001_one.sql': 'CREATE TABLE one (id INT PRIMARY KEY);',
      'R002_two.sql': 'CREATE TABLE two (id INT PRIMARY KEY);',
    });
    const runner = createRunner({ connection, folder });
    await runner.apply({ only: ['R002_two.sql'] });
    expect((await runner.status()).map((file) => file.state)).toEqual(['pending', 'applied']);
    await refused(runner.apply({ only: ['R003_three.sql'] }), 'not_found');
  });

  test('a file that a newer console applied is told as unknown', async () => {
    const { connection } = await desk(engine);
    const newer = await folderOf({
      '0001_first.sql': first,
      '0002_newer.sql': 'CREATE TABLE later (id INT PRIMARY KEY);',
    });
    await createRunner({ connection, folder: newer.folder }).apply();
    const older = await folderOf({ '0001_first.sql': first });
    expect(
      (await createRunner({ connection, folder: older.folder }).status()).map((file) => [file.file, file.state]),
    ).toEqual([
      ['0001_first.sql', 'applied'],
      ['0002_newer.sql', 'unknown'],
    ]);
  });

  test('a database of another application is refused before anything is written', async () => {
    const { connection } = await desk(engine);
    await connection.query('CREATE TABLE wp_posts (id INT PRIMARY KEY)');
    const { folder } = await folderOf({ '0001_first.sql': first });
    await refused(createRunner({ connection, folder }).apply(), 'conflict');
    expect(await tableNames(connection)).toEqual(['wp_posts']);
  });

  test('connections of a pool go back to it', async () => {
    const { database } = await desk(engine);
    const pool = createPool({ ...database.config, connectionLimit: 1 });
    onTestFinished(() => pool.end());
    const { folder } = await folderOf({ '0001_first.sql': first });
    const runner = createRunner({ connection: () => pool.getConnection(), folder });
    await runner.apply();
    expect((await runner.status()).map((file) => file.state)).toEqual(['applied']);
    await pool.query('SELECT 1');
  });

  test("a lent connection's session is as it was", async () => {
    const { connection } = await desk(engine);
    await connection.query("SET SESSION sql_mode = 'ANSI_QUOTES', lock_wait_timeout = 77, autocommit = 0");
    const { folder } = await folderOf({ '0001_first.sql': first });
    await createRunner({ connection, folder }).apply();
    expect(
      await column(
        connection,
        "SELECT CONCAT_WS(' ', @@session.sql_mode, @@session.lock_wait_timeout, @@session.autocommit + 0)",
      ),
    ).toEqual(['ANSI_QUOTES 77 0']);
  });
});
