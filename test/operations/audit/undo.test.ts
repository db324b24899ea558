import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../../electron/contract/index.js';
import { connect } from '../../../electron/data/mysql/connect.js';
import { engines } from '../../sandbox/database.js';
import { ends } from '../../storage/hybrid/site-client.js';
import { admin, banned, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addStock } from '../fixtures/cards.js';
import { addPeople, addSession, snapshot, waiting } from '../fixtures/users.js';

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

  test('what was taken from a user comes back, however the row spells the name', async () => {
    await addPeople(desk.site.db, [{ username: 'Anna' }]);
    const [card] = await addStock(desk, 1);
    if (card === undefined) throw new Error('no card');
    await desk.site.db.run("UPDATE card_keys SET status = 'used', bound_to = 'ANNA', bound_at = NOW() WHERE id = ?", [
      card.id,
    ]);
    const input: Input<'cards.unbind.preview'> = { who: { ids: [card.id] }, afterwards: 'stock' };
    const { fingerprint } = await desk.call('cards.unbind.preview', input);
    const answer = await desk.call('cards.unbind', { ...input, fingerprint });
    if (!answer.done) throw new Error('became a job');
    const { auditId } = answer.proof;
    const undo = await desk.call('audit.undo.preview', { id: auditId });
    expect(undo).toMatchObject({ changed: 1, skipped: [] });
    await desk.call('audit.undo', { id: auditId, fingerprint: undo.fingerprint });
    expect(await desk.site.db.rows('SELECT bound_to FROM card_keys WHERE id = ?', [card.id])).toEqual([
      { bound_to: 'ANNA' },
    ]);
  });

  test('an undo that takes rights away ends the sessions at the site, one that gives them back does not', async () => {
    await addPeople(desk.site.db, [{ username: 'raised' }, { username: 'lowered', role: 'admin' }]);
    const change = async (username: string, role: 'admin' | 'user'): Promise<string> => {
      const input = { who: { names: [username] }, role };
      const { fingerprint } = await desk.call('users.role.preview', input);
      const answer = await desk.call('users.role', { ...input, fingerprint });
      if (!answer.done) throw new Error('became a job');
      return answer.proof.auditId;
    };
    const ids = [await change('raised', 'admin'), await change('lowered', 'user')];
    for (const name of ['raised', 'lowered']) await addSession(desk.site, name, `${name}-session`);
    for (const id of ids) {
      const { fingerprint } = await desk.call('audit.undo.preview', { id });
      await desk.call('audit.undo', { id, fingerprint });
    }
    const alive = (name: string): Promise<number> =>
      desk.site.redis.exists(desk.site.keys.of('session', `${name}-session`));
    expect([await alive('raised'), await alive('lowered')]).toEqual([0, 1]);
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

  test('the same key asked again is answered as the first time', async () => {
    await addPeople(desk.site.db, [{ username: 'again' }]);
    const id = await banned(desk, ['again']);
    const { fingerprint } = await desk.call('audit.undo.preview', { id });
    const [one, other] = [
      await desk.call('audit.undo', { id, fingerprint }, { key: 'undo-asked-twice' }),
      await desk.call('audit.undo', { id, fingerprint }, { key: 'undo-asked-twice' }),
    ];
    expect(other).toEqual(one);
    expect(await codeOf(desk.call('audit.undo', { id, fingerprint }))).toBe('conflict');
  });

  test('a page that ends with the last entry is the last page', async () => {
    const author = { operator: 'pages', role: 'owner' } as const;
    await addPeople(desk.site.db, [{ username: 'paged', role: 'owner' }]);
    for (let at = 0; at < 4; at += 1) {
      const input = { who: { names: ['again'] }, add: [`tag${String(at)}`] };
      const { fingerprint } = await desk.call('users.tag.preview', input);
      await desk.call(
        'users.tag',
        { ...input, fingerprint },
        { operator: { username: author.operator, role: 'owner' } },
      );
    }
    const filter = { operator: 'pages' };
    const first = await desk.call('audit.list', { filter, limit: 2 });
    expect(first.rows).toHaveLength(2);
    const second = await desk.call('audit.list', { filter, limit: 2, after: first.next ?? '' });
    expect(second.rows).toHaveLength(2);
    expect(second.next).toBeNull();
  });

  test('a row that one change edited and then deleted comes back as it was before both', async () => {
    const { site } = desk;
    await addPeople(site.db, [{ username: 'edited' }]);
    const { insertId } = await site.db.run(
      "INSERT INTO favorites (username, source, content_id, title, source_name) VALUES ('edited', 's', '1', 'as it was', 'n')",
    );
    const stored = (): Promise<Record<string, unknown>[]> =>
      site.db.rows('SELECT * FROM favorites WHERE id = ?', [insertId]);
    const before = await stored();
    const { auditId: id } = await desk.change('users.tag', async (change) => {
      const touch = (target: string, was: Record<string, unknown>[], is: Record<string, unknown>[]): void =>
        change.record({ kind: 'content', target, before: { favorites: was }, after: { favorites: is } });
      await change.tx.run("UPDATE favorites SET title = 'edited' WHERE id = ?", [insertId]);
      touch('edit', [{ id: insertId, title: 'as it was' }], [{ id: insertId, title: 'edited' }]);
      const rows = await change.tx.rows<Record<string, unknown>>('SELECT * FROM favorites WHERE id = ?', [insertId]);
      await change.tx.run('DELETE FROM favorites WHERE id = ?', [insertId]);
      touch('deletion', rows, []);
      return null;
    });
    expect(await stored()).toEqual([]);
    const preview = await desk.call('audit.undo.preview', { id });
    expect(preview).toMatchObject({ changed: 2, skipped: [] });
    await desk.call('audit.undo', { id, fingerprint: preview.fingerprint });
    expect(await stored()).toEqual(before);
  });
});

