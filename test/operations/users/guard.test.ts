import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { admin, codeOf, openTestSite, owner, type TestSite } from '../helpers.js';
import { addPeople, snapshot } from '../fixtures/users.js';

describe.each(engines())('what guards a change on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'helper', role: 'admin' },
      { username: 'other', role: 'admin' },
    ]);
  });
  afterAll(() => desk.close());

  test('nobody harms the owner, themselves or, as an admin, another admin', async () => {
    await addPeople(desk.site.db, [{ username: 'plain' }]);
    const who = { names: ['boss', 'helper', 'other', 'plain', 'nobody', 'PLAIN'] };
    const asAdmin = await desk.call('users.ban.preview', { who, reason: 'other' }, { operator: admin });
    expect(Object.fromEntries(asAdmin.skipped.map(({ why, sample }) => [why, sample]))).toEqual({
      owner: ['boss'],
      self: ['helper'],
      higher_role: ['other'],
      unknown: ['nobody'],
      duplicate: ['PLAIN'],
    });
    expect(asAdmin).toMatchObject({ matching: 6, changed: 1 });
    const asOwner = await desk.call('users.ban.preview', { who, reason: 'other' }, { operator: owner });
    expect(
      asOwner.rows
        .filter((row) => row.outcome === 'changed')
        .map((row) => row.target)
        .sort(),
    ).toEqual(['helper', 'other', 'plain']);
    expect(
      await codeOf(desk.call('users.password', { username: 'other', password: 'long enough' }, { operator: admin })),
    ).toBe('forbidden');
  });

  test('a set that is another by now is refused, and nothing happens', async () => {
    await addPeople(desk.site.db, [{ username: 'st1' }, { username: 'st2' }]);
    const input = { who: { filter: { search: 'st' } }, reason: 'abuse' as const };
    const { fingerprint, changed } = await desk.call('users.ban.preview', input);
    expect(changed).toBe(2);
    await addPeople(desk.site.db, [{ username: 'st3' }]);
    const before = await snapshot(desk.site);
    expect(await codeOf(desk.call('users.ban', { ...input, fingerprint }))).toBe('stale_preview');
    expect(await snapshot(desk.site)).toEqual(before);
  });

  test('the same key does it once and answers the same; for something else it is refused', async () => {
    await addPeople(desk.site.db, [{ username: 'idem1' }, { username: 'idem2' }]);
    const input = { who: { names: ['idem1'] }, reason: 'abuse' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    const key = `key-${engine}-0001`;
    const first = await desk.call('users.ban', { ...input, fingerprint }, { key });
    const second = await desk.call('users.ban', { ...input, fingerprint }, { key });
    expect(second).toEqual(first);
    expect(
      await codeOf(desk.call('users.ban', { who: { names: ['idem2'] }, reason: 'abuse', fingerprint }, { key })),
    ).toBe('conflict');
    const audits = await desk.call('audit.list', { filter: { target: 'idem1' } });
    expect(audits.rows).toHaveLength(1);
    expect((await desk.call('audit.list', { filter: { target: 'idem2' } })).rows).toEqual([]);
  });
});
