import { describe, expect, test } from 'vitest';
import { recogniseDatabase } from '../../electron/data/migrations/recognise.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { engines } from '../sandbox/database.js';
import { desk, realFolder } from './support.js';

describe.each(engines())('whose database it is, on %s', (engine) => {
  test('empty, then a site, then a site with a console', async () => {
    const { connection } = await desk(engine);
    expect(await recogniseDatabase(connection)).toBe('empty');
    await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
    expect(await recogniseDatabase(connection)).toBe('site_with_console');
    await connection.query('DROP TABLE console_migrations, console_migration_steps');
    expect(await recogniseDatabase(connection)).toBe('site');
    await connection.query('ALTER TABLE users DROP COLUMN banned');
    expect(await recogniseDatabase(connection)).toBe('site');
  });

  test.each([
    ['no users', 'CREATE TABLE wp_posts (id INT PRIMARY KEY)'],
    [
      'users without a hash',
      'CREATE TABLE users (id INT PRIMARY KEY, username VARCHAR(50), email VARCHAR(50), role INT)',
    ],
    [
      'users with a hash, and nothing of a site',
      'CREATE TABLE users (id INT PRIMARY KEY, username VARCHAR(50), password_hash CHAR(60))',
    ],
  ])('%s: of another application', async (_, sql) => {
    const { connection } = await desk(engine);
    await connection.query(sql);
    expect(await recogniseDatabase(connection)).toBe('foreign');
  });

  test('where only the console has been so far, it is still empty', async () => {
    const { connection } = await desk(engine);
    await connection.query('CREATE TABLE console_migrations (id INT PRIMARY KEY)');
    expect(await recogniseDatabase(connection)).toBe('empty');
  });
});
