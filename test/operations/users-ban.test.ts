import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import { liftExpiredBans } from '../../electron/operations/users/index.js';
import { engines } from '../sandbox/database.js';
import { admin, openTestSite, owner, type TestSite } from './helpers.js';
import { addPeople, addSession, entryOf, snapshot } from './people.js';

async function code(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  return error instanceof Refusal ? error.code : `no refusal: ${String(error)}`;
}

describe.each(engines())('bans on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' }, { username: 'helper', role: 'admin' }, { username: 'other', role: 'admin' },
    ]);
  });
  afterAll(() => desk.close());

  async function banned(names: string[], options = {}): Promise<string> {
    const input = { who: { names }, reason: 'fraud' as const, note: 'ring' };
    const { fingerprint } = await desk.call('users.ban.preview', input, options);
    const answer = await desk.call('users.ban', { ...input, fingerprint }, options);
    if (!answer.done) throw new Error('became a job');
    return answer.proof.auditId;
  }

  test('a ban reaches every place, and its undo brings back exactly what was there', async () => {
    await addPeople(desk.site.db, [
      { username: "b:o*b'[1]", token: 'tok-1', banned: null, code: 'CODE1', entry: { extra: { z: 1, a: [null] }, banned: false, showAdultContent: true } },
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
    expect(preview).toMatchObject({ matching: 3, changed: 3, asJob: false, effects: { sessions: 2, tvbox: 2, invitationCodes: 2 } });
    const answer = await desk.call('users.ban', { who: { names }, reason: 'fraud', fingerprint: preview.fingerprint });
    if (!answer.done) throw new Error('became a job');
    const state = Object.fromEntries(answer.proof.places.map(({ place, state, count }) => [place, `${state} ${String(count)}`]));
    expect(state).toEqual({ database: 'done 3', config: 'done 3', tvbox: 'done 3', invitation_code: 'done 2', sessions: 'done 2', cache: 'done 2' });

    const rows = await desk.site.db.rows<{ banned: number; tvbox_token: string | null }>('SELECT banned, tvbox_token FROM users WHERE username IN (?)', [names]);
    expect(rows).toEqual([{ banned: 1, tvbox_token: null }, { banned: 1, tvbox_token: null }, { banned: 1, tvbox_token: null }]);
    expect(await entryOf(desk.site, "b:o*b'[1]")).toEqual({ username: "b:o*b'[1]", role: 'user', extra: { z: 1, a: [null] }, banned: true, showAdultContent: true });
    expect(await entryOf(desk.site, '🐼'.repeat(50))).toMatchObject({ banned: true });
    expect(await entryOf(desk.site, '🐼'.repeat(50))).not.toHaveProperty('tvboxToken');
    expect(await entryOf(desk.site, 'absent')).toMatchObject({ username: 'absent', role: 'user', banned: true, createdAt: Date.parse('2026-01-01T00:00:00Z') });
    expect(await desk.site.db.rows("SELECT 1 FROM user_points WHERE invitation_code = 'CODE1'")).toEqual([]);
    expect(await desk.site.redis.exists(desk.site.keys.of('session', 's1'), desk.site.keys.of('session', 's2'), desk.site.keys.of('adminConfig'), desk.site.keys.of('userInfo', "b:o*b'[1]"))).toBe(0);
    const details = await desk.call('users.get', { username: "B:O*B'[1]" });
    expect(details).toMatchObject({ username: "b:o*b'[1]", banned: true, tvbox: 'revoked', sessions: 0, ban: { reason: 'fraud', by: 'boss', until: null } });

    const entry = await desk.call('audit.get', { id: answer.proof.auditId });
    expect(entry).toMatchObject({ operator: 'boss', targets: 3, outcome: 'done', undo: 'possible' });
    expect(JSON.stringify(entry)).not.toContain('tok-1');
    const undoing = await desk.call('audit.undo.preview', { id: answer.proof.auditId });
    expect(undoing).toMatchObject({ changed: 3, effects: { sessions_not_restored: 2 } });
    const undone = await desk.call('audit.undo', { id: answer.proof.auditId, fingerprint: undoing.fingerprint });
    expect(undone).toMatchObject({ done: true, changed: 3 });
    expect(await snapshot(desk.site)).toEqual(before);
    expect(await code(desk.call('audit.undo.preview', { id: answer.proof.auditId }))).toBe('conflict');
    expect(await desk.call('audit.get', { id: answer.proof.auditId })).toMatchObject({ undo: 'undone' });
  });

  test('lifting a ban gives back token and code, where the code is still free', async () => {
    await addPeople(desk.site.db, [{ username: 'u1', token: 't1', code: 'KEEP1' }, { username: 'u2', token: 't2', code: 'LOST2' }, { username: 'thief', code: 'TEMP' }]);
    await banned(['u1', 'u2']);
    await desk.site.db.run("UPDATE user_points SET invitation_code = 'LOST2' WHERE username = 'thief'");
    const { fingerprint, changed } = await desk.call('users.unban.preview', { who: { names: ['u1', 'u2'] } });
    expect(changed).toBe(2);
    await desk.call('users.unban', { who: { names: ['u1', 'u2'] }, fingerprint });
    const rows = await desk.site.db.rows<{ username: string; invitation_code: string }>("SELECT u.username, u.banned, u.tvbox_token, p.invitation_code FROM users u JOIN user_points p USING (username) WHERE u.username IN ('u1', 'u2') ORDER BY 1");
    expect(rows[0]).toEqual({ username: 'u1', banned: 0, tvbox_token: 't1', invitation_code: 'KEEP1' });
    expect(rows[1]).toMatchObject({ username: 'u2', banned: 0, tvbox_token: 't2' });
    expect(rows[1]?.invitation_code).toMatch(/^[A-Z0-9]{20}$/);
    expect(await entryOf(desk.site, 'u1')).toMatchObject({ tvboxToken: 't1' });
    expect((await entryOf(desk.site, 'u1'))?.['banned'] ?? false).toBe(false);
    expect(await desk.site.db.rows("SELECT 1 FROM console_bans WHERE username IN ('u1', 'u2')")).toEqual([]);
  });

  test('nobody harms the owner, themselves or, as an admin, another admin', async () => {
    await addPeople(desk.site.db, [{ username: 'plain' }]);
    const who = { names: ['boss', 'helper', 'other', 'plain', 'nobody', 'PLAIN'] };
    const asAdmin = await desk.call('users.ban.preview', { who, reason: 'other' }, { operator: admin });
    expect(Object.fromEntries(asAdmin.skipped.map(({ why, sample }) => [why, sample]))).toEqual({ owner: ['boss'], self: ['helper'], higher_role: ['other'], unknown: ['nobody'], duplicate: ['PLAIN'] });
    expect(asAdmin).toMatchObject({ matching: 6, changed: 1 });
    const asOwner = await desk.call('users.ban.preview', { who, reason: 'other' }, { operator: owner });
    expect(asOwner.rows.filter((row) => row.outcome === 'changed').map((row) => row.target).sort()).toEqual(['helper', 'other', 'plain']);
    expect(await code(desk.call('users.password', { username: 'other', password: 'long enough' }, { operator: admin }))).toBe('forbidden');
  });

  test('a set that is another by now is refused, and nothing happens', async () => {
    await addPeople(desk.site.db, [{ username: 'st1' }, { username: 'st2' }]);
    const input = { who: { filter: { search: 'st' } }, reason: 'abuse' as const };
    const { fingerprint, changed } = await desk.call('users.ban.preview', input);
    expect(changed).toBe(2);
    await addPeople(desk.site.db, [{ username: 'st3' }]);
    const before = await snapshot(desk.site);
    expect(await code(desk.call('users.ban', { ...input, fingerprint }))).toBe('stale_preview');
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
    expect(await code(desk.call('users.ban', { who: { names: ['idem2'] }, reason: 'abuse', fingerprint }, { key }))).toBe('conflict');
    const audits = await desk.call('audit.list', { filter: { target: 'idem1' } });
    expect(audits.rows).toHaveLength(1);
    expect((await desk.call('audit.list', { filter: { target: 'idem2' } })).rows).toEqual([]);
  });

  test('what has moved on is not undone', async () => {
    await addPeople(desk.site.db, [{ username: 'mv1' }, { username: 'mv2' }]);
    const auditId = await banned(['mv1', 'mv2']);
    const before = await desk.call('audit.undo.preview', { id: auditId });
    await desk.site.db.run("UPDATE users SET tvbox_token = 'fresh' WHERE username = 'mv2'");
    const state = await snapshot(desk.site);
    const refusal = await desk.call('audit.undo', { id: auditId, fingerprint: before.fingerprint }).then(() => null, (error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'conflict', details: { targets: ['mv2'] } });
    expect(await desk.call('audit.undo.preview', { id: auditId })).toMatchObject({ changed: 0, skipped: [{ why: 'moved_on', count: 1, sample: ['mv2'] }] });
    expect(await snapshot(desk.site)).toEqual(state);
  });

  test('an admin cannot take back what the owner did to admins', async () => {
    const auditId = await banned(['other']);
    expect(await code(desk.call('audit.undo.preview', { id: auditId }, { operator: admin }))).toBe('forbidden');
    const { fingerprint } = await desk.call('audit.undo.preview', { id: auditId });
    await desk.call('audit.undo', { id: auditId, fingerprint });
  });

  test('bans end by the clock of the database, in the name of who set them', async () => {
    await addPeople(desk.site.db, [{ username: 'ex1', token: 'ext' }, { username: 'ex2' }]);
    const input = { who: { names: ['ex1', 'ex2'] }, reason: 'abuse' as const, until: new Date(Date.now() + 3_600_000).toISOString() };
    const { fingerprint } = await desk.call('users.ban.preview', input, { operator: admin });
    await desk.call('users.ban', { ...input, fingerprint }, { operator: admin });
    expect(await liftExpiredBans(desk.site)).toBe(0);
    await desk.site.db.run("UPDATE console_bans SET expires_at = UTC_TIMESTAMP() - INTERVAL 1 SECOND WHERE username = 'ex1'");
    expect(await liftExpiredBans(desk.site)).toBe(1);
    expect(await desk.site.db.rows("SELECT username, banned, tvbox_token FROM users WHERE username IN ('ex1', 'ex2') ORDER BY 1")).toEqual([{ username: 'ex1', banned: 0, tvbox_token: 'ext' }, { username: 'ex2', banned: 1, tvbox_token: null }]);
    const [entry] = (await desk.call('audit.list', { filter: { target: 'ex1' } })).rows;
    expect(entry).toMatchObject({ operator: 'helper', origin: 'schedule', operation: 'users.unban' });
    expect(await code(desk.call('users.ban.preview', { ...input, until: '2020-01-01T00:00:00Z' }))).toBe('invalid_input');
  });

  test('a config that cannot be read stops the ban before anything is changed', async () => {
    await addPeople(desk.site.db, [{ username: 'cfg' }]);
    const [kept] = await desk.site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs');
    const input = { who: { names: ['cfg'] }, reason: 'abuse' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    await desk.site.db.run(`UPDATE admin_configs SET config_value = '"a string"'`);
    expect(await code(desk.call('users.ban', { ...input, fingerprint }))).toBe('unsupported');
    expect(await desk.site.db.rows("SELECT banned FROM users WHERE username = 'cfg'")).toEqual([{ banned: 0 }]);
    await desk.site.db.run("UPDATE admin_configs SET config_value = '{}'");
    await desk.call('users.ban', { ...input, fingerprint });
    expect(await entryOf(desk.site, 'cfg')).toMatchObject({ banned: true });
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [kept?.config_value ?? '{}']);
  });
});
