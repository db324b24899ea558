import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertRows } from '../../../electron/data/write/row-writer.js';
import { engines } from '../../sandbox/database.js';
import { banned, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, snapshot } from '../fixtures/users.js';

describe.each(engines())('what lies beside a user on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());
  let at = 0;
  let name = '';
  beforeEach(async () => {
    name = `Edge${String((at += 1))}`;
    await addPeople(desk.site.db, [{ username: name }]);
  });

  const who = (): { readonly names: string[] } => ({ names: [name] });
  async function deleted(): Promise<string> {
    const { fingerprint } = await desk.call('users.delete.preview', { who: who() });
    const answer = await desk.call('users.delete', { who: who(), fingerprint });
    if (!answer.done) throw new Error('became a job');
    return answer.proof.auditId;
  }

  test('a deletion of nobody who may be deleted deletes nobody', async () => {
    const input = { who: { names: ['boss'] } };
    const { fingerprint, changed } = await desk.call('users.delete.preview', input);
    expect(changed).toBe(0);
    expect(await desk.call('users.delete', { ...input, fingerprint })).toMatchObject({ done: true, changed: 0 });
  });

  test('a deletion is refused when points or cards are others than the preview showed', async () => {
    const points = await desk.call('users.delete.preview', { who: who() });
    await desk.site.db.run('UPDATE user_points SET balance = 50, total_earned = 50 WHERE username = ?', [name]);
    expect(await codeOf(desk.call('users.delete', { who: who(), fingerprint: points.fingerprint }))).toBe(
      'stale_preview',
    );
    const cards = await desk.call('users.delete.preview', { who: who() });
    await desk.site.db.run(
      "INSERT INTO card_keys (key_hash, plain_key, key_type, status, bound_to, bound_at, expires_at) VALUES (?, 'p', 'year', 'used', ?, NOW(), '2030-01-01')",
      [`late-${name}`, name],
    );
    expect(await codeOf(desk.call('users.delete', { who: who(), fingerprint: cards.fingerprint }))).toBe(
      'stale_preview',
    );
  });

  test('lifting a ban is refused when it is another ban by now', async () => {
    await banned(desk, [name]);
    const { fingerprint } = await desk.call('users.unban.preview', { who: who() });
    await desk.site.db.run('UPDATE console_bans SET audit_id = audit_id + 1000000 WHERE username = ?', [name]);
    expect(await codeOf(desk.call('users.unban', { who: who(), fingerprint }))).toBe('stale_preview');
  });

  test('a deleted user’s cards leave the cache, also when the deletion is taken back', async () => {
    const { site } = desk;
    await site.db.run(
      "INSERT INTO card_keys (key_hash, plain_key, key_type, status, bound_to, bound_at, expires_at) VALUES (?, 'p', 'year', 'used', ?, NOW(), '2030-01-01')",
      [`hash-${name}`, name],
    );
    const key = site.keys.of('cardKey', `hash-${name}`);
    await site.redis.set(key, JSON.stringify({ boundTo: name }));
    const id = await deleted();
    expect(await site.redis.exists(key)).toBe(0);
    await site.redis.set(key, JSON.stringify({ boundTo: null }));
    const { fingerprint } = await desk.call('audit.undo.preview', { id });
    await desk.call('audit.undo', { id, fingerprint });
    expect(await site.redis.exists(key)).toBe(0);
    expect(await site.db.rows('SELECT bound_to FROM card_keys WHERE key_hash = ?', [`hash-${name}`])).toEqual([
      { bound_to: name },
    ]);
  });

  test('rows that spell the user otherwise go too, and no undo is promised that could not bring them back', async () => {
    await desk.site.db.run('INSERT INTO user_login_stats (username, login_count) VALUES (?, 1)', [name.toUpperCase()]);
    const id = await deleted();
    expect(await desk.site.db.rows('SELECT 1 AS found FROM user_login_stats WHERE username = ?', [name])).toEqual([]);
    expect(await codeOf(desk.call('audit.undo.preview', { id }))).toBe('conflict');
  });

  test('whoever has more than 5,000 rows goes without images, and no undo is offered; with 5,000 all come back', async () => {
    const { db } = desk.site;
    const images = async (id: string): Promise<number> => {
      const rows = await db.rows<{ before_image: string }>(
        'SELECT before_image FROM console_audit_targets WHERE audit_id = ?',
        [id],
      );
      return rows.reduce((sum, row) => sum + row.before_image.split('"content_id"').length - 1, 0);
    };
    const favour = (from: number, to: number): Promise<void> =>
      insertRows(
        db,
        'favorites',
        Array.from({ length: to - from }, (_, at) => ({
          username: name,
          source: 's',
          content_id: String(from + at),
          title: 't',
          source_name: 'n',
        })),
      );
    // Together with the row of points.
    await favour(0, 4_999);
    const whole = await deleted();
    expect(await images(whole)).toBe(4_999);
    const { fingerprint } = await desk.call('audit.undo.preview', { id: whole });
    await desk.call('audit.undo', { id: whole, fingerprint });
    const left = (): Promise<unknown[]> =>
      db.rows('SELECT COUNT(*) AS found FROM favorites WHERE username = ? HAVING found > 0', [name]);
    expect((await left()).map((row) => Number((row as { found: string }).found))).toEqual([4_999]);
    await favour(4_999, 5_000);
    const id = await deleted();
    expect(await left()).toEqual([]);
    expect(await images(id)).toBe(0);
    expect(await desk.call('audit.get', { id })).toMatchObject({ undo: 'impossible', proof: { undo: 'impossible' } });
    expect(await codeOf(desk.call('audit.undo.preview', { id }))).toBe('conflict');
  });

  test('nor where another table of the site loses rows with a user', async () => {
    await desk.site.db.run(
      'CREATE TABLE comments (id INT PRIMARY KEY AUTO_INCREMENT, username VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci, FOREIGN KEY (username) REFERENCES users(username) ON DELETE CASCADE) ENGINE=InnoDB',
    );
    try {
      expect(await codeOf(desk.call('audit.undo.preview', { id: await deleted() }))).toBe('conflict');
    } finally {
      await desk.site.db.run('DROP TABLE comments');
    }
  });

  describe('where another table refers to something of a user', () => {
    const refer = async (rule: string): Promise<void> => {
      await desk.site.db.run(
        `CREATE TABLE notes (id INT PRIMARY KEY AUTO_INCREMENT, favorite BIGINT NULL, FOREIGN KEY (favorite) REFERENCES favorites(id) ON DELETE ${rule}) ENGINE=InnoDB`,
      );
      const { insertId } = await desk.site.db.run(
        "INSERT INTO favorites (username, source, content_id, title, source_name) VALUES (?, 's', '1', 't', 'n')",
        [name],
      );
      await desk.site.db.run('INSERT INTO notes (favorite) VALUES (?)', [insertId]);
    };

    test.each(['CASCADE', 'SET NULL'])('no undo is promised that could not bring its rows back: %s', async (rule) => {
      await refer(rule);
      try {
        expect(await codeOf(desk.call('audit.undo.preview', { id: await deleted() }))).toBe('conflict');
      } finally {
        await desk.site.db.run('DROP TABLE notes');
      }
    });

    test('and does not let it go, nothing is deleted', async () => {
      await refer('RESTRICT');
      try {
        expect(await codeOf(deleted())).toBe('unsupported');
        expect(await desk.site.db.rows('SELECT username FROM favorites WHERE username = ?', [name])).toHaveLength(1);
      } finally {
        await desk.site.db.run('DROP TABLE notes');
      }
    });
  });

  test('what a site keeps in columns of its own comes back: what the server works out, and bytes', async () => {
    const { site } = desk;
    await site.db.run(
      `ALTER TABLE users ADD COLUMN lower_name VARCHAR(60) GENERATED ALWAYS AS (LOWER(username)) STORED,
         ADD COLUMN avatar BLOB NULL, ADD COLUMN flags BIT(4) NULL, ADD COLUMN more JSON NULL`,
    );
    try {
      await site.db.run(
        `UPDATE users SET avatar = 0xfffe00, flags = b'1010', more = '{"a": 1.50, "b": ["x"]}' WHERE username = ?`,
        [name],
      );
      const before = await snapshot(site);
      const id = await deleted();
      const { changes } = await desk.call('audit.get', { id });
      expect(changes[0]?.before).toMatchObject({ users: [{ avatar: '••••', password_hash: '••••' }] });
      const { fingerprint } = await desk.call('audit.undo.preview', { id });
      await desk.call('audit.undo', { id, fingerprint });
      expect(await snapshot(site)).toEqual(before);
    } finally {
      await site.db.run(
        'ALTER TABLE users DROP COLUMN lower_name, DROP COLUMN avatar, DROP COLUMN flags, DROP COLUMN more',
      );
    }
  });

  test('nor is one promised where a column is hidden from who asks for all', async () => {
    await desk.site.db.run('ALTER TABLE users ADD COLUMN hidden INT NULL INVISIBLE');
    try {
      expect(await codeOf(desk.call('audit.undo.preview', { id: await deleted() }))).toBe('conflict');
    } finally {
      await desk.site.db.run('ALTER TABLE users DROP COLUMN hidden');
    }
  });

  test('a site without foreign keys keeps nothing of a deleted user', async () => {
    const keys = await desk.site.db.rows<{ name: string }>(
      "SELECT CONSTRAINT_NAME AS name FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'user_points'",
    );
    for (const key of keys) await desk.site.db.run(`ALTER TABLE user_points DROP FOREIGN KEY \`${key.name}\``);
    const id = await deleted();
    expect(await desk.site.db.rows('SELECT 1 AS found FROM user_points WHERE username = ?', [name])).toEqual([]);
    const { fingerprint } = await desk.call('audit.undo.preview', { id });
    await desk.call('audit.undo', { id, fingerprint });
    expect(await desk.site.db.rows('SELECT username FROM user_points WHERE username = ?', [name])).toEqual([
      { username: name },
    ]);
  });

  test('a ban suspends the code of a points row that spells the user otherwise', async () => {
    await desk.site.db.run('UPDATE user_points SET username = ? WHERE username = ?', [name.toUpperCase(), name]);
    await banned(desk, [name]);
    const [row] = await desk.site.db.rows<{ invitation_code: string }>(
      'SELECT invitation_code FROM user_points WHERE username = ?',
      [name],
    );
    expect(row?.invitation_code).toHaveLength(20);
  });

  test('a deletion is not taken back where the name was given anew in another spelling', async () => {
    const id = await deleted();
    await addPeople(desk.site.db, [{ username: name.replace('E', 'Ｅ').replace('d', 'ď') }]);
    expect(await desk.call('audit.undo.preview', { id })).toMatchObject({ skipped: [{ why: 'moved_on', count: 1 }] });
  });
});
