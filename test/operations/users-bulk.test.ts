import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../sandbox/database.js';
import { admin, openSite, openTestSite, type TestSite } from './helpers.js';
import { addPeople, addSession, entryOf, snapshot } from './people.js';

describe.each(engines())('bulk changes on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, { username: 'helper', role: 'admin' }]);
  });
  afterAll(() => desk.close());

  test('10,000 pasted names with duplicates and other spellings are banned as a job, whole, and undone', async () => {
    const names = Array.from({ length: 9_990 }, (_, at) => `Paste${String(at)}`);
    await addPeople(desk.site.db, names.map((username, at) => ({ username, token: at % 2 === 0 ? `t${String(at)}` : null, entry: at % 3 === 0 ? null : {} })));
    const before = await snapshot(desk.site);
    const typed = [...names.slice(0, 9_000), ...names.slice(9_000).map((name) => name.toUpperCase()), 'Paste1', 'paste2', 'ghost:1', 'ghost*2', 'boss'];
    const input = { who: { names: typed }, reason: 'sharing' as const };
    const preview = await desk.call('users.ban.preview', input);
    expect(preview).toMatchObject({ changed: 9_990, matching: typed.length, asJob: true });
    expect(Object.fromEntries(preview.skipped.map(({ why, count }) => [why, count]))).toEqual({ self: 1, unknown: 2, duplicate: 2 });
    const answer = await desk.call('users.ban', { ...input, fingerprint: preview.fingerprint });
    if (answer.done) throw new Error('was not a job');
    expect(await desk.settled(answer.jobId)).toMatchObject({ state: 'done', done: 9_990, skipped: 0, failed: 0, total: 9_990 });
    const [counts] = await desk.site.db.rows<Record<string, string>>(
      `SELECT SUM(u.banned = 1) AS banned, SUM(u.tvbox_token IS NULL) AS tokens, COUNT(b.user_id) AS bans, (SELECT COUNT(*) FROM console_audit_targets t WHERE t.audit_id = MAX(b.audit_id)) AS audited
       FROM users u LEFT JOIN console_bans b ON b.user_id = u.id WHERE u.username LIKE 'Paste%'`,
    );
    expect(counts).toMatchObject({ banned: '9990', tokens: '9990', bans: '9990', audited: '9990' });
    expect(await entryOf(desk.site, 'Paste9989')).toMatchObject({ banned: true });
    const job = await desk.jobs.get(answer.jobId, (name) => name);
    const auditId = job.audits[0] ?? '';
    expect(await desk.call('audit.get', { id: auditId })).toMatchObject({ targets: 9_990, outcome: 'done', undo: 'possible' });

    // One has moved on: the undo leaves it alone and says so.
    await desk.site.db.run("UPDATE users SET tvbox_token = 'new' WHERE username = 'Paste77'");
    const undoing = await desk.call('audit.undo.preview', { id: auditId });
    expect(undoing).toMatchObject({ changed: 9_989, asJob: true, skipped: [{ why: 'moved_on', sample: ['Paste77'] }] });
    const undone = await desk.call('audit.undo', { id: auditId, fingerprint: undoing.fingerprint });
    if (undone.done) throw new Error('was not a job');
    expect(await desk.settled(undone.jobId)).toMatchObject({ state: 'done', done: 9_989, skipped: 1 });
    const one = await desk.call('users.unban.preview', { who: { names: ['Paste77'] } });
    await desk.site.db.run("UPDATE users SET tvbox_token = NULL WHERE username = 'Paste77'");
    await desk.call('users.unban', { who: { names: ['Paste77'] }, fingerprint: one.fingerprint });
    const after = await snapshot(desk.site);
    expect(after['users']).toEqual(before['users']);
    expect(after['user_points']).toEqual(before['user_points']);
    expect(after['console_bans']).toEqual([]);
  }, 120_000);

  test('a filter that matches everyone spares the protected, counts without fetching, and leaves out who is taken out', async () => {
    const who = { filter: {}, except: ['paste5', 'Paste6', 'nobody'] };
    const preview = await desk.call('users.ban.preview', { who, reason: 'other' }, { operator: admin });
    const [all] = await desk.site.db.rows<{ found: string }>('SELECT COUNT(*) AS found FROM users');
    expect(preview.matching).toBe(Number(all?.found));
    expect(preview.changed).toBe(Number(all?.found) - 4);
    expect(Object.fromEntries(preview.skipped.map(({ why, sample }) => [why, [...sample].sort()]))).toEqual({ self: ['helper'], owner: ['boss'], taken_out: ['Paste5', 'Paste6'] });
    expect(preview.rows).toHaveLength(200);
  });

  test('a ban and an unban of the same people at once leave each wholly one or the other', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `both${String(at)}`);
    await addPeople(desk.site.db, names.map((username, at) => ({ username, banned: false, token: `b${String(at)}` })));
    const half = names.slice(0, 30);
    const first = await desk.call('users.ban.preview', { who: { names: half }, reason: 'abuse' });
    await desk.call('users.ban', { who: { names: half }, reason: 'abuse', fingerprint: first.fingerprint });
    const ban = await desk.call('users.ban.preview', { who: { names }, reason: 'fraud' });
    const unban = await desk.call('users.unban.preview', { who: { names } });
    const settled = await Promise.allSettled([
      desk.call('users.ban', { who: { names }, reason: 'fraud', fingerprint: ban.fingerprint }),
      desk.call('users.unban', { who: { names }, fingerprint: unban.fingerprint }),
    ]);
    expect(settled.some(({ status }) => status === 'fulfilled')).toBe(true);
    await consistent(desk, names);
  });

  test('Redis down: committed, pending, and mended by the next console once it is back', async () => {
    await addPeople(desk.site.db, [{ username: 'redis1' }]);
    await addSession(desk.site, 'redis1', 'still-live');
    const down = await openSite({ mysql: desk.site.config.mysql, redis: { ...desk.site.config.redis, port: 1 } });
    const input = { who: { names: ['redis1'] }, reason: 'abuse' as const };
    const preview = await down.call('users.ban.preview', input);
    expect(preview.effects).not.toHaveProperty('sessions');
    expect((await down.call('users.get', { username: 'redis1' })).sessions).toBeNull();
    const answer = await down.call('users.ban', { ...input, fingerprint: preview.fingerprint });
    if (!answer.done) throw new Error('became a job');
    const pending = Object.fromEntries(answer.proof.places.map(({ place, state }) => [place, state]));
    expect(pending).toMatchObject({ database: 'done', sessions: 'pending', cache: 'pending' });
    await down.close();
    expect(await desk.site.redis.exists(desk.site.keys.of('session', 'still-live'))).toBe(1);

    const back = await openSite(desk.site.config);
    await expect.poll(() => desk.site.redis.exists(desk.site.keys.of('session', 'still-live')), { timeout: 10_000 }).toBe(0);
    await expect.poll(async () => (await back.call('audit.proof', { id: answer.proof.auditId })).places.find(({ place }) => place === 'sessions'), { timeout: 10_000 }).toEqual({ place: 'sessions', state: 'done', count: 1 });
    await back.close();
  });

  test('deleting takes what belongs to users with them, and its undo brings every row back', async () => {
    await addPeople(desk.site.db, [{ username: 'del:1', tags: '["x"]', token: 'dt', lastLogin: '2026-02-02 02:02:02', entry: { keep: [1, { b: 2 }] } }, { username: 'del*2' }, { username: 'friend' }]);
    const { db } = desk.site;
    await db.run("INSERT INTO card_keys (key_hash, plain_key, key_type, status, expires_at, bound_to) VALUES ('dh', 'dp', 'year', 'used', '2036-01-01', 'del:1')");
    await db.run("INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, expires_at) VALUES ('dk', 'dh', 'del:1', 'year', 'used', 'manual', '2036-01-01')");
    await db.run("INSERT INTO points_records (id, username, type, amount, reason) VALUES ('dr1', 'del:1', 'earn', 5, '邀请'), ('dr2', 'friend', 'earn', 5, '邀请')");
    await db.run("INSERT INTO invitations (id, inviter, invitee, invitation_code, ip_address) VALUES ('di1', 'del:1', 'del*2', 'c', '1.1.1.1'), ('di2', 'del*2', 'friend', 'c', '1.1.1.1')");
    await db.run("INSERT INTO play_records (username, source, content_id, title, source_name, episode_index, total_episodes, play_time, total_time) VALUES ('del:1', 's', 'c', '片', 'n', 1, 2, 3, 4)");
    await db.run("INSERT INTO favorites (username, source, content_id, title, source_name) VALUES ('del*2', 's', 'c', '片', 'n')");
    await db.run("INSERT INTO episode_skip_configs (username, source, content_id, segments) VALUES ('del:1', 's', 'c', '[{\"start\": 1, \"end\": 2}]')");
    await db.run("INSERT INTO ip_reward_records (id, ip_address, inviter, invitee) VALUES ('dip', '1.1.1.1', 'del:1', 'del*2')");
    const before = await snapshot(desk.site);
    await desk.site.redis.lpush(desk.site.keys.of('searchHistory', 'del:1'), 'x');
    const who = { names: ['del:1', 'del*2'] };
    const preview = await desk.call('users.delete.preview', { who });
    expect(preview.effects).toMatchObject({ cards: 1, points_records: 1, invitations: 3, play_records: 1, favorites: 1, episode_skip_configs: 1, ip_reward_records_kept: 1 });
    const answer = await desk.call('users.delete', { who, fingerprint: preview.fingerprint });
    if (!answer.done) throw new Error('became a job');
    expect(await db.rows("SELECT 1 FROM users WHERE username LIKE 'del%'")).toEqual([]);
    expect(await db.rows("SELECT bound_to, status FROM card_keys WHERE key_hash = 'dh'")).toEqual([{ bound_to: null, status: 'used' }]);
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
    expect(await desk.call('audit.undo.preview', { id: second.proof.auditId })).toMatchObject({ changed: 0, skipped: [{ why: 'moved_on', sample: ['del:1'] }] });
  });

  test('roles, tags, APIs and passwords', async () => {
    await addPeople(desk.site.db, [{ username: 'rt', tags: '"old, two"', entry: { tags: ['old'], custom: 1 } }]);
    await addSession(desk.site, 'rt', 'rt-session');
    const who = { names: ['RT'] };
    const change = async <P extends 'users.role' | 'users.tag' | 'users.apis'>(operation: P, input: object): Promise<string> => {
      const { fingerprint, changed } = await desk.call(`${operation}.preview`, { who, ...input } as never);
      expect(changed).toBe(1);
      const answer = await desk.call(operation, { who, ...input, fingerprint } as never);
      if (!answer.done) throw new Error('became a job');
      expect((await desk.call(`${operation}.preview`, { who, ...input } as never)).skipped).toMatchObject([{ why: 'already_so', count: 1 }]);
      return answer.proof.auditId;
    };
    const before = await snapshot(desk.site);
    const audits = [
      await change('users.tag', { add: ['vip', "it's"], remove: ['old'] }),
      await change('users.apis', { apis: ['one', 'two'] }),
      await change('users.role', { role: 'admin' }),
    ];
    const details = await desk.call('users.get', { username: 'rt' });
    expect(details).toMatchObject({ role: 'admin', tags: ['two', 'vip', "it's"], enabledApis: ['one', 'two'], sessions: 1 });
    expect(await entryOf(desk.site, 'rt')).toEqual({ username: 'rt', role: 'admin', tags: ['vip', "it's"], custom: 1, enabledApis: ['one', 'two'] });
    for (const id of audits.toReversed()) {
      const { fingerprint } = await desk.call('audit.undo.preview', { id });
      await desk.call('audit.undo', { id, fingerprint });
    }
    expect(await snapshot(desk.site)).toEqual(before);
    expect((await desk.call('users.get', { username: 'rt' })).sessions).toBe(0);

    const answer = await desk.call('users.password', { username: 'Rt', password: 'correct horse' });
    if (!answer.done) throw new Error('became a job');
    expect(answer.proof.undo).toBe('impossible');
    expect(await desk.call('users.get', { username: 'rt' })).toMatchObject({ passwordKind: 'scrypt' });
    const [kept] = await desk.site.db.rows<{ all_of_it: string }>('SELECT CONCAT(a.input, t.before_image, t.after_image) AS all_of_it FROM console_audit a JOIN console_audit_targets t ON t.audit_id = a.id WHERE a.id = ?', [answer.proof.auditId]);
    const [row] = await desk.site.db.rows<{ password_hash: string }>("SELECT password_hash FROM users WHERE username = 'rt'");
    expect(kept?.all_of_it).not.toContain('correct horse');
    expect(kept?.all_of_it).not.toContain(row?.password_hash);
    await desk.site.db.run("DELETE FROM users WHERE username LIKE 'Paste%'");
    await desk.site.db.run("ALTER TABLE users MODIFY password_hash VARCHAR(128) NOT NULL").catch(() => undefined);
  });

  test('any run of bans, unbans, tags and undos keeps table, config and console_bans of one mind', async () => {
    const names = ['p1', 'p2', 'p3', 'p4'];
    await addPeople(desk.site.db, names.map((username) => ({ username, token: `tok-${username}`, entry: username === 'p4' ? null : {} })));
    const step = fc.record({ what: fc.constantFrom('ban', 'unban', 'tag', 'untag', 'undo'), who: fc.subarray(names, { minLength: 1 }), which: fc.nat(5) });
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const audits: string[] = [];
      for (const { what, who, which } of steps) {
        if (what === 'undo') {
          const id = audits[audits.length - 1 - (which % Math.max(1, audits.length))];
          if (id === undefined) continue;
          await desk.call('audit.undo.preview', { id }).then(({ fingerprint }) => desk.call('audit.undo', { id, fingerprint })).catch((error: unknown) => expect(error).toMatchObject({ code: 'conflict' }));
        } else {
          const operation = what === 'untag' ? 'users.tag' : `users.${what as 'ban' | 'unban' | 'tag'}` as const;
          const input = { who: { names: who }, ...(what === 'ban' ? { reason: 'abuse' } : what === 'tag' ? { add: ['t'] } : what === 'untag' ? { remove: ['t'] } : {}) };
          const { fingerprint } = await desk.call(`${operation}.preview`, input as never);
          const answer = await desk.call(operation, { ...input, fingerprint } as never);
          if (answer.done && answer.changed > 0) audits.push(answer.proof.auditId);
        }
        await consistent(desk, names);
      }
    }), { numRuns: 12, interruptAfterTimeLimit: 30_000 });
  });
});

