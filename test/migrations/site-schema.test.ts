import type { Connection } from 'mysql2/promise';
import { describe, expect, test } from 'vitest';
import { expectedSchema } from '../../electron/data/migrations/expected.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { engines } from '../sandbox/database.js';
import { column, desk, realFolder, repairsFolder } from './support.js';

const siteTables = [
  'admin_configs',
  'card_keys',
  'content_stats',
  'episode_skip_configs',
  'favorites',
  'invitation_configs',
  'invitations',
  'ip_reward_records',
  'play_records',
  'play_stats_daily',
  'points_records',
  'user_card_keys',
  'user_login_stats',
  'user_points',
  'users',
];

const indexesOf = (connection: Connection, table: string): Promise<string[]> =>
  column(
    connection,
    `SELECT CONCAT(INDEX_NAME, '(', GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX), ')') FROM information_schema.STATISTICS
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${table}' GROUP BY INDEX_NAME`,
  );

const columnType = async (connection: Connection, table: string, name: string): Promise<string> =>
  (
    await column(
      connection,
      `SELECT COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '${table}' AND COLUMN_NAME = '${name}'`,
    )
  ).join();

describe.each(engines())("the site's schema on %s", (engine) => {
  test('an empty database gets the 15 tables, the two rows, and keeps the rule of one row', async () => {
    const { connection } = await desk(engine);
    await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
    const tables = await column(
      connection,
      "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE 'console%'",
    );
    expect(tables.toSorted()).toEqual(siteTables);
    expect((await expectedSchema(realFolder)).map((table) => table.name).toSorted()).toEqual(siteTables);
    expect(await column(connection, 'SELECT CONCAT(id, config_key, config_value) FROM admin_configs')).toEqual([
      '1main_config{}',
    ]);
    expect(
      await column(
        connection,
        'SELECT CONCAT_WS(" ", id, enabled, reward_points, redeem_threshold, card_key_type) FROM invitation_configs',
      ),
    ).toEqual(['1 1 100 300 week']);
    await expect(
      connection.query("INSERT INTO admin_configs (id, config_key, config_value) VALUES (2, 'x', '{}')"),
    ).rejects.toThrow(/constraint/i);
    await expect(connection.query('INSERT INTO invitation_configs (id) VALUES (2)')).rejects.toThrow(/constraint/i);
  });

  test('it takes a scrypt password and a card of a promotion', async () => {
    const { connection } = await desk(engine);
    await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
    await connection.query("INSERT INTO users (username, password_hash) VALUES ('alice', REPEAT('a', 161))");
    await connection.query(
      "INSERT INTO user_card_keys (id, key_hash, username, key_type, source, expires_at) VALUES ('1', 'h', 'alice', 'week', 'promotion_register', '2030-01-01')",
    );
    expect(await column(connection, 'SELECT COUNT(*) FROM users JOIN user_card_keys USING (username)')).toEqual(['1']);
  });

  test('its statements may be repeated by hand, and keep what an operator has set', async () => {
    const { connection } = await desk(engine);
    const runner = createRunner({ connection, folder: realFolder });
    await runner.apply({ only: ['0001_site_schema.sql'] });
    await connection.query('UPDATE admin_configs SET config_value = \'{"kept":1}\'');
    await connection.query('UPDATE invitation_configs SET reward_points = 7');
    await connection.query('DROP TABLE console_migrations, console_migration_steps');
    await runner.apply({ only: ['0001_site_schema.sql'] });
    expect(await column(connection, 'SELECT CAST(config_value AS CHAR) FROM admin_configs')).toEqual([
      expect.stringContaining('kept'),
    ]);
    expect(await column(connection, 'SELECT reward_points FROM invitation_configs')).toEqual(['7']);
  });

  test('every migration of the folder applies, and a second time there is nothing to do', async () => {
    const { connection } = await desk(engine);
    const runner = createRunner({ connection, folder: realFolder });
    expect((await runner.apply()).length).toBeGreaterThan(0);
    expect(await runner.apply()).toEqual([]);
    expect(new Set((await runner.status()).map((file) => file.state))).toEqual(new Set(['applied']));
  });
});

