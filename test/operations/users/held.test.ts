/** A change of few users locks their rows and judges them afterwards: it sees what was changed while it waited. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { banned, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, addSession, waiting } from '../fixtures/users.js';

describe.each(engines())('a change to few users on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  /**
   * Starts a call that waits for a user's row, changes something in the transaction that holds the row, and returns the
   * result of the call.
   */
  async function whileItWaits<T>(username: string, begin: () => Promise<T>, meanwhile: string): Promise<T> {
    const { under } = await desk.site.db.transaction(async (tx) => {
      await tx.rows('SELECT id FROM users WHERE username = ? FOR UPDATE', [username]);
      const call = begin();
      // The caller gets the error. This avoids an unhandled rejection if the wait below fails.
      call.catch(() => undefined);
      await waiting(desk.site, 1);
      await tx.run(meanwhile, [username]);
      return { under: call };
    });
    return under;
  }
  const userOf = async (username: string): Promise<unknown> =>
    (await desk.site.db.rows('SELECT banned, tvbox_token FROM users WHERE username = ?', [username]))[0];
  const codeOfUser = async (username: string): Promise<unknown> =>
    (
      await desk.site.db.rows<{ code: string }>('SELECT invitation_code AS code FROM user_points WHERE username = ?', [
        username,
      ])
    )[0]?.code;

  test.each([
    ['token', 'fresh-token', 'UPDATE users SET tvbox_token = NULL WHERE username = ?'],
    ['code', 'fresh-code', "UPDATE user_points SET invitation_code = 'GIVENMEANWHILE01' WHERE username = ?"],
    ['right', 'fresh-owner', "UPDATE users SET role = 'owner' WHERE username = ?"],
  ])('is refused where another %s was given while it waited', async (_, username, meanwhile) => {
    await addPeople(desk.site.db, [{ username, token: 'tok' }]);
    const input = { who: { names: [username] }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    const call = whileItWaits(username, () => desk.call('users.ban', { ...input, fingerprint }), meanwhile);
    expect(await codeOf(call)).toBe('stale_preview');
    expect(await userOf(username)).toMatchObject({ banned: 0 });
    expect(await desk.site.db.rows('SELECT 1 FROM console_bans WHERE username = ?', [username])).toEqual([]);
  });

  test('leaves a code alone that was given while it waited', async () => {
    await addPeople(desk.site.db, [{ username: 'lifted', code: 'CODELIFTED' }]);
    await banned(desk, ['lifted']);
    const who = { names: ['lifted'] };
    const { fingerprint } = await desk.call('users.unban.preview', { who });
    const answer = await whileItWaits(
      'lifted',
      () => desk.call('users.unban', { who, fingerprint }),
      "UPDATE user_points SET invitation_code = 'GIVENMEANWHILE02' WHERE username = ?",
    );
    expect(answer).toMatchObject({ done: true, changed: 1 });
    expect(await codeOfUser('lifted')).toBe('GIVENMEANWHILE02');
  });

  /** Changes only one row, starts a call that has to wait for it, commits, and returns the result of the call. */
  async function besideRow<T>(change: string, values: readonly string[], begin: () => Promise<T>): Promise<T> {
    const { under } = await desk.site.db.transaction(async (tx) => {
      await tx.run(change, values);
      const call = begin();
      call.catch(() => undefined);
      await waiting(desk.site, 1);
      return { under: call };
    });
    return under;
  }

  test('holds the code with the user: one that is given past their row is seen', async () => {
    await addPeople(desk.site.db, [{ username: 'beside', code: 'CODEBESIDE' }]);
    const input = { who: { names: ['beside'] }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    const call = besideRow(
      "UPDATE user_points SET invitation_code = 'GIVENBESIDE' WHERE username = ?",
      ['beside'],
      () => desk.call('users.ban', { ...input, fingerprint }),
    );
    expect(await codeOf(call)).toBe('stale_preview');
    expect(await codeOfUser('beside')).toBe('GIVENBESIDE');
  });

  test('holds the ban with the user: one that is prolonged past their row is seen', async () => {
    await addPeople(desk.site.db, [{ username: 'longer' }]);
    await banned(desk, ['longer']);
    const who = { names: ['longer'] };
    const { fingerprint } = await desk.call('users.unban.preview', { who });
    const call = besideRow("UPDATE console_bans SET expires_at = '2030-01-01' WHERE username = ?", ['longer'], () =>
      desk.call('users.unban', { who, fingerprint }),
    );
    expect(await codeOf(call)).toBe('stale_preview');
    expect(await userOf('longer')).toMatchObject({ banned: 1 });
  });

  // Without a hint, MySQL reads all rows of such a small table.
  test.each([2, 150])('does not wait for the only ban, which is of somebody else: %i users', async (count) => {
    const names = Array.from({ length: count }, (_, at) => `free${String(count)}x${String(at)}`);
    await addPeople(
      desk.site.db,
      [...names, `held${String(count)}`].map((username) => ({ username })),
    );
    await desk.site.db.run('DELETE FROM console_bans');
    await banned(desk, [`held${String(count)}`]);
    await desk.site.db.run('ANALYZE TABLE console_bans, users');
    const input = { who: { names }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    const done = await desk.site.db.transaction(async (tx) => {
      await tx.run('UPDATE console_bans SET note = ? WHERE username = ?', ['held', `held${String(count)}`]);
      return Promise.race([
        desk.call('users.ban', { ...input, fingerprint }),
        waiting(desk.site, 1).then(() => 'it waits'),
      ]);
    });
    expect(done).toMatchObject({ changed: count });
  });

  test('tells the sessions of those who change alone, and changes nobody else who is named', async () => {
    await addPeople(desk.site.db, [
      { username: 'third' },
      { username: 'first', token: 'tok-1' },
      { username: 'second', token: 'tok-2' },
    ]);
    await banned(desk, ['first']);
    await addSession(desk.site, 'first', 'held-1');
    await addSession(desk.site, 'second', 'held-2');
    await addSession(desk.site, 'boss', 'held-3');
    const input = { who: { names: ['second', 'first', 'boss', 'third'] }, reason: 'abuse' as const };
    const preview = await desk.call('users.ban.preview', input);
    expect(preview).toMatchObject({
      matching: 4,
      changed: 2,
      effects: { sessions: 1, tvbox: 1, invitationCodes: 2 },
      skipped: [
        { why: 'self', count: 1, sample: ['boss'] },
        { why: 'already_so', count: 1, sample: ['first'] },
      ],
    });
    // In the order of their ids, not in the order of the input.
    expect(preview.rows.map(({ target }) => target)).toEqual(['third', 'second', 'boss', 'first']);
    const answer = await desk.call('users.ban', { ...input, fingerprint: preview.fingerprint });
    expect(answer).toMatchObject({ done: true, changed: 2, skipped: preview.skipped });
    expect(await userOf('boss')).toMatchObject({ banned: 0 });
    const left = await desk.site.redis.exists(
      ...['held-1', 'held-2', 'held-3'].map((id) => desk.site.keys.of('session', id)),
    );
    expect(left).toBe(2);
  });

  test('confirms of users who are named as they are stored what was shown of them', async () => {
    await addPeople(desk.site.db, [{ username: 'asked' }, { username: 'other' }]);
    const ban = (names: readonly string[]) => ({ who: { names: [...names] }, reason: 'fraud' as const });
    const { fingerprint } = await desk.call('users.ban.preview', ban(['asked']));
    expect(await codeOf(desk.call('users.ban', { ...ban(['other']), fingerprint }))).toBe('stale_preview');
    expect(await codeOf(desk.call('users.ban', { ...ban(['asked', 'other']), fingerprint }))).toBe('stale_preview');
    expect([await userOf('asked'), await userOf('other')]).toMatchObject([{ banned: 0 }, { banned: 0 }]);
    expect(await desk.call('users.ban', { ...ban(['asked']), fingerprint })).toMatchObject({ done: true, changed: 1 });
  });
});