/** users.banned, the config entry and console_bans agree; a banned user has no token and a suspended code, others have theirs. */
async function consistent(desk: TestSite, names: readonly string[]): Promise<void> {
  const found = await desk.site.db.rows<Record<'banned' | 'token' | 'ban' | 'code', string | number> & { username: string }>(
    `SELECT u.username, COALESCE(u.banned, 0) AS banned, u.tvbox_token IS NOT NULL AS token, b.user_id IS NOT NULL AS ban, LENGTH(p.invitation_code) AS code
     FROM users u LEFT JOIN console_bans b ON b.user_id = u.id LEFT JOIN user_points p ON p.username = u.username WHERE u.username IN (?)`,
    [names],
  );
  for (const row of found) {
    const { username } = row;
    const [banned, token, ban, code] = [row.banned, row.token, row.ban, row.code].map(Number);
    if (banned === undefined) throw new Error('No such column');
    const entry = await entryOf(desk.site, username);
    expect({ username, ban, token, entry: entry?.['banned'] ?? false, entryToken: entry !== undefined && 'tvboxToken' in entry && banned === 1, code }).toEqual(
      { username, ban: banned, token: 1 - banned, entry: banned === 1, entryToken: false, code: banned === 1 ? 20 : 9 },
    );
  }
}
