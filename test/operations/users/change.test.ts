import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople, addSession, entryOf, snapshot } from '../fixtures/users.js';

describe.each(engines())('other changes to users on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'helper', role: 'admin' },
    ]);
  });
  afterAll(() => desk.close());

  test('deleting takes what belongs to users with them, and its undo brings every row back', async () => {
    await addPeople(desk.site.db, [
      {
        username: 'del:1',
        tags: '["x"]',
        token: 'dt',
        lastLogin: '2026-02-02 02:02:02',
        entry: { keep: [1, { b: 2 }] },
      },
      { username: 'del*2' },
      { username: 'friend' },
    ]);
    const { db } = desk.site;
    await db.run(
      "INSERT INTO card_keys (key_hash, plain_key, key_type, status, expires_at, bound_to) VALUES ('dh', 'dp', 'year', 'used', '2036-01-01', 'del:1')",
    );
    await db.run(
      "INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, expires_at) VALUES ('dk', 'dh', 'del:1', 'year', 'used', 'manual', '2036-01-01')",
    );
    await db.run(
      "INSERT INTO points_records (id, username, type, amount, reason) VALUES ('dr1', 'del:1', 'earn', 5, '邀请'), ('dr2', 'friend', 'earn', 5, '邀请')",
    );
    await db.run(
      "INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address) VALUES ('di1', 'del:1', 'del*2', 'c', '1.1.1.1'), ('di2', 'del*2', 'friend', 'c', '1.1.1.1')",
    );
    await db.run(
      "INSERT INTO play_records (username, source, content_id, title, source_name, episode_index, total_episodes, play_time, total_time) VALUES ('del:1', 's', 'c', '片', 'n', 1, 2, 3, 4)",
    );
    await db.run(
      "INSERT INTO favorites (username, source, content_id, title, source_name) VALUES ('del*2', 's', 'c', '片', 'n')",
    );
    await db.run(
      "INSERT INTO episode_skip_configs (username, source, content_id, segments) VALUES ('del:1', 's', 'c', '[{\"start\": 1, \"end\": 2}]')",
    );
    await db.run(
      "INSERT INTO ip_reward_records (id, ip_address, inviter, invitee) VALUES ('dip', '1.1.1.1', 'del:1', 'del*2')",
    );
    const before = await snapshot(desk.site);
    await desk.site.redis.lpush(desk.site.keys.of('searchHistory', 'del:1'), 'x');
    const who = { names: ['del:1', 'del*2'] };
    const preview = await desk.call('users.delete.preview', { who });
    expect(preview.effects).toMatchObject({
      cards: 1,
      points_records: 1,
      invitations: 3,
      play_records: 1,
      favorites: 1,
      episode_skip_configs: 1,
      ip_reward_records_kept: 1,
    });
    const answer = await desk.call('users.delete', { who, fingerprint: preview.fingerprint });
    if (!answer.done) throw new Error('became a job');
    expect(await db.rows("SELECT 1 FROM users WHERE username LIKE 'del%'")).toEqual([]);
    expect(await db.rows("SELECT bound_to, status FROM card_keys WHERE key_hash = 'dh'")).toEqual([
      { bound_to: null, status: 'used' },
    ]);
    expect(await entryOf(desk.site, 'del:1')).toBeUndefined();
    expect(await desk.site.redis.exists(desk.site.keys.of('searchHistory', 'del:1'))).toBe(0);
    const undoing = await desk.call('audit.undo.preview', { id: answer.proof.auditId });
    expect(undoing).toMatchObject({ changed: 2, skipped: [] });
    expect(JSON.stringify(await desk.call('audit.get', { id: answer.proof.auditId }))).not.toContain('a'.repeat(64));
    await desk.call('audit.undo', { id: answer.proof.auditId, fingerprint: undoing.fingerprint });
    expect(await snapshot(desk.site)).toEqual(before);

    const again = await desk.call('users.delete.preview', { who });
    const second = await desk.call('users.delete', { who, fingerprint: again.fingerprint });
    await addPeople(db, [{ username: 'DEL:1' }]);
    if (!second.done) throw new Error('became a job');
    expect(await desk.call('audit.undo.preview', { id: second.proof.auditId })).toMatchObject({
      changed: 0,
      skipped: [{ why: 'moved_on', sample: ['del:1'] }],
    });
  });

  test('a demotion ends the sessions at the site, a promotion does not', async () => {
    await addPeople(desk.site.db, [{ username: 'stepping', role: 'admin' }, { username: 'rising' }]);
    for (const name of ['stepping', 'rising']) await addSession(desk.site, name, `${name}-session`);
    const change = async (name: string, role: 'admin' | 'user') => {
      const asked = { who: { names: [name] }, role };
      const preview = await desk.call('users.role.preview', asked);
      const answer = await desk.call('users.role', { ...asked, fingerprint: preview.fingerprint });
      if (!answer.done) throw new Error('became a job');
      return { told: preview.effects['sessions'], places: answer.proof.places };
    };
    const demoted = await change('stepping', 'user');
    expect(demoted.told).toBe(1);
    expect(demoted.places).toContainEqual({ place: 'sessions', state: 'done', count: 1 });
    expect((await desk.call('users.get', { username: 'stepping' })).sessions).toBe(0);
    expect(await desk.site.redis.exists(desk.site.keys.of('session', 'stepping-session'))).toBe(0);

    expect((await change('rising', 'admin')).told).toBeUndefined();
    expect((await desk.call('users.get', { username: 'rising' })).sessions).toBe(1);
  });

  test('roles, tags, APIs and passwords', async () => {
    await addPeople(desk.site.db, [{ username: 'rt', tags: '"old, two"', entry: { tags: ['old'], custom: 1 } }]);
    await addSession(desk.site, 'rt', 'rt-session');
    const who = { names: ['RT'] };
    const change = async (operation: 'users.role' | 'users.tag' | 'users.apis', input: object): Promise<string> => {
      const { fingerprint, changed } = await desk.call(`${operation}.preview`, { who, ...input });
      expect(changed).toBe(1);
      const answer = await desk.call(operation, { who, ...input, fingerprint });
      if (!answer.done) throw new Error('became a job');
      expect((await desk.call(`${operation}.preview`, { who, ...input })).skipped).toMatchObject([
        { why: 'already_so', count: 1 },
      ]);
      return answer.proof.auditId;
    };
    const before = await snapshot(desk.site);
    const audits = [
      await change('users.tag', { add: ['vip', "it's"], remove: ['old'] }),
      await change('users.apis', { apis: ['one', 'two'] }),
      await change('users.role', { role: 'admin' }),
    ];
    const details = await desk.call('users.get', { username: 'rt' });
    expect(details).toMatchObject({
      role: 'admin',
      tags: ['two', 'vip', "it's"],
      enabledApis: ['one', 'two'],
      sessions: 1,
    });
    expect(await entryOf(desk.site, 'rt')).toEqual({
      username: 'rt',
      role: 'admin',
      tags: ['vip', "it's"],
      custom: 1,
      enabledApis: ['one', 'two'],
    });
    for (const id of audits.toReversed()) {
      const { fingerprint } = await desk.call('audit.undo.preview', { id });
      await desk.call('audit.undo', { id, fingerprint });
    }
    expect(await snapshot(desk.site)).toEqual(before);
    expect((await desk.call('users.get', { username: 'rt' })).sessions).toBe(0);

    await desk.call('users.password', { username: 'rt', password: 'correct horse' });
    expect(await desk.call('users.get', { username: 'rt' })).toMatchObject({ passwordKind: 'sha256' });
    await desk.site.db.run("UPDATE users SET password_hash = ? WHERE username = 'rt'", [
      `${'b'.repeat(32)}:${'c'.repeat(128)}`,
    ]);
    const answer = await desk.call('users.password', { username: 'Rt', password: 'correct horse' });
    if (!answer.done) throw new Error('became a job');
    expect(answer.proof.undo).toBe('impossible');
    expect(await desk.call('users.get', { username: 'rt' })).toMatchObject({ passwordKind: 'scrypt' });
    const [kept] = await desk.site.db.rows<{ all_of_it: string }>(
      'SELECT CONCAT(a.input, t.before_image, t.after_image) AS all_of_it FROM console_audit a JOIN console_audit_targets t ON t.audit_id = a.id WHERE a.id = ?',
      [answer.proof.auditId],
    );
    const [row] = await desk.site.db.rows<{ password_hash: string }>(
      "SELECT password_hash FROM users WHERE username = 'rt'",
    );
    expect(kept?.all_of_it).not.toContain('correct horse');
    expect(kept?.all_of_it).not.toContain(row?.password_hash);
  });
});
