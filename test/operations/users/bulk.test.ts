// @module-tag long
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { admin, openSite, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, addSession, consistent, entryOf, snapshot } from '../fixtures/users.js';

describe.each(engines())('bulk changes on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'helper', role: 'admin' },
    ]);
  });
  afterAll(() => desk.close());

  test('10,000 pasted names with duplicates and other spellings are banned as a job, whole, and undone', async () => {
    const names = Array.from({ length: 9_990 }, (_, at) => `Paste${String(at)}`);
    await addPeople(
      desk.site.db,
      names.map((username, at) => ({
        username,
        token: at % 2 === 0 ? `t${String(at)}` : null,
        entry: at % 3 === 0 ? null : {},
      })),
    );
    const before = await snapshot(desk.site);
    const typed = [
      ...names.slice(0, 9_000),
      ...names.slice(9_000).map((name) => name.toUpperCase()),
      'Paste1',
      'paste2',
      'ghost:1',
      'ghost*2',
      'boss',
    ];
    const input = { who: { names: typed }, reason: 'sharing' as const };
    const preview = await desk.call('users.ban.preview', input);
    expect(preview).toMatchObject({ changed: 9_990, matching: typed.length, asJob: true });
    expect(Object.fromEntries(preview.skipped.map(({ why, count }) => [why, count]))).toEqual({
      self: 1,
      unknown: 2,
      duplicate: 2,
    });
    const answer = await desk.call('users.ban', { ...input, fingerprint: preview.fingerprint });
    if (answer.done) throw new Error('was not a job');
    expect(await desk.settled(answer.jobId)).toMatchObject({
      state: 'done',
      done: 9_990,
      skipped: 0,
      failed: 0,
      total: 9_990,
    });
    const [counts] = await desk.site.db.rows<Record<string, string>>(
      `SELECT SUM(u.banned = 1) AS banned, SUM(u.tvbox_token IS NULL) AS tokens, COUNT(b.user_id) AS bans, (SELECT COUNT(*) FROM console_audit_targets t WHERE t.audit_id = MAX(b.audit_id)) AS audited
       FROM users u LEFT JOIN console_bans b ON b.user_id = u.id WHERE u.username LIKE 'Paste%'`,
    );
    expect(counts).toMatchObject({ banned: '9990', tokens: '9990', bans: '9990', audited: '9990' });
    expect(await entryOf(desk.site, 'Paste9989')).toMatchObject({ banned: true });
    const job = await desk.jobs.get(answer.jobId, (name) => name);
    const auditId = job.audits[0] ?? '';
    expect(await desk.call('audit.get', { id: auditId })).toMatchObject({
      targets: 9_990,
      outcome: 'done',
      undo: 'possible',
    });

    // One user has changed since: the undo skips that user and says so.
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
    expect(Object.fromEntries(preview.skipped.map(({ why, sample }) => [why, [...sample].sort()]))).toEqual({
      self: ['helper'],
      owner: ['boss'],
      taken_out: ['Paste5', 'Paste6'],
    });
    expect(preview.rows).toHaveLength(200);
  });

  test('a ban and an unban of the same people at once leave each wholly one or the other', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `both${String(at)}`);
    await addPeople(
      desk.site.db,
      names.map((username, at) => ({ username, banned: false, token: `b${String(at)}` })),
    );
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
    await expect
      .poll(() => desk.site.redis.exists(desk.site.keys.of('session', 'still-live')), { timeout: 10_000 })
      .toBe(0);
    await expect
      .poll(
        async () =>
          (await back.call('audit.proof', { id: answer.proof.auditId })).places.find(
            ({ place }) => place === 'sessions',
          ),
        { timeout: 10_000 },
      )
      .toEqual({ place: 'sessions', state: 'done', count: 1 });
    await back.close();
  });
});
