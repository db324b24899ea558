import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../sandbox/database.js';
import { admin, banned, codeOf, openTestSite, type TestSite } from './helpers.js';
import { addPeople, snapshot } from './people.js';

describe.each(engines())('undo on %s', (engine) => {
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

  test('what has moved on is not undone', async () => {
    await addPeople(desk.site.db, [{ username: 'mv1' }, { username: 'mv2' }]);
    const auditId = await banned(desk, ['mv1', 'mv2']);
    const before = await desk.call('audit.undo.preview', { id: auditId });
    await desk.site.db.run("UPDATE users SET tvbox_token = 'fresh' WHERE username = 'mv2'");
    const state = await snapshot(desk.site);
    const refusal = await desk.call('audit.undo', { id: auditId, fingerprint: before.fingerprint }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'conflict', details: { targets: ['mv2'] } });
    expect(await desk.call('audit.undo.preview', { id: auditId })).toMatchObject({
      changed: 0,
      skipped: [{ why: 'moved_on', count: 1, sample: ['mv2'] }],
    });
    expect(await snapshot(desk.site)).toEqual(state);
  });

  test('an admin cannot take back what the owner did to admins', async () => {
    const auditId = await banned(desk, ['other']);
    expect(await codeOf(desk.call('audit.undo.preview', { id: auditId }, { operator: admin }))).toBe('forbidden');
    const { fingerprint } = await desk.call('audit.undo.preview', { id: auditId });
    await desk.call('audit.undo', { id: auditId, fingerprint });
  });

  test('the audit is listed by what is asked, page by page, and refused attempts are not undone', async () => {
    const names = Array.from({ length: 9 }, (_, at) => `list${String(at)}`);
    await addPeople(
      desk.site.db,
      names.map((username) => ({ username })),
    );
    const ids: string[] = [];
    for (const name of names) ids.unshift(await banned(desk, [name]));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await desk.call('audit.list', {
        filter: { operation: 'users.ban', operator: 'boss' },
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      seen.push(...page.rows.map((row) => row.id));
      after = page.next ?? undefined;
    } while (after !== undefined && seen.length < 100);
    expect(seen.slice(0, ids.length)).toEqual(ids);
    expect(new Set(seen).size).toBe(seen.length);
    const [first] = (await desk.call('audit.list', { filter: { target: 'LIST3' } })).rows;
    expect(first).toMatchObject({ sample: ['list3'], label: 'Ban users', undo: 'possible', outcome: 'done' });
    expect((await desk.call('audit.list', { filter: { to: '2020-01-01T00:00:00Z' } })).rows).toEqual([]);
    expect(await codeOf(desk.call('audit.list', { after: 'x' }))).toBe('invalid_input');
    expect(await codeOf(desk.call('audit.get', { id: '999999' }))).toBe('not_found');
    expect(await codeOf(desk.call('audit.undo.preview', { id: '999999' }))).toBe('not_found');
  });

  test('two undos of the same change at once do it once', async () => {
    await addPeople(desk.site.db, [{ username: 'twice', token: 'tw' }]);
    const id = await banned(desk, ['twice']);
    const { fingerprint } = await desk.call('audit.undo.preview', { id });
    const answers = await Promise.allSettled([
      desk.call('audit.undo', { id, fingerprint }),
      desk.call('audit.undo', { id, fingerprint }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await desk.site.db.rows("SELECT banned, tvbox_token FROM users WHERE username = 'twice'")).toEqual([
      { banned: 0, tvbox_token: 'tw' },
    ]);
  });
});
