/** A change of users or cards that no longer exist: it is confirmed, changes nothing, and ends normally. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationName } from '../../electron/contract/index.js';
import { engines } from '../sandbox/database.js';
import { call } from './confirming.js';
import { openTestSite, type TestSite } from './helpers.js';
import { addPeople } from './fixtures/users.js';

const nobody = { who: { names: ['nobody', 'nobody2'] } };
const nothing = { who: { ids: ['999999999'] } };

const changes: readonly (readonly [operation: OperationName, input: Readonly<Record<string, unknown>>])[] = [
  ['users.ban', { ...nobody, reason: 'fraud' }],
  ['users.unban', nobody],
  ['users.role', { ...nobody, role: 'admin' }],
  ['users.tag', { ...nobody, add: ['x'], remove: [] }],
  ['users.apis', { ...nobody, apis: ['x'] }],
  ['users.delete', nobody],
  ['cards.renew', { ...nobody, type: 'month' }],
  ['cards.bind', { pairs: [{ card: { id: '999999999' }, username: 'nobody' }] }],
  ['cards.unbind', { ...nothing, afterwards: 'stock' }],
  ['cards.revoke', { ...nothing, boundToo: true }],
  ['cards.reissue', nothing],
];

describe.each(engines())('of nobody on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  test.each(changes)('%s changes nothing', async (operation, input) => {
    const { fingerprint } = await call(desk, `${operation}.preview`, input);
    expect(await call(desk, operation, { ...input, fingerprint })).toMatchObject({ done: true, changed: 0 });
  });
});
