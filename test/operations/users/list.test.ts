import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Input } from '../../../electron/contract/index.js';
import type { UserFilter, UserRow, UserSort } from '../../../electron/contract/users.js';
import { engines } from '../../sandbox/database.js';
import { openTestSite, type TestSite } from '../helpers.js';
import { addPeople, type Person } from '../fixtures/users.js';

const many: Person[] = Array.from({ length: 120 }, (_, at) => ({
  username: `user${String(at).padStart(3, '0')}`,
  // Ties in every sort order, and rows without a value.
  createdAt: at % 40 === 7 ? null : `2026-02-${String(1 + (at % 9)).padStart(2, '0')} 00:00:00`,
  ...(at % 4 === 0 ? {} : { lastLogin: at % 4 === 1 ? null : `2026-03-0${String(1 + (at % 5))} 10:00:00` }),
  points: at % 10 === 3 ? null : at % 7,
  banned: at % 11 === 0 ? true : at % 11 === 1 ? null : false,
  role: at % 30 === 29 ? 'admin' : 'user',
}));

const odd: Person[] = [
  { username: 'Bob', tags: '["vip", "老用户"]' },
  { username: 'a:b', tags: '"vip"' },
  { username: 'x*[y]?', tags: '"vip,  svip"' },
  { username: "o'brien\\%_|", tags: '{"vip": 1}' },
  { username: '🦊🦊', tags: '[1, null, "svip"]' },
  { username: '𠀀'.repeat(50), tags: '[]' },
];

