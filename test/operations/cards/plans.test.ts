import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CardFilter, CardSort } from '../../../electron/contract/cards-list.js';
import { cardsQuery } from '../../../electron/operations/cards/list/list.js';
import type { Part } from '../../../electron/data/mysql/sql.js';
import { engines } from '../../sandbox/database.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';
import { numbers, rowsRead } from '../rows-read.js';

const cards = 200_000;
const about = { tables: true };

describe.each(engines())('pages of 200,000 card keys on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    const { db } = desk.site;
    await addPeople(db, [{ username: 'ann' }]);
    await db.transaction(async (tx) => {
      await tx.run(
        `INSERT INTO card_keys (id, key_hash, plain_key, key_type, status, created_at, expires_at, bound_to, bound_at)
         SELECT x.n + 1, SHA2(x.n, 256), CONCAT('Card', LPAD(x.n, 12, '0')), ELT(1 + x.n % 4, 'year', 'quarter', 'month', 'week'),
           CASE WHEN x.n % 5 < 2 THEN 'used' WHEN x.n % 5 = 2 THEN 'expired' ELSE 'unused' END, UTC_TIMESTAMP() - INTERVAL 1 DAY,
           IF(x.n % 5 = 2, UTC_TIMESTAMP() - INTERVAL 1 + x.n % 300 DAY, UTC_TIMESTAMP() + INTERVAL 1 + x.n % 300 DAY),
           IF(x.n % 5 < 2 AND x.n % 5000 = 0, 'ann', NULL), IF(x.n % 5 < 2, UTC_TIMESTAMP() - INTERVAL x.n % 300 HOUR, NULL)
         FROM ${numbers(6)} x WHERE x.n < ${String(cards)} ORDER BY x.n`,
      );
      await tx.run(
        "INSERT INTO console_card_marks (card_id, key_hash, revoked_at, audit_id) SELECT id, key_hash, UTC_TIMESTAMP(), 1 FROM card_keys WHERE status = 'expired' AND id % 1000 = 3",
      );
      await tx.run(
        `INSERT INTO console_card_ranges (first_id, last_id, batch_id, cards, digest) VALUES (100001, 102000, 1, 2000, REPEAT('a', 64)), (102001, 104000, 1, 2000, REPEAT('b', 64))`,
      );
    });
    await db.rows('ANALYZE TABLE card_keys, console_card_marks');
  });
  afterAll(() => desk.close());

  /** The number of rows that the server read for one page of 50 and the row behind it. */
  const read = async (query: Part): Promise<number> => {
    const answer = await rowsRead(desk.site, query);
    expect(answer.rows).toHaveLength(51);
    return answer.read;
  };

  const page = (filter: CardFilter, sort: CardSort = 'created', last: string | null = null): Promise<Part> => {
    const view = { filter, sort, descending: true };
    const after = last === null ? undefined : cardsQuery.cursorAfter({ id: last }, view);
    return cardsQuery.pageSql({ ...view, limit: 50, after }, { sql: desk.site.db, about });
  };

  test('the first page, a deep one, and those of each filter read little more than they show', async () => {
    for (const filter of [
      {},
      { states: ['unused'] },
      { states: ['used'] },
      { states: ['expired'] },
      { states: ['unused', 'expired'] },
      { types: ['week'] },
      { states: ['unused'], types: ['month', 'year'] },
      { batch: '1' },
      { batch: '1', states: ['unused'] },
      { batch: '1', states: ['expired', 'used'], types: ['week'] },
    ] satisfies CardFilter[])
      expect({ filter, read: await read(await page(filter)) }).toMatchObject({
        read: expect.toSatisfy((rows: number) => rows < 1_500) as number,
      });
    expect(await read(await page({}, 'created', '100000'))).toBeLessThan(1_500);
    expect(await read(await page({ states: ['unused'] }, 'created', '100000'))).toBeLessThan(1_500);
  });

  test('rare cards are found by their own index', async () => {
    expect(await read(await page({ states: ['revoked'] }))).toBeLessThan(cards / 50);
    const mine = await page({ user: 'ann' });
    expect(await desk.site.db.rows(mine.sql, mine.parameters)).toHaveLength(40);
  });
});
