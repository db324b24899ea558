// @module-tag long
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { compareSchema } from '../../electron/data/migrations/compare.js';
import type { Difference } from '../../electron/data/migrations/difference.js';
import { recogniseDatabase } from '../../electron/data/migrations/recognise.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { splitStatements } from '../../electron/data/migrations/split.js';
import { engines } from '../sandbox/database.js';
import type { Engine } from '../sandbox/types.js';
import { desk, realFolder, repairsFolder } from './support.js';

/** The seed's own script: 0001 without its documented differences. */
async function seedStatements(): Promise<string[]> {
  const text = await readFile(join(realFolder, '0001_site_schema.sql'), 'utf8');
  const seed = text
    .replaceAll(/(admin|invitation)_configs_single_row/g, 'single_row')
    .replace('password_hash VARCHAR(255)', 'password_hash VARCHAR(128)')
    .replace(", 'promotion_register')", ')')
    .replaceAll('TIMESTAMP NULL DEFAULT', 'TIMESTAMP DEFAULT')
    .replaceAll('CREATE TABLE IF NOT EXISTS', 'CREATE TABLE')
    .replaceAll(/\nON DUPLICATE KEY UPDATE id = \w+\.id/g, '')
    .replace(/(play_stats_daily \([^)]*\n\)) ENGINE=[^;]*/, '$1');
  return splitStatements(seed).map((statement) => statement.sql);
}

/** A fresh site, changed by some statements; its differences in short: `kind table.column severity`. */
async function differing(
  engine: Engine,
  ...changes: string[]
): Promise<{ short: string[]; differences: Difference[]; connection: Connection }> {
  const { connection } = await desk(engine);
  await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
  for (const change of changes) await connection.query(change);
  const differences = await compareSchema(connection, realFolder);
  const short = differences.map(
    (one) => `${one.kind} ${one.table}${one.column === undefined ? '' : `.${one.column}`} ${one.severity}`,
  );
  return { short, differences, connection };
}

