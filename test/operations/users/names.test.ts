import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OtherName } from '../../../electron/contract/common.js';
import { Refusal } from '../../../electron/contract/errors.js';
import type { Input, OperationName } from '../../../electron/contract/index.js';
import { differs, resolveNames } from '../../../electron/operations/users/names.js';
import { confirm } from '../../../electron/terminal/confirm.js';
import { engines } from '../../sandbox/database.js';
import { addStock } from '../fixtures/cards.js';
import { codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople } from '../fixtures/users.js';

const none = undefined;
/** Stored names, each with another spelling that the column's collation treats as equal. */
const sushi: OtherName = { typed: '🍺lover', stored: '🍣lover' };
const accent: OtherName = { typed: 'Jose', stored: 'José' };
const wide: OtherName = { typed: 'Ｂｏｂ', stored: 'Bob' };

describe('two names', () => {
  test.each([
    ['Bob', 'bob', false],
    ['bob  ', 'Bob', false],
    ['ÉLAN', 'élan', false],
    ['ΟΔΟΣ', 'οδοσ', false],
    ['🍺lover', '🍣lover', true],
    ['Jose', 'José', true],
    ['Ｂｏｂ', 'Bob', true],
    ['strasse', 'straße', true],
    ['Jose\u0301', 'José', true],
    [' bob', 'bob', true],
  ])('%s and %s differ by more than case and trailing blanks: %s', (typed, stored, expected) => {
    expect(differs(typed, stored)).toBe(expected);
  });
});

describe.each(engines())('names that mean somebody called otherwise on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());
  beforeEach(async () => {
    await desk.site.db.run("DELETE FROM users WHERE role <> 'owner'");
    await addPeople(desk.site.db, [
      { username: '🍣lover' },
      { username: 'José' },
      { username: 'Bob' },
      { username: 'lin' },
    ]);
  });

  const ban = (names: readonly string[], except?: readonly string[]) => ({
    who: { names: [...names], ...(except === undefined ? {} : { except: [...except] }) },
    reason: 'abuse' as const,
  });

  test('are told in the preview, each by its row; those that differ by case and blanks are not', async () => {
    const preview = await desk.call('users.ban.preview', ban([sushi.typed, 'JOSÉ ', 'bob', 'lin', 'nobody']));
    expect(preview).toMatchObject({ changed: 4, otherNames: { count: 1, sample: [sushi] } });
    expect(preview.rows.map(({ target, detail }) => [target, detail['asked']])).toEqual(
      expect.arrayContaining([
        ['🍣lover', '🍺lover'],
        ['José', none],
        ['Bob', none],
        ['lin', none],
      ]),
    );
    expect(await desk.call('users.ban.preview', ban(['🍣LOVER', 'José', 'bob  ']))).not.toHaveProperty('otherNames');
  });

  test('are told where they take somebody out, and where the one who is meant was named as well', async () => {
    expect(await desk.call('users.ban.preview', ban(['🍣lover', 'lin'], [sushi.typed]))).toMatchObject({
      changed: 1,
      otherNames: { count: 1, sample: [sushi] },
    });
    const filtered = { who: { filter: {}, except: [accent.typed] }, reason: 'abuse' as const };
    expect(await desk.call('users.ban.preview', filtered)).toMatchObject({
      otherNames: { count: 1, sample: [accent] },
    });
    expect(await desk.call('users.ban.preview', ban(['🍣lover', sushi.typed]))).toMatchObject({
      changed: 1,
      otherNames: { count: 1, sample: [sushi] },
    });
  });

  test('mean the one who is called so, where there is one', async () => {
    await addPeople(desk.site.db, [{ username: 'jose2' }]);
    const { found, others } = await resolveNames(desk.site.db, ['José', 'Jose', 'jose2']);
    expect([...found.values()]).toEqual(['José', 'jose2']);
    expect(others).toEqual([accent]);
  });

  const previews: readonly (readonly [OperationName, object])[] = [
    ['users.unban.preview', {}],
    ['users.role.preview', { role: 'admin' }],
    ['users.tag.preview', { add: ['x'] }],
    ['users.apis.preview', { apis: ['x'] }],
    ['users.delete.preview', {}],
    ['cards.renew.preview', { type: 'month' }],
  ];
  test.each(previews)('are told by %s', async (operation, more) => {
    const input = { who: { names: [wide.typed, 'lin'] }, ...more };
    const preview = await desk.call(operation as 'users.role.preview', input as Input<'users.role.preview'>);
    expect(preview.otherNames).toEqual({ count: 1, sample: [wide] });
  });

  test('are told by the previews of issuing and binding', async () => {
    const issue = await desk.call('cards.issue.preview', {
      type: 'month',
      assign: { names: [sushi.typed, 'lin'] },
    });
    expect(issue).toMatchObject({ count: 2, otherNames: { count: 1, sample: [sushi] } });
    const [one, two] = await addStock(desk, 2);
    const pairs = [
      { card: { id: one?.id ?? '' }, username: accent.typed },
      { card: { id: two?.id ?? '' }, username: 'LIN' },
    ];
    const preview = await desk.call('cards.bind.preview', { pairs });
    expect(preview).toMatchObject({ changed: 2, otherNames: { count: 1, sample: [accent] } });
    expect(preview.rows.map(({ detail }) => [detail['user'], detail['asked']])).toEqual([
      ['José', 'Jose'],
      ['lin', none],
    ]);
  });

  test('have no password reset by a name of theirs that is not theirs', async () => {
    const hash = async (): Promise<string | undefined> =>
      (
        await desk.site.db.rows<{ password_hash: string }>("SELECT password_hash FROM users WHERE username = '🍣lover'")
      )[0]?.password_hash;
    const before = await hash();
    expect(await codeOf(desk.call('users.password', { username: sushi.typed, password: 'changed' }))).toBe('conflict');
    expect(await hash()).toBe(before);
    await desk.call('users.password', { username: '🍣LOVER ', password: 'changed' });
    expect(await hash()).not.toBe(before);
  });

  test('are not confirmed by a terminal: nothing is done, and the list is told', async () => {
    const session = {
      send: (operation: OperationName, input: unknown) =>
        desk.call(operation as 'users.ban.preview', input as Input<'users.ban.preview'>),
    };
    const refused: unknown = await confirm(session, 'users.ban', ban([sushi.typed, 'lin'])).catch(
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(Refusal);
    expect(refused).toMatchObject({ code: 'conflict', details: { otherNames: [sushi] } });
    expect((refused as Refusal).hint?.zh).toContain('🍺lover → 🍣lover');
    const { input, said } = await confirm(session, 'users.ban', ban(['🍣Lover', 'lin']));
    expect(input).toMatchObject({ fingerprint: expect.stringMatching(/^[0-9a-f]{16,64}$/) as string });
    expect(said?.en).toBe('Preview: Ban users: 2 / 2');
    expect(await desk.call('users.ban', input as Input<'users.ban'>)).toMatchObject({ changed: 2 });
  });
});
