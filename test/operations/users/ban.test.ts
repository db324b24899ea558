import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liftExpiredBans } from '../../../electron/operations/users/index.js';
import { engines } from '../../sandbox/database.js';
import { admin, banned, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, addSession, entryOf, snapshot, waiting } from '../fixtures/users.js';

describe.each(engines())('bans on %s', (engine) => {
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

  test('a ban reaches every place, and its undo brings back exactly what was there', async () => {
    await addPeople(desk.site.db, [
      {
        username: "b:o*b'[1]",
        token: 'tok-1',
        banned: null,
        code: 'CODE1',
        entry: { extra: { z: 1, a: [null] }, banned: false, showAdultContent: true },
      },
      { username: '🐼'.repeat(50), token: null, entry: { tvboxToken: 'only-in-config' } },
      { username: 'absent', token: 'tok-3', entry: null, points: null },
    ]);
    const names = ["b:o*b'[1]", '🐼'.repeat(50), 'absent'];
    const before = await snapshot(desk.site);
    await addSession(desk.site, "b:o*b'[1]", 's1');
    await addSession(desk.site, "b:o*b'[1]", 's2');
    await desk.site.redis.set(desk.site.keys.of('userInfo', "b:o*b'[1]"), '{}');
    await desk.site.redis.set(desk.site.keys.of('adminConfig'), '{}');

    const preview = await desk.call('users.ban.preview', { who: { names }, reason: 'fraud' });
    expect(preview).toMatchObject({
      matching: 3,
      changed: 3,
      asJob: false,
      effects: { sessions: 2, tvbox: 2, invitationCodes: 2 },
    });
    const answer = await desk.call('users.ban', { who: { names }, reason: 'fraud', fingerprint: preview.fingerprint });
    if (!answer.done) throw new Error('became a job');
    const state = Object.fromEntries(
      answer.proof.places.map(({ place, state, count }) => [place, `${state} ${String(count)}`]),
    );
    expect(state).toEqual({
      database: 'done 3',
      config: 'done 3',
      tvbox: 'done 3',
      invitation_code: 'done 2',
      sessions: 'done 2',
      cache: 'done 2',
    });

    const rows = await desk.site.db.rows<{ banned: number; tvbox_token: string | null }>(
      'SELECT banned, tvbox_token FROM users WHERE username IN (?)',
      [names],
    );
    expect(rows).toEqual([
      { banned: 1, tvbox_token: null },
      { banned: 1, tvbox_token: null },
      { banned: 1, tvbox_token: null },
    ]);
    expect(await entryOf(desk.site, "b:o*b'[1]")).toEqual({
      username: "b:o*b'[1]",
      role: 'user',
      extra: { z: 1, a: [null] },
      banned: true,
      showAdultContent: true,
    });
    expect(await entryOf(desk.site, '🐼'.repeat(50))).toMatchObject({ banned: true });
    expect(await entryOf(desk.site, '🐼'.repeat(50))).not.toHaveProperty('tvboxToken');
    expect(await entryOf(desk.site, 'absent')).toMatchObject({
      username: 'absent',
      role: 'user',
      banned: true,
      createdAt: Date.parse('2026-01-01T00:00:00Z'),
    });
    expect(await desk.site.db.rows("SELECT 1 FROM user_points WHERE invitation_code = 'CODE1'")).toEqual([]);
    expect(
      await desk.site.redis.exists(
        desk.site.keys.of('session', 's1'),
        desk.site.keys.of('session', 's2'),
        desk.site.keys.of('adminConfig'),
        desk.site.keys.of('userInfo', "b:o*b'[1]"),
      ),
    ).toBe(0);
    const details = await desk.call('users.get', { username: "B:O*B'[1]" });
    expect(details).toMatchObject({
      username: "b:o*b'[1]",
      banned: true,
      tvbox: 'revoked',
      sessions: 0,
      ban: { reason: 'fraud', by: 'boss', until: null },
    });

    const entry = await desk.call('audit.get', { id: answer.proof.auditId });
    expect(entry).toMatchObject({ operator: 'boss', targets: 3, outcome: 'done', undo: 'possible' });
    expect(JSON.stringify(entry)).not.toContain('tok-1');
    const undoing = await desk.call('audit.undo.preview', { id: answer.proof.auditId });
    expect(undoing).toMatchObject({ changed: 3, effects: { sessions_not_restored: 2 } });
    const undone = await desk.call('audit.undo', { id: answer.proof.auditId, fingerprint: undoing.fingerprint });
    expect(undone).toMatchObject({ done: true, changed: 3 });
    expect(await snapshot(desk.site)).toEqual(before);
    expect(await codeOf(desk.call('audit.undo.preview', { id: answer.proof.auditId }))).toBe('conflict');
    expect(await desk.call('audit.get', { id: answer.proof.auditId })).toMatchObject({ undo: 'undone' });
  });

  test('lifting a ban gives back token and code, where the code is still free', async () => {
    await addPeople(desk.site.db, [
      { username: 'u1', token: 't1', code: 'KEEP1' },
      { username: 'u2', token: 't2', code: 'LOST2' },
      { username: 'thief', code: 'TEMP' },
    ]);
    await banned(desk, ['u1', 'u2']);
    await desk.site.db.run("UPDATE user_points SET invitation_code = 'LOST2' WHERE username = 'thief'");
    const { fingerprint, changed } = await desk.call('users.unban.preview', { who: { names: ['u1', 'u2'] } });
    expect(changed).toBe(2);
    await desk.call('users.unban', { who: { names: ['u1', 'u2'] }, fingerprint });
    const rows = await desk.site.db.rows<{ username: string; invitation_code: string }>(
      "SELECT u.username, u.banned, u.tvbox_token, p.invitation_code FROM users u JOIN user_points p USING (username) WHERE u.username IN ('u1', 'u2') ORDER BY 1",
    );
    expect(rows[0]).toEqual({ username: 'u1', banned: 0, tvbox_token: 't1', invitation_code: 'KEEP1' });
    expect(rows[1]).toMatchObject({ username: 'u2', banned: 0, tvbox_token: 't2' });
    expect(rows[1]?.invitation_code).toMatch(/^[A-Z0-9]{16}$/);
    expect(await entryOf(desk.site, 'u1')).toMatchObject({ tvboxToken: 't1' });
    expect((await entryOf(desk.site, 'u1'))?.['banned'] ?? false).toBe(false);
    expect(await desk.site.db.rows("SELECT 1 FROM console_bans WHERE username IN ('u1', 'u2')")).toEqual([]);
  });

  test('bans end by the clock of the database, in the name of who set them', async () => {
    await addPeople(desk.site.db, [{ username: 'ex1', token: 'ext' }, { username: 'ex2' }]);
    const input = {
      who: { names: ['ex1', 'ex2'] },
      reason: 'abuse' as const,
      until: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const { fingerprint } = await desk.call('users.ban.preview', input, { operator: admin });
    await desk.call('users.ban', { ...input, fingerprint }, { operator: admin });
    expect(await liftExpiredBans(desk.site)).toBe(0);
    await desk.site.db.run(
      "UPDATE console_bans SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE username = 'ex1'",
    );
    expect(await liftExpiredBans(desk.site)).toBe(1);
    expect(
      await desk.site.db.rows(
        "SELECT username, banned, tvbox_token FROM users WHERE username IN ('ex1', 'ex2') ORDER BY 1",
      ),
    ).toEqual([
      { username: 'ex1', banned: 0, tvbox_token: 'ext' },
      { username: 'ex2', banned: 1, tvbox_token: null },
    ]);
    const [entry] = (await desk.call('audit.list', { filter: { target: 'ex1' } })).rows;
    expect(entry).toMatchObject({ operator: 'helper', origin: 'schedule', operation: 'users.unban' });
    expect(await codeOf(desk.call('users.ban.preview', { ...input, until: '2020-01-01T00:00:00Z' }))).toBe(
      'invalid_input',
    );
  });

  test('a ban that is prolonged between the timer’s look and its change is not lifted', async () => {
    await addPeople(desk.site.db, [{ username: 'longer' }, { username: 'over' }]);
    await banned(desk, ['longer', 'over']);
    await desk.site.db.run(
      "UPDATE console_bans SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE username IN ('longer', 'over')",
    );
    const lifting = await desk.site.db.transaction(async (tx) => {
      await tx.rows('SELECT id FROM admin_configs FOR UPDATE');
      const under = liftExpiredBans(desk.site);
      await waiting(desk.site, 1);
      await tx.run("UPDATE console_bans SET expires_at = UTC_TIMESTAMP() + INTERVAL 1 DAY WHERE username = 'longer'");
      return { under };
    });
    expect(await lifting.under).toBe(1);
    expect(
      await desk.site.db.rows("SELECT username, banned FROM users WHERE username IN ('longer', 'over') ORDER BY 1"),
    ).toEqual([
      { username: 'longer', banned: 1 },
      { username: 'over', banned: 0 },
    ]);
  });

  test('a config that cannot be read stops the ban before anything is changed', async () => {
    await addPeople(desk.site.db, [{ username: 'cfg' }]);
    const [kept] = await desk.site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs');
    const input = { who: { names: ['cfg'] }, reason: 'abuse' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    for (const text of ['"a string"', '{"UserConfig":1}', '{"UserConfig":{"Users":{}}}']) {
      await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [text]);
      expect(await codeOf(desk.call('users.ban', { ...input, fingerprint })), text).toBe('unsupported');
    }
    expect(await desk.site.db.rows("SELECT banned FROM users WHERE username = 'cfg'")).toEqual([{ banned: 0 }]);
    await desk.site.db.run("UPDATE admin_configs SET config_value = '{}'");
    await desk.call('users.ban', { ...input, fingerprint });
    expect(await entryOf(desk.site, 'cfg')).toMatchObject({ banned: true });
    // A site that has not stored a config yet.
    await desk.site.db.run('DELETE FROM admin_configs');
    await addPeople(desk.site.db, [{ username: 'cfg2' }]);
    await banned(desk, ['cfg2']);
    expect(await entryOf(desk.site, 'cfg2')).toMatchObject({ banned: true });
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [kept?.config_value ?? '{}']);
  });
});
