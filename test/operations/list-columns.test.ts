/** The columns of a list in CSV are the fields of its rows: every list of the contract, on a real site. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract } from '../../electron/contract/index.js';
import type { Definition } from '../../electron/contract/operation.js';
import { columnsOf, rowsIn } from '../../electron/terminal/answer/flatten.js';
import { engines } from '../sandbox/database.js';
import { addPeople } from './fixtures/users.js';
import { openTestSite, type TestSite } from './helpers.js';

const lists = Object.entries(contract as Readonly<Record<string, Definition>>).filter(
  ([name]) => name.endsWith('.list') && `${name.slice(0, -'.list'.length)}.count` in contract,
);

test('there are such lists', () => {
  expect(lists.map(([name]) => name)).toContain('users.list');
});

describe.each(engines())('the columns of a list on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, { username: 'member' }]);
    // One change gives every list a row: a card of a user, its batch, and the entry of the audit.
    const input = { who: { names: ['member'] }, type: 'month' as const };
    const { fingerprint } = await desk.call('cards.renew.preview', input);
    await desk.call('cards.renew', { ...input, fingerprint });
  });
  afterAll(() => desk?.close());

  test.each(lists)('%s', async (name, { columns }) => {
    expect(columnsOf(rowsIn(await desk.call(name as 'users.list', {})))).toEqual(columns);
  });
});
