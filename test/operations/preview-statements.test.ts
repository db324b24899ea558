import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { moveEntriesIn } from '../../electron/data/config/move-site.js';
import type { OperationName } from '../../electron/contract/index.js';
import { engines } from '../sandbox/database.js';
import { addStock } from './fixtures/cards.js';
import { call } from './confirming.js';
import { openTestSite, type TestSite } from './helpers.js';
import { addPeople } from './fixtures/users.js';

/** The tables of the site's config that a change of users may write. */
const tables = ['admin_configs', 'console_config_entries', 'console_config_changes'] as const;

interface Change {
  readonly operation: OperationName;
  readonly input: (names: readonly string[], cards: readonly string[]) => Readonly<Record<string, unknown>>;
}

const who = (names: readonly string[]): object => ({ who: { names } });
const held = (_: readonly string[], cards: readonly string[]): object => ({ who: { ids: cards } });

/** In this order, each change has something to do for both users. Both cards of the second pair are bound before. */
const changes: readonly Change[] = [
  { operation: 'users.ban', input: (names) => ({ ...who(names), reason: 'other' }) },
  { operation: 'users.unban', input: (names) => ({ ...who(names) }) },
  { operation: 'users.role', input: (names) => ({ ...who(names), role: 'admin' }) },
  { operation: 'users.tag', input: (names) => ({ ...who(names), add: ['x'], remove: [] }) },
  { operation: 'users.apis', input: (names) => ({ ...who(names), apis: ['a'] }) },
  {
    operation: 'cards.bind',
    input: (names, cards) => ({ pairs: names.map((user, at) => ({ username: user, card: { id: cards[at] } })) }),
  },
  { operation: 'cards.unbind', input: (...given) => ({ ...held(...given), afterwards: 'stock' }) },
  { operation: 'cards.renew', input: (names) => ({ ...who(names), type: 'month' }) },
  {
    operation: 'cards.bind',
    input: (names, cards) => ({ pairs: names.map((user, at) => ({ username: user, card: { id: cards[at] } })) }),
  },
  { operation: 'cards.revoke', input: (...given) => ({ ...held(...given), boundToo: true }) },
  { operation: 'users.delete', input: (names) => ({ ...who(names) }) },
];

describe.each(engines())('the statements that a preview shows, on %s', (engine) => {
  describe.each(['json', 'rows'] as const)('with the entries of the config in %s', (mode) => {
    let desk: TestSite;
    const names = ['ann', 'bob'];
    let cards: readonly string[];
    beforeAll(async () => {
      desk = await openTestSite(engine);
      // One user has an entry that differs from the columns, the other has none.
      await addPeople(desk.site.db, [
        { username: 'boss', role: 'owner' },
        { username: 'ann', tags: '["y"]', entry: { tags: ['z'], cardKey: null } },
        { username: 'bob', entry: null },
      ]);
      cards = (await addStock(desk, 2)).map(({ id }) => id);
      if (mode === 'rows') await moveEntriesIn(desk.site, { by: 'boss' });
    });
    afterAll(() => desk?.close());

    const contents = async (): Promise<Map<string, string>> => {
      const rows = await desk.site.db.rows<{ Table: string; Checksum: string | number | null }>(
        `CHECKSUM TABLE ${tables.join(', ')}`,
      );
      return new Map(rows.map(({ Table: table, Checksum: sum }) => [table.split('.').at(-1) ?? '', String(sum)]));
    };

    test.each(changes)('name the tables of the config that $operation writes', async ({ operation, input }) => {
      const asked = input(names, cards);
      const preview = await desk.call(`${operation}.preview` as 'users.ban.preview', asked as never);
      const named = tables.filter((table) => preview.sql.some((sql) => sql.includes(table)));
      const before = await contents();
      expect(preview.changed).toBe(2);
      await call(desk, operation, { ...asked, fingerprint: preview.fingerprint });
      const after = await contents();
      const written = tables.filter((table) => before.get(table) !== after.get(table));
      expect(named).toEqual(mode === 'json' ? ['admin_configs'] : ['console_config_entries', 'console_config_changes']);
      // If an entry follows its columns, there may be nothing to write in it.
      expect(written.filter((table) => table !== 'console_config_entries')).toEqual(
        named.filter((table) => table !== 'console_config_entries'),
      );
      expect(named).toEqual(expect.arrayContaining(written));
    });
  });
});
