import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { addPeople } from '../fixtures/users.js';
import { codeOf, openTestSite, type TestSite } from '../helpers.js';

describe.each(engines())('undo where a value was taken meanwhile, on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  async function deleted(...names: string[]): Promise<string> {
    const input = { who: { names } };
    const { fingerprint } = await desk.call('users.delete.preview', input);
    const answer = await desk.call('users.delete', { ...input, fingerprint });
    if (!answer.done) throw new Error('became a job');
    return answer.proof.auditId;
  }

  test('whose name is the same to the database alone is named before anything is confirmed', async () => {
    await addPeople(desk.site.db, [{ username: '🍺lover' }, { username: 'else' }]);
    const id = await deleted('🍺lover', 'else');
    await addPeople(desk.site.db, [{ username: '🍣lover' }]);
    const preview = await desk.call('audit.undo.preview', { id });
    expect(preview).toMatchObject({ changed: 0, skipped: [{ why: 'moved_on', count: 1, sample: ['🍺lover'] }] });
  });

  test('keys of the site’s own count as well, also of several columns', async () => {
    const { db } = desk.site;
    await db.run(
      'ALTER TABLE users ADD COLUMN mail VARCHAR(80), ADD COLUMN realm INT, ADD COLUMN nick VARCHAR(20), ADD UNIQUE KEY own_mail (mail), ADD UNIQUE KEY own_nick (realm, nick)',
    );
    const people = ['mail', 'nick', 'free'].map((username) => ({ username }));
    await addPeople(db, people);
    await db.run("UPDATE users SET mail = CONCAT(username, '@x'), realm = 1, nick = username WHERE username IN (?)", [
      people.map(({ username }) => username),
    ]);
    const id = await deleted('mail', 'nick', 'free');
    await addPeople(db, [{ username: 'other' }, { username: 'another' }]);
    await db.run("UPDATE users SET mail = 'MAIL@x', realm = 2, nick = 'nick' WHERE username = 'other'");
    await db.run("UPDATE users SET realm = 1, nick = 'Nick' WHERE username = 'another'");
    const { skipped } = await desk.call('audit.undo.preview', { id });
    expect(skipped).toMatchObject([{ why: 'moved_on', count: 2 }]);
    expect([...(skipped[0]?.sample ?? [])].sort()).toEqual(['mail', 'nick']);
    await db.run("UPDATE users SET mail = NULL, nick = NULL WHERE username IN ('other', 'another')");
    const { fingerprint } = await desk.call('audit.undo.preview', { id });
    expect(await desk.call('audit.undo', { id, fingerprint })).toMatchObject({ done: true, changed: 3 });
  });

  test('a large undo leaves out who lost a code to one of its own, and does the rest', async () => {
    const { db } = desk.site;
    const names = Array.from({ length: 502 }, (_, at) => `many${String(at).padStart(3, '0')}`);
    await addPeople(
      db,
      names.map((username) => ({ username, code: `X${username}` })),
    );
    const input = { who: { names }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    const ban = await desk.call('users.ban', { ...input, fingerprint });
    if (ban.done) throw new Error('no job');
    const { audits } = await desk.settled(ban.jobId);
    const [id = ''] = audits;
    await db.run("UPDATE user_points SET invitation_code = 'Xmany000' WHERE username = 'many001'");
    const preview = await desk.call('audit.undo.preview', { id });
    expect(preview).toMatchObject({ changed: 500, skipped: [{ count: 2 }] });
    const undo = await desk.call('audit.undo', { id, fingerprint: preview.fingerprint });
    if (undo.done) throw new Error('no job');
    expect(await desk.settled(undo.jobId)).toMatchObject({ state: 'done', error: null, done: 500, skipped: 2 });
    expect(await db.rows("SELECT username FROM users WHERE banned = 1 AND username LIKE 'many%' ORDER BY id")).toEqual([
      { username: 'many000' },
      { username: 'many001' },
    ]);
  });

  test.each([
    ['float', 'FLOAT', '16777217.5'],
    ['shape', 'POINT', 'POINT(1, 2)'],
  ])('no undo is offered of what no image holds exactly: %s', async (username, type, value) => {
    const { db } = desk.site;
    await addPeople(db, [{ username }]);
    await db.run(`ALTER TABLE users ADD COLUMN inexact ${type}`);
    await db.run(`UPDATE users SET inexact = ${value} WHERE username = ?`, [username]);
    const id = await deleted(username);
    await db.run('ALTER TABLE users DROP COLUMN inexact');
    expect(await desk.call('audit.get', { id })).toMatchObject({ undo: 'impossible' });
    expect(await codeOf(desk.call('audit.undo.preview', { id }))).toBe('conflict');
  });
});