describe.each(engines())('the repairs on %s', (engine) => {
  test('R001 adds the indexes of the lists, and skips those that are there under another name', async () => {
    const { connection } = await desk(engine);
    await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
    await connection.query('CREATE INDEX mine ON invitations (ip_address, created_at)');
    await connection.query('CREATE INDEX beginning ON users (role, banned)');
    expect(
      await createRunner({ connection, folder: repairsFolder }).apply({ only: ['R001_list_indexes.sql'] }),
    ).toEqual([{ file: 'R001_list_indexes.sql', done: 6, skipped: 1 }]);
    expect(await indexesOf(connection, 'invitations')).not.toContain('idx_ip_address(ip_address)');
    expect(await indexesOf(connection, 'users')).toEqual(
      expect.arrayContaining(['idx_banned_id(banned,id)', 'idx_role_id(role,id)']),
    );
    expect(await indexesOf(connection, 'user_points')).toContain('idx_balance_username(balance,username)');
    expect(await indexesOf(connection, 'user_login_stats')).toContain(
      'idx_last_login_username(last_login_at,username)',
    );
  });

  test('R002 drops what a UNIQUE repeats, and leaves the index of a table that lost its UNIQUE', async () => {
    const { connection } = await desk(engine);
    await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
    await connection.query('ALTER TABLE card_keys DROP INDEX key_hash');
    expect(
      await createRunner({ connection, folder: repairsFolder }).apply({ only: ['R002_drop_duplicate_indexes.sql'] }),
    ).toEqual([{ file: 'R002_drop_duplicate_indexes.sql', done: 7, skipped: 1 }]);
    expect(await indexesOf(connection, 'card_keys')).toContain('idx_key_hash(key_hash)');
    for (const table of [
      'users',
      'play_records',
      'favorites',
      'episode_skip_configs',
      'user_points',
      'user_login_stats',
    ]) {
      expect([table, ...(await indexesOf(connection, table))]).not.toContain('idx_username(username)');
    }
    await connection.query("INSERT INTO users (username, password_hash) VALUES ('alice', 'h')");
    await connection.query("INSERT INTO user_points (username, invitation_code) VALUES ('alice', 'c')");
    await connection.query('DELETE FROM users');
    expect(await column(connection, 'SELECT COUNT(*) FROM user_points')).toEqual(['0']);
  });

  test("R003 widens the columns of the seed's own script, keeps their rows, and leaves a column that was changed by hand", async () => {
    const { connection } = await desk(engine);
    await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
    await connection.query('ALTER TABLE users MODIFY password_hash VARCHAR(128) NOT NULL');
    await connection.query(
      "ALTER TABLE user_card_keys MODIFY source ENUM('invitation', 'redeem', 'manual', 'gift') NOT NULL",
    );
    await connection.query("INSERT INTO users (username, password_hash) VALUES ('alice', 'h')");
    const repairs = createRunner({ connection, folder: repairsFolder });
    expect(await repairs.apply({ only: ['R003_wider_columns.sql'] })).toEqual([
      { file: 'R003_wider_columns.sql', done: 1, skipped: 1 },
    ]);
    expect(await columnType(connection, 'users', 'password_hash')).toBe('varchar(255)');
    expect(await columnType(connection, 'user_card_keys', 'source')).toContain('gift');
    expect(await column(connection, 'SELECT password_hash FROM users')).toEqual(['h']);
  });

  test("R003 gives the seed's ENUM its fourth value", async () => {
    const { connection } = await desk(engine);
    await createRunner({ connection, folder: realFolder }).apply({ only: ['0001_site_schema.sql'] });
    await connection.query("ALTER TABLE user_card_keys MODIFY source ENUM('invitation', 'redeem', 'manual') NOT NULL");
    await createRunner({ connection, folder: repairsFolder }).apply({ only: ['R003_wider_columns.sql'] });
    expect(await columnType(connection, 'user_card_keys', 'source')).toContain('promotion_register');
  });
});
