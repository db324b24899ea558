/** `-y` says how much a preview shows, whatever it shows: every operation with a preview, on a real site. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract, type OperationName } from '../../electron/contract/index.js';
import { confirm } from '../../electron/terminal/confirm.js';
import { engines } from '../sandbox/database.js';
import { type Asked, cases } from './confirming.js';
import { openTestSite, type TestSite } from './helpers.js';
import { addPeople } from './fixtures/users.js';

/** Where there is nobody yet. */
const firstOwner = { username: 'first_one', password: 'longenough1' };

const others: readonly (readonly [operation: OperationName, input: Asked, says: string])[] = [
  ['config.move', { to: 'rows' }, ': 1'],
  ['config.restore', {}, ': 0'],
  ['connections.migrate', {}, ': migrations to run: none'],
];

test('every preview of the contract is asked for here', () => {
  const previewed = Object.keys(contract).flatMap((name) => (name.endsWith('.preview') ? [name.slice(0, -8)] : []));
  const asked = ['session.firstOwner', ...others.map(([name]) => name), ...cases.map(({ operation }) => operation)];
  expect([...asked].sort()).toEqual(previewed.sort());
});

describe.each(engines())('the size of a preview on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
  });
  afterAll(() => desk?.close());

  const said = async (operation: OperationName, input: Asked): Promise<readonly [zh: string, en: string]> => {
    const send = (asked: OperationName, given: unknown): Promise<unknown> =>
      desk.call(asked as 'users.ban.preview', given as never);
    const { input: confirmed, said: words } = await confirm({ send }, operation, input);
    expect(confirmed).toMatchObject({ fingerprint: expect.any(String) as unknown });
    return [words?.zh ?? '', words?.en ?? ''];
  };

  test('session.firstOwner', async () => {
    const send = (asked: OperationName, given: unknown): Promise<unknown> =>
      desk.console.ask(asked as 'session.firstOwner.preview', given as never);
    const { said: words } = await confirm({ send }, 'session.firstOwner', firstOwner);
    expect(words?.en).toMatch(/: first_one; users there: 0; migrations to run: none$/);
    expect(words?.zh).toMatch(/：first_one；现有用户 0；要执行的迁移：无$/);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });

  test.each(others)('%s', async (operation, input, says) => {
    const [zh, en] = await said(operation, input);
    expect(en.endsWith(says), en).toBe(true);
    expect(zh).toMatch(/：\d+$|：无$/);
  });

  test.each(cases)('$operation', async ({ operation, prepare }) => {
    const [zh, en] = await said(operation, await prepare(desk));
    expect(en).toMatch(operation === 'cards.issue' ? /: 3$/ : /: [1-9]\d* \/ [1-9]\d*$/);
    expect(zh.split('：').at(-1)).toBe(en.split(': ').at(-1));
  });
});