describe.each(engines())('comparing a database with 0001 on %s', (engine) => {
  test('a fresh one does not differ in anything', async () => {
    const { differences, connection } = await differing(engine);
    expect(differences).toEqual([]);
    await createRunner({ connection, folder: realFolder }).apply();
    expect(await compareSchema(connection, realFolder)).toEqual([]);
  });

  test.each<[string, string[], string[]]>([
    ['a dropped column', ['ALTER TABLE users DROP COLUMN tvbox_token'], ['missing_column users.tvbox_token limits']],
    [
      'a column nobody can sign in without',
      ['ALTER TABLE users DROP COLUMN role'],
      ['missing_column users.role blocks'],
    ],
    [
      'an indexed column is told once',
      ['ALTER TABLE users DROP COLUMN oidc_sub'],
      ['missing_column users.oidc_sub limits'],
    ],
    ['a missing table', ['DROP TABLE favorites'], ['missing_table favorites limits']],
    [
      'no users',
      ['SET FOREIGN_KEY_CHECKS = 0', 'DROP TABLE users', 'SET FOREIGN_KEY_CHECKS = 1'],
      ['missing_table users blocks'],
    ],
    [
      'a shorter column',
      ['ALTER TABLE users MODIFY password_hash VARCHAR(128) NOT NULL'],
      ['column_length users.password_hash limits'],
    ],
    [
      'a longer column',
      ['ALTER TABLE content_stats MODIFY title VARCHAR(600)'],
      ['column_length content_stats.title info'],
    ],
    [
      'a wider type',
      ['ALTER TABLE content_stats MODIFY play_count BIGINT NOT NULL DEFAULT 0'],
      ['column_type content_stats.play_count info'],
    ],
    [
      'a narrower type',
      ['ALTER TABLE content_stats MODIFY total_watch_time INT NOT NULL DEFAULT 0'],
      ['column_type content_stats.total_watch_time limits'],
    ],
    [
      'another type',
      ['ALTER TABLE points_records MODIFY created_at DATETIME DEFAULT CURRENT_TIMESTAMP'],
      ['column_type points_records.created_at limits'],
    ],
    ['JSON that nobody checks', ['ALTER TABLE users MODIFY tags LONGTEXT'], ['column_type users.tags limits']],
    [
      'an ENUM with less',
      ["ALTER TABLE user_card_keys MODIFY source ENUM('invitation', 'redeem', 'manual') NOT NULL"],
      ['enum_values user_card_keys.source limits'],
    ],
    [
      'an ENUM with more',
      ["ALTER TABLE favorites MODIFY origin ENUM('vod', 'live', 'shortdrama', 'radio')"],
      ['enum_values favorites.origin info'],
    ],
    [
      'a stricter column',
      ['ALTER TABLE users MODIFY banned BOOLEAN NOT NULL DEFAULT FALSE'],
      ['nullability users.banned info'],
    ],
    [
      'a column that must be given',
      ['ALTER TABLE users MODIFY oidc_sub VARCHAR(255) NOT NULL'],
      ['nullability users.oidc_sub limits'],
    ],
    [
      'another default',
      ['ALTER TABLE invitation_configs MODIFY reward_points INT DEFAULT 50'],
      ['default invitation_configs.reward_points info'],
    ],
    [
      'no time of change',
      ['ALTER TABLE users MODIFY updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP'],
      ['default users.updated_at info'],
    ],
    ['ids that are not given', ['ALTER TABLE favorites MODIFY id BIGINT NOT NULL'], ['default favorites.id limits']],
    [
      'a table in another collation',
      ['ALTER TABLE ip_reward_records CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci'],
      ['collation ip_reward_records limits'],
    ],
    [
      'a column in another collation',
      ['ALTER TABLE content_stats MODIFY title VARCHAR(500) COLLATE utf8mb4_bin'],
      ['collation content_stats.title limits'],
    ],
    [
      'a lost UNIQUE',
      ['ALTER TABLE content_stats DROP INDEX uk_source_content'],
      ['missing_unique content_stats limits'],
    ],
    [
      'a UNIQUE that is none any more',
      ['ALTER TABLE card_keys DROP INDEX key_hash'],
      ['missing_unique card_keys limits'],
    ],
    ['a lost index', ['ALTER TABLE users DROP INDEX idx_created_at'], ['missing_index users limits']],
    [
      'an index under another name is none',
      ['ALTER TABLE users DROP INDEX idx_created_at, ADD INDEX mine (created_at, id)'],
      [],
    ],
    [
      'an index on the beginning of a column only',
      ['ALTER TABLE users DROP INDEX idx_oidc_sub, ADD INDEX part (oidc_sub(10))'],
      ['missing_index users limits'],
    ],
    ['an index that a UNIQUE repeats is none', ['ALTER TABLE users DROP INDEX idx_username'], []],
    [
      'a lost foreign key',
      ['ALTER TABLE favorites DROP FOREIGN KEY favorites_ibfk_1'],
      ['missing_foreign_key favorites.username limits'],
    ],
    [
      'a foreign key with another rule',
      [
        'ALTER TABLE favorites DROP FOREIGN KEY favorites_ibfk_1',
        'ALTER TABLE favorites ADD FOREIGN KEY (username) REFERENCES users(username)',
      ],
      ['foreign_key_rule favorites.username limits'],
    ],
    [
      'a lost primary key',
      ['ALTER TABLE ip_reward_records DROP PRIMARY KEY'],
      ['missing_primary_key ip_reward_records limits'],
    ],
    [
      'an engine without transactions',
      ['ALTER TABLE ip_reward_records ENGINE = MyISAM'],
      ['engine ip_reward_records blocks'],
    ],
    ["the site's own further table", ['CREATE TABLE danmu (id INT PRIMARY KEY)'], ['extra_table danmu info']],
    ["the site's own further column", ['ALTER TABLE users ADD email VARCHAR(100)'], ['extra_column users.email info']],
    [
      'a further column that must be given',
      ['ALTER TABLE users ADD email VARCHAR(100) NOT NULL'],
      ['extra_column users.email limits'],
    ],
    ['what the console adds is left out', ['CREATE TABLE console_anything (id INT PRIMARY KEY)'], []],
    ['a view beside the tables', ['CREATE VIEW everyone AS SELECT username FROM users'], ['extra_table everyone info']],
  ])('%s', async (_, changes, expected) => {
    const { short, differences } = await differing(engine, ...changes);
    expect(short).toEqual(expected);
    for (const one of differences)
      expect(Math.min(one.consequence.zh.length, one.consequence.en.length)).toBeGreaterThan(5);
  });

  test("a database that the seed's own script made differs where the seed falls short, and nowhere else", async () => {
    const { connection } = await desk(engine);
    const refusals: unknown[] = [];
    for (const sql of await seedStatements())
      await connection.query(sql).catch((error: unknown) => refusals.push(error));
    expect(refusals).toHaveLength(engine === 'mysql' ? 2 : 0);
    expect(await recogniseDatabase(connection)).toBe('site');
    const differences = await compareSchema(connection, realFolder);
    expect(differences.map((one) => `${one.kind} ${one.table}`).toSorted()).toEqual([
      'column_length users',
      'enum_values user_card_keys',
      ...(engine === 'mysql' ? ['missing_table invitation_configs'] : []),
    ]);

    await createRunner({ connection, folder: realFolder }).apply();
    await createRunner({ connection, folder: repairsFolder }).apply();
    expect(await compareSchema(connection, realFolder)).toEqual([]);
  });

  test('what differs is said in words, gravest first', async () => {
    const { differences } = await differing(
      engine,
      'ALTER TABLE users MODIFY password_hash VARCHAR(128) NOT NULL',
      'CREATE TABLE danmu (id INT PRIMARY KEY)',
      'ALTER TABLE users DROP COLUMN banned',
    );
    expect(differences.map((one) => one.severity)).toEqual(['blocks', 'limits', 'info']);
    expect(differences[1]).toMatchObject({
      expected: 'varchar(255)',
      found: 'varchar(128)',
      consequence: { en: expect.stringContaining('R003') },
    });
  });

  test('a database of another application lacks every table, and has its own', async () => {
    const { connection } = await desk(engine);
    await connection.query('CREATE TABLE wp_posts (ID BIGINT UNSIGNED PRIMARY KEY, body POINT)');
    const differences = await compareSchema(connection, realFolder);
    expect(differences.filter((one) => one.kind === 'missing_table')).toHaveLength(15);
    expect(differences.filter((one) => one.kind === 'extra_table').map((one) => one.table)).toEqual(['wp_posts']);
  });
});
