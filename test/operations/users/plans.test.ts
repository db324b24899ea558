import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inRoot } from '../../../build/lib/paths.mjs';
import type { UserFilter, UserSort } from '../../../electron/contract/users.js';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { connectionOptions } from '../../../electron/data/mysql/database.js';
import type { Part } from '../../../electron/data/mysql/sql.js';
import { usersQuery } from '../../../electron/operations/users/list.js';
import { engines } from '../../sandbox/database.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { numbers, rowsRead } from '../rows-read.js';

interface Row {
  readonly id: number;
  readonly username: string;
  readonly created_at: string | null;
  readonly last_login_at: string | null;
  readonly balance: number | null;
}

/** The most rows that the server may read for a page of 50. Each user needs their points, sign-ins and cards. */
const most = 1_000;

describe.each(engines())('pages of 100,000 users on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    const { db, config } = desk.site;
    await createRunner({
      connection: () => createConnection(connectionOptions(config.mysql)),
      folder: inRoot('migrations', 'repairs'),
    }).apply({ only: ['R001_list_indexes.sql'] });
    await db.transaction(async (tx) => {
      await tx.run(
        `INSERT INTO users (username, password_hash, role, banned, tags, created_at)
         SELECT CONCAT('user', LPAD(x.n, 6, '0')), REPEAT('a', 64), IF(x.n % 10000 = 7, 'admin', 'user'), x.n % 1000 = 3, '[]',
           UTC_TIMESTAMP() - INTERVAL x.n MINUTE FROM ${numbers(5)} x ORDER BY x.n`,
      );
      await tx.run(
        `INSERT INTO user_points (username, invitation_code, balance, total_earned)
         SELECT username, CONCAT('C', id), id % 5000, id % 5000 FROM users`,
      );
      await tx.run(
        `INSERT INTO user_login_stats (username, login_count, last_login_at)
         SELECT username, 1, UTC_TIMESTAMP() - INTERVAL id SECOND FROM users WHERE id % 3 = 0`,
      );
    });
    await db.rows('ANALYZE TABLE users, user_points, user_login_stats, card_keys, user_card_keys');
  });
  afterAll(() => desk.close());

  interface Look {
    readonly filter: UserFilter;
    readonly sort: UserSort;
    readonly descending: boolean;
  }

  const page = (view: Look, after?: string): Promise<Part> =>
    usersQuery.pageSql({ ...view, limit: 50, after }, { sql: desk.site.db, about: undefined });

  const sorts: readonly UserSort[] = ['created', 'username', 'lastLogin', 'points'];
  const looks = sorts.flatMap((sort) => [true, false].map((descending): Look => ({ filter: {}, sort, descending })));

  test.each(looks)('$sort, descending: $descending, the first page and a deep one', async (view) => {
    const first = await rowsRead<Row>(desk.site, await page(view));
    expect(first.rows).toHaveLength(51);
    expect(first.read).toBeLessThan(most);
    const value = {
      created: 'u.created_at',
      username: 'u.username',
      lastLogin: 'l.last_login_at',
      points: 'p.balance',
    };
    const [middle] = await desk.site.db.rows<Row>(
      `SELECT u.id, u.username, u.created_at, l.last_login_at, p.balance FROM users u JOIN user_points p ON p.username = u.username
       JOIN user_login_stats l ON l.username = u.username ORDER BY ${value[view.sort]} LIMIT 16000, 1`,
    );
    if (middle === undefined) throw new Error('There are fewer users than were made.');
    const deep = await rowsRead<Row>(desk.site, await page(view, usersQuery.cursorAfter(middle, view)));
    expect(deep.rows).toHaveLength(51);
    expect(deep.read).toBeLessThan(most);
  });

  test.each([
    { state: 'banned' },
    { state: 'active' },
    { roles: ['admin'] },
    { createdFrom: '2026-01-01T00:00:00Z' },
    { neverSignedIn: true },
    { pointsMin: 4_990 },
    { pointsMin: 10, pointsMax: 20 },
  ] satisfies UserFilter[])('the first page of those that %o matches, in each order', async (filter) => {
    for (const sort of sorts) {
      const { read } = await rowsRead<Row>(desk.site, await page({ filter, sort, descending: true }));
      expect({ sort, read }).toMatchObject({ read: expect.toSatisfy((rows: number) => rows < 2 * most) as number });
    }
  });

  // In the other orders the server takes everybody who signed in since and sorts them.
  test('those who signed in since a day, in the order of their sign-in', async () => {
    const filter = { lastLoginFrom: '2026-01-01T00:00:00Z' };
    const { read } = await rowsRead<Row>(desk.site, await page({ filter, sort: 'lastLogin', descending: true }));
    expect(read).toBeLessThan(most);
  });
});