describe.each(engines())('an undo that is held between its look and its write on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  test('holds every row that it has looked at: points that somebody earns wait for it', async () => {
    await addPeople(desk.site.db, [{ username: 'earner', points: 5, code: 'OFEARNER' }]);
    const id = await banned(desk, ['earner']);
    const { fingerprint } = await desk.call('audit.undo.preview', { id });
    const earn = "UPDATE user_points SET balance = balance + 1 WHERE username = 'earner'";
    const other = await connect(desk.site.config.mysql);
    try {
      const undoing = await desk.site.db.transaction(async (tx) => {
        // The last row that the undo reads.
        await tx.rows("SELECT user_id FROM console_bans WHERE username = 'earner' FOR UPDATE");
        const under = desk.call('audit.undo', { id, fingerprint });
        await waiting(desk.site, 1);
        await other.query('SET SESSION innodb_lock_wait_timeout = 1');
        await expect(other.query(earn)).rejects.toMatchObject({ errno: 1205 });
        return { under };
      });
      expect(await undoing.under).toMatchObject({ done: true, changed: 1 });
      await other.query(earn);
    } finally {
      other.destroy();
    }
    expect(
      await desk.site.db.rows("SELECT balance, invitation_code FROM user_points WHERE username = 'earner'"),
    ).toEqual([{ balance: 6, invitation_code: 'OFEARNER' }]);
  });

  test('of two that would undo what 501 were done, one makes a job and the other is refused', async () => {
    const names = Array.from({ length: 501 }, (_, at) => `many${String(at)}`);
    await addPeople(
      desk.site.db,
      names.map((username) => ({ username, points: null, entry: null })),
    );
    const input = { who: { names }, add: ['many'] };
    const tagging = await desk.call('users.tag.preview', input);
    const answer = await desk.call('users.tag', { ...input, fingerprint: tagging.fingerprint });
    if (answer.done) throw new Error('became no job');
    const { audits } = await desk.settled(answer.jobId);
    const id = audits[0] ?? '';
    const { fingerprint, asJob } = await desk.call('audit.undo.preview', { id });
    expect(asJob).toBe(true);
    const undoing = await desk.site.db.transaction(async (tx) => {
      await tx.rows('SELECT id FROM console_audit WHERE id = ? FOR UPDATE', [id]);
      const under = [1, 2].map(() => desk.call('audit.undo', { id, fingerprint }));
      await waiting(desk.site, 2);
      return { under };
    });
    expect(await ends(undoing.under)).toEqual({ done: 1, conflict: 1 });
    const jobs = await desk.site.db.rows<{ id: string }>("SELECT id FROM console_jobs WHERE operation = 'audit.undo'");
    expect(jobs).toHaveLength(1);
    expect(await desk.settled(jobs[0]?.id ?? '')).toMatchObject({ state: 'done', done: 501 });
  });

  test('nor does a bulk change let go whom it judges: who changes their role waits', async () => {
    await addPeople(desk.site.db, [{ username: 'judged', code: 'OFJUDGED' }]);
    const who = { names: ['judged'] };
    const { fingerprint } = await desk.call('users.delete.preview', { who });
    const raise = "UPDATE users SET role = 'admin' WHERE username = 'judged'";
    const other = await connect(desk.site.config.mysql);
    try {
      const deleting = await desk.site.db.transaction(async (tx) => {
        // A row that the deletion locks in addition to the users, before it writes.
        await tx.rows("SELECT id FROM user_points WHERE username = 'judged' FOR UPDATE");
        const under = desk.call('users.delete', { who, fingerprint });
        await waiting(desk.site, 1);
        await other.query('SET SESSION innodb_lock_wait_timeout = 1');
        await expect(other.query(raise)).rejects.toMatchObject({ errno: 1205 });
        return { under };
      });
      expect(await deleting.under).toMatchObject({ done: true, changed: 1 });
    } finally {
      other.destroy();
    }
    expect(await desk.site.db.rows("SELECT role FROM users WHERE username = 'judged'")).toEqual([]);
  });
});
