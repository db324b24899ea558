import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../../electron/data/mysql/connect.js';
import { Database } from '../../electron/data/mysql/database.js';
import { engines } from '../sandbox/database.js';
import { startHostile, type HostileServer } from '../sandbox/hostile.js';
import type { SqlEndpoint } from '../sandbox/types.js';
import { cardsCore, openCore, sessionCore, storageCore, usersCore } from './core.js';
import type { TestSite } from './helpers.js';

describe.each(engines())('a %s that hands out settings of its own', (engine) => {
  let server: HostileServer;
  let mysql: SqlEndpoint & { readonly database: string };
  let desk: TestSite;
  beforeAll(async () => {
    server = await startHostile(engine);
    mysql = await server.database();
  });
  afterAll(async () => {
    await desk?.close();
    await server?.kill();
  });

  test('has no say in the sessions of the pool, nor in those of single connections', async () => {
    const looks = `SELECT @@autocommit AS ac, @@sql_select_limit AS sl, @@sql_big_selects AS bs, @@sql_safe_updates AS su, @@sql_auto_is_null AS an,
      @@foreign_key_checks AS fk, @@unique_checks AS uc, @@max_sort_length AS ms, @@time_zone AS tz, @@completion_type AS ct, @@sql_mode AS sm,
      @@collation_connection AS cc, @@character_set_client AS cs, @@character_set_results AS cr,
      ${engine === 'mysql' ? '@@transaction_isolation AS ti, @@transaction_read_only AS ro, @@max_execution_time AS mt' : '@@tx_isolation AS ti, @@tx_read_only AS ro, @@max_statement_time AS mt'}`;
    const pinned = {
      ac: '1',
      sl: '18446744073709551615',
      bs: '1',
      su: '0',
      an: '0',
      fk: '1',
      uc: '1',
      ms: '1024',
      tz: '+00:00',
      ct: 'NO_CHAIN',
      sm: 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      cc: 'utf8mb4_unicode_ci',
      cs: 'utf8mb4',
      cr: 'utf8mb4',
      ti: 'READ-COMMITTED',
      ro: '0',
      mt: '0',
    };
    const db = new Database({ ...mysql, poolSize: 3 });
    const single = await connect(mysql);
    try {
      const rows = (await Promise.all([1, 2, 3].map(() => db.rows<Record<string, unknown>>(looks)))).flat();
      const [more] = await single.query(looks);
      // The engines return numbers in different types.
      const said = (row: Record<string, unknown>): Record<string, string> =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value).replace(/\.0+$/, '')]));
      for (const row of [...rows, ...(more as Record<string, unknown>[])]) expect(said(row)).toEqual(pinned);
    } finally {
      single.destroy();
      await db.close();
    }
  });

  test('has the first owner, migrations, signing in, and keeps refused attempts', () =>
    expect(sessionCore(mysql)).resolves.toBeUndefined());

  test('has users listed, banned, deleted and taken back, as many as were previewed', async () => {
    desk = await openCore(mysql);
    await expect(usersCore(desk)).resolves.toBeUndefined();
  });

  test('has cards issued, bound, renewed, revoked, exported, imported and rolled back', () =>
    expect(cardsCore(desk)).resolves.toBeUndefined());

  test('serves the site’s storage', () => expect(storageCore(mysql)).resolves.toBeUndefined());
});
