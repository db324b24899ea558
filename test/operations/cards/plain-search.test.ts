import { createConnection } from 'mysql2/promise';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { part } from '../../../electron/data/mysql/sql.js';
import { searchBeginnings, searchPlain } from '../../../electron/operations/cards/plain-search.js';
import { engines } from '../../sandbox/database.js';
import { rowsRead } from '../rows-read.js';
import { addTestCards } from '../fixtures/card-files.js';
import { openTestSite, type TestSite } from '../helpers.js';

describe.each(engines())('searching the text of keys on %s', (engine) => {
  let desk: TestSite;
  let ids: readonly string[];
  beforeAll(async () => {
    desk = await openTestSite(engine);
    ids = await addTestCards(desk, [
      { key: 'ABCD-0000-0000-0001' },
      { key: 'abcd-0000-0000-0001' },
      { key: 'OTHER-000-0000-0002' },
      { key: 'OTHER-SHORT' },
      ...Array.from({ length: 300 }, (_, at) => ({ key: `FILL-0000-0000-${String(at).padStart(4, '0')}` })),
    ]);
  });
  afterAll(() => desk.close());

  test('reads no table that is too large, counts no further than it must, and says so', async () => {
    const { db } = desk.site;
    expect(await searchPlain(db, ['abcd-0000-0000-0001'], 303)).toBeNull();
    expect(await searchBeginnings(db, [{ text: 'OTHE' }], 21, 303)).toBeNull();
    expect(await searchBeginnings(db, [{ text: 'OTHE' }], 21, 304)).toEqual([ids[2]]);
    // Behind these, so few symbols are unknown that all could be tried.
    expect(await searchBeginnings(db, [{ text: 'OTHER' }, { text: 'OTHER-000-0' }], 21, 304)).toEqual([]);
    expect(await searchBeginnings(db, [{ text: 'OTHE', widths: [16] }], 21, 304)).toEqual([]);
    const found = await searchPlain(db, ['ABCD-0000-0000-0001', 'nothing-of-this-site'], 304);
    expect([...(found?.keys() ?? [])]).toEqual(['abcd-0000-0000-0001']);
    expect(new Set(found?.get('abcd-0000-0000-0001'))).toEqual(new Set([ids[0], ids[1]]));
  });

  test('with repair R005 goes by the index, however large the table is', async () => {
    const { db, config } = desk.site;
    const { host, port, user, password, database } = config.mysql;
    const connection = await createConnection({ host, port, user, password, database, dateStrings: true });
    const folder = fileURLToPath(new URL('../../../migrations/repairs', import.meta.url));
    await createRunner({ connection, folder }).apply({ only: ['R005_key_index.sql'] });
    await connection.end();
    await db.run('ANALYZE TABLE card_keys');
    expect(await searchBeginnings(db, [{ text: 'othe' }], 21, 1)).toEqual([ids[2]]);
    expect((await searchPlain(db, ['other-short'], 1))?.get('other-short')).toEqual([ids[3]]);
    for (const condition of ["plain_key LIKE 'OTHER%'", "plain_key IN ('abcd-0000-0000-0001', 'x')"]) {
      const { read } = await rowsRead(desk.site, part(`SELECT id FROM card_keys WHERE ${condition} LIMIT 21`));
      expect(read, condition).toBeLessThan(10);
    }
  });
});