async function pages(
  desk: TestSite,
  filter: UserFilter,
  sort: UserSort,
  descending: boolean,
  limit: number,
): Promise<UserRow[]> {
  const rows: UserRow[] = [];
  let after: string | undefined;
  for (let page = 0; page < 400; page += 1) {
    const answer = await desk.call('users.list', {
      filter,
      sort,
      descending,
      limit,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...answer.rows);
    if (answer.next === null) return rows;
    after = answer.next;
  }
  throw new Error('The list does not end');
}

describe.each(engines())('listing users on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, ...many, ...odd]);
    // Rows that a site without foreign keys leaves behind.
    await desk.site.db.transaction(async (tx) => {
      await tx.run('SET foreign_key_checks = 0');
      await tx.run(
        "INSERT INTO user_points (username, invitation_code, balance) VALUES ('ghost1', 'g1', 3), ('zghost', 'g2', 3), ('aghost', 'g3', 9)",
      );
      await tx.run(
        "INSERT INTO user_login_stats (username, last_login_at) VALUES ('ghost1', '2026-03-02 10:00:00'), ('zghost', '2036-01-01')",
      );
      await tx.run('SET foreign_key_checks = 1');
    });
    await desk.site.db.run(`INSERT INTO card_keys (key_hash, plain_key, key_type, status, expires_at, bound_to) VALUES
      ('h1', 'p1', 'year', 'used', '2036-01-01', 'user001'), ('h2', 'p2', 'week', 'used', '2020-01-01', 'user002'), ('h3', 'p3', 'month', 'unused', '2036-01-01', NULL)`);
    await desk.site.db
      .run(`INSERT INTO user_card_keys (id, key_hash, username, key_type, status, source, expires_at) VALUES
      ('k1', 'h1', 'user001', 'year', 'used', 'manual', '2037-01-01'), ('k3', 'h3', 'user003', 'month', 'unused', 'redeem', '2036-01-01')`);
  });
  afterAll(() => desk.close());

  const values = {
    created: 'u.created_at',
    username: 'u.username',
    lastLogin: 'l.last_login_at',
    points: 'p.balance',
  } as const;

  test.each(
    (['created', 'username', 'lastLogin', 'points'] as const).flatMap(
      (sort) =>
        [
          [sort, true],
          [sort, false],
        ] as const,
    ),
  )('pages by %s (descending %s) give everybody once, in order', async (sort, descending) => {
    const way = descending ? 'DESC' : 'ASC';
    const whole = await desk.site.db.rows<{ username: string }>(
      `SELECT u.username FROM users u LEFT JOIN user_points p ON p.username = u.username LEFT JOIN user_login_stats l ON l.username = u.username
       ORDER BY ${values[sort]} IS NULL, ${values[sort]} ${way}, ${sort === 'created' ? 'u.id' : 'u.username'} ${way}`,
    );
    for (const limit of [1, 7, 50, 500]) {
      expect(
        (await pages(desk, {}, sort, descending, limit)).map((row) => row.username),
        `limit ${String(limit)}`,
      ).toEqual(whole.map((row) => row.username));
    }
    const some = await desk.site.db.rows<{ username: string }>(
      `SELECT username FROM users u WHERE username LIKE '%user0%' AND (banned = 0 OR banned IS NULL)`,
    );
    const paged = await pages(desk, { search: 'USER0', state: 'active' }, sort, descending, 3);
    expect(paged.map((row) => row.username).sort()).toEqual(some.map((row) => row.username).sort());
  });

  test('rows whose user is gone leave no gap: every page but the last is full', async () => {
    const { db } = desk.site;
    const gone = Array.from({ length: 40 }, (_, at) => [`gone${String(at)}`, `gone${String(at)}`, 1_000 + at]);
    await db.transaction(async (tx) => {
      await tx.run('SET foreign_key_checks = 0');
      await tx.run('INSERT INTO user_points (username, invitation_code, balance) VALUES ?', [gone]);
      await tx.run('SET foreign_key_checks = 1');
    });
    try {
      for (const limit of [1, 7, 50]) {
        const { rows, next } = await desk.call('users.list', { sort: 'points', limit });
        expect(rows).toHaveLength(limit);
        expect(rows[0]?.points).toBe(6);
        const second = await desk.call('users.list', { sort: 'points', limit, after: next ?? '' });
        expect(second.rows).toHaveLength(limit);
        expect(new Set([...rows, ...second.rows].map(({ id }) => id)).size).toBe(2 * limit);
      }
    } finally {
      await db.run("DELETE FROM user_points WHERE username LIKE 'gone%'");
    }
  });

  async function names(filter: UserFilter): Promise<string[]> {
    const rows = (await pages(desk, filter, 'username', false, 500)).map((row) => row.username);
    expect((await desk.call('users.count', { filter, exact: true })).count).toBe(rows.length);
    return rows;
  }

  test('every filter means what it says', async () => {
    expect(await names({ search: 'bOB' })).toEqual(['Bob']);
    expect(await names({ search: "o'brien\\%_|" })).toEqual(["o'brien\\%_|"]);
    expect(await names({ search: '%' })).toEqual(["o'brien\\%_|"]);
    expect(await names({ search: '*[' })).toEqual(['x*[y]?']);
    expect(await names({ search: '𠀀' })).toContain('𠀀'.repeat(50));
    expect(await names({ roles: ['owner'] })).toEqual(['boss']);
    expect(await names({ roles: ['admin', 'owner'] })).toHaveLength(5);
    expect(await names({ state: 'banned' })).toHaveLength(11);
    expect((await names({ state: 'active' })).length + 11).toBe((await names({})).length);
    expect((await names({ tags: ['vip'] })).sort()).toEqual(['Bob', 'a:b', 'x*[y]?']);
    expect((await names({ tags: ['svip', '老用户'] })).sort()).toEqual(['Bob', 'x*[y]?', '🦊🦊']);
    expect(await names({ card: 'active' })).toEqual(['user001']);
    expect(await names({ card: 'expired' })).toEqual(['user002']);
    expect(await names({ card: 'none', search: 'user00' })).toHaveLength(8);
    expect(await names({ pointsMin: 6, search: 'user' })).toHaveLength(
      many.filter((person) => person.points !== null && (person.points ?? 0) >= 6).length,
    );
    expect(await names({ pointsMax: 0, search: 'user' })).toHaveLength(
      many.filter((person) => person.points === 0).length,
    );
    expect(await names({ neverSignedIn: true, search: 'user' })).toHaveLength(
      many.filter((person) => (person.lastLogin ?? null) === null).length,
    );
    expect(await names({ neverSignedIn: false })).toHaveLength(
      many.filter((person) => (person.lastLogin ?? null) !== null).length,
    );
    expect(await names({ lastLoginFrom: '2026-03-05T00:00:00Z' })).toHaveLength(
      many.filter((person) => (person.lastLogin ?? '') >= '2026-03-05').length,
    );
    expect(
      await names({ lastLoginFrom: '2026-03-02T00:00:00Z', lastLoginTo: '2026-03-02T18:00:00+08:00' }),
    ).toHaveLength(many.filter((person) => person.lastLogin?.startsWith('2026-03-02') === true).length);
    expect(await names({ createdFrom: '2026-02-09T00:00:00Z' })).toHaveLength(
      many.filter((person) => person.createdAt?.startsWith('2026-02-09') === true).length,
    );
    expect(await names({ search: 'nobody at all' })).toEqual([]);
  });

  test('odd rows do not break the page', async () => {
    const rows = await pages(desk, {}, 'created', true, 500);
    const by = new Map(rows.map((row) => [row.username, row]));
    expect(by.get('Bob')?.tags).toEqual(['vip', '老用户']);
    expect(by.get('x*[y]?')?.tags).toEqual(['vip', 'svip']);
    expect(by.get("o'brien\\%_|")?.tags).toEqual([]);
    expect(by.get('🦊🦊')?.tags).toEqual(['svip']);
    expect(by.get('user007')?.createdAt).toBeNull();
    expect(by.get('user003')).toMatchObject({ points: null, card: null, banned: false });
    expect(by.get('user001')).toMatchObject({
      banned: false,
      card: { type: 'year', expiresAt: '2037-01-01T00:00:00Z' },
    });
    if (engine === 'mariadb') {
      // A site whose JSON column has lost its CHECK.
      await desk.site.db.run('SET SESSION check_constraint_checks = 0');
      await desk.site.db.run('ALTER TABLE users MODIFY tags LONGTEXT NULL');
      await desk.site.db.run("UPDATE users SET tags = 'vip, broken [' WHERE username = 'user010'");
      expect(await names({ tags: ['vip'] })).toContain('user010');
      expect((await pages(desk, { search: 'user010' }, 'created', true, 5))[0]?.tags).toEqual(['vip', 'broken [']);
    }
  });

  test('a place that no page answered is refused', async () => {
    const { next } = await desk.call('users.list', { limit: 2 });
    const after = next ?? '';
    const written = Buffer.from(after, 'base64url').toString();
    // The cursor with each of its characters changed in turn.
    const changed = Array.from(
      written,
      (letter, at) => written.slice(0, at) + (letter === '1' ? '2' : '1') + written.slice(at + 1),
    );
    for (const forged of ['', 'nonsense', '[]', '["created",true,"x","1"]', '[null,"1","mark"]', ...changed])
      await expect(
        desk.call('users.list', { limit: 2, after: Buffer.from(forged).toString('base64url') }),
        forged,
      ).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(desk.call('users.list', { limit: 2, after: `${after}=` })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect((await desk.call('users.list', { limit: 2, after })).rows).toHaveLength(2);
  });

  test('a place is good for its own order and filter alone, however the filter is written', async () => {
    const filter: UserFilter = { state: 'active', roles: ['user'] };
    const { next } = await desk.call('users.list', { filter, limit: 2 });
    const after = next ?? '';
    for (const other of [
      { filter, sort: 'username' },
      { filter, descending: false },
      { filter: {} },
      { filter: { ...filter, state: 'banned' } },
    ] satisfies Input<'users.list'>[])
      await expect(desk.call('users.list', { ...other, limit: 2, after })).rejects.toMatchObject({
        code: 'invalid_input',
      });
    const { state, roles } = filter;
    expect((await desk.call('users.list', { filter: { roles, state }, limit: 2, after })).rows).toHaveLength(2);
  });

  test('one user, with everything; found in another spelling', async () => {
    const details = await desk.call('users.get', { username: 'BOB' });
    expect(details).toMatchObject({
      username: 'Bob',
      passwordKind: 'sha256',
      ban: null,
      tvbox: 'none',
      sessions: 0,
      invitations: { invited: 0 },
      plays: [],
    });
    const { membership } = await desk.call('users.get', { username: 'user001' });
    expect(membership.map(({ type }) => type)).toEqual(['year']);
    const found = await desk.call('cards.list', { filter: { user: 'user001' } });
    expect(membership.map(({ cardId }) => cardId)).toEqual(found.rows.map(({ id }) => id));
    await expect(desk.call('users.get', { username: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('the export holds every row, defused, and leaves no file when it is cancelled', async () => {
    await addPeople(desk.site.db, [{ username: '=cmd|calc' }]);
    const { jobId } = await desk.call('users.export', { sort: 'username', descending: false });
    const job = await desk.settled(jobId);
    expect(job).toMatchObject({ state: 'done' });
    const text = await readFile(job.file ?? '', 'utf8');
    expect(text.startsWith('\uFEFFid,username,role,')).toBe(true);
    const lines = text.trim().split('\n');
    const [count] = await desk.site.db.rows<{ found: string }>('SELECT COUNT(*) AS found FROM users');
    expect(lines).toHaveLength(Number(count?.found) + 1);
    expect(lines.some((line) => line.includes("'=cmd|calc"))).toBe(true);
    expect(await desk.call('audit.list', { filter: { operation: 'users.export' } })).toMatchObject({
      rows: [{ operator: 'boss', undo: 'impossible' }],
    });
    const cancelled = await desk.call('users.export', {});
    await desk.call('jobs.cancel', { id: cancelled.jobId });
    const ended = await desk.settled(cancelled.jobId);
    if (ended.state === 'cancelled')
      expect((await readdir(desk.folder)).map((name) => join(desk.folder, name))).toEqual([]);
  });

  test('tags longer than the server can sort do not take the list away', async () => {
    const { db } = desk.site;
    const tag = 'x'.repeat(400_000);
    await db.run("UPDATE users SET tags = ? WHERE username = 'user005'", [JSON.stringify([tag])]);
    try {
      for (const sort of ['created', 'username', 'lastLogin', 'points'] as const)
        expect((await pages(desk, {}, sort, true, 500)).find((row) => row.username === 'user005')?.tags).toEqual([tag]);
      expect((await pages(desk, { search: 'user005' }, 'created', false, 50)).length).toBe(1);
      const { jobId } = await desk.call('users.export', { sort: 'created' });
      expect(await desk.settled(jobId)).toMatchObject({ state: 'done', error: null });
      for (const file of await readdir(desk.folder)) await rm(join(desk.folder, file));
      const { rows } = await desk.call('users.ban.preview', {
        who: { names: ['user006', 'user005', 'user004'] },
        reason: 'other',
      });
      expect(rows.map(({ target }) => target)).toEqual(['user004', 'user005', 'user006']);
    } finally {
      await db.run("UPDATE users SET tags = NULL WHERE username = 'user005'");
    }
  });

  test.each(['created', 'username', 'lastLogin', 'points'] as const)(
    'the export by %s has the order of the list, whoever lacks the value last',
    async (sort) => {
      for (const descending of [true, false]) {
        const { jobId } = await desk.call('users.export', { sort, descending });
        const job = await desk.settled(jobId);
        const lines = (await readFile(job.file ?? '', 'utf8')).trim().split('\n').slice(1);
        await rm(job.file ?? '');
        const ids = lines.map((line) => line.slice(0, line.indexOf(',')));
        expect(ids).toEqual((await pages(desk, {}, sort, descending, 500)).map(({ id }) => id));
      }
    },
  );
});
