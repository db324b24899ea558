import { createConnection, type Connection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Overwritten } from '../../../electron/contract/config.js';
import { connectionOptions } from '../../../electron/data/mysql/database.js';
import { createStorage } from '../../../electron/storage/index.js';
import { engines } from '../../sandbox/database.js';
import { addPeople } from '../fixtures/users.js';
import { admin, banned, codeOf, openSite, openTestSite, type TestSite } from '../helpers.js';

interface Entry {
  username: string;
  banned?: boolean;
  tags?: string[];
}

interface Config {
  UserConfig: { Users: Entry[] };
  SiteConfig?: unknown;
}

/** A site whose own code keeps the whole config in memory, with a connection of its own. */
class OldSite {
  readonly #connection: Connection;
  config: Config = { UserConfig: { Users: [] } };

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async read(): Promise<void> {
    const [rows] = await this.#connection.query(
      "SELECT config_value AS text FROM admin_configs WHERE config_key = 'main_config'",
    );
    this.config = JSON.parse((rows as { text: string }[])[0]?.text ?? '{}') as Config;
  }

  async save(): Promise<void> {
    await this.#connection.query("UPDATE admin_configs SET config_value = ? WHERE config_key = 'main_config'", [
      JSON.stringify(this.config),
    ]);
  }

  entry(name: string): Entry | undefined {
    return this.config.UserConfig.Users.find(({ username }) => username === name);
  }
}

describe.each(engines())('a site that writes an old copy of its config, on %s', (engine) => {
  let desk: TestSite;
  let site: OldSite;
  let connection: Connection;
  beforeEach(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [
      { username: 'boss', role: 'owner' },
      { username: 'ann' },
      { username: 'ben', tags: '["old"]', entry: { tags: ['old'] } },
      { username: 'cat' },
    ]);
    connection = await createConnection(connectionOptions(desk.site.config.mysql));
    site = new OldSite(connection);
    await site.read();
  });
  afterEach(async () => {
    await connection.end();
    await desk.close();
  });

  const lost = (): Promise<Overwritten> => desk.call('config.overwritten', {});
  const names = async (): Promise<string[]> =>
    (await lost()).changes.map(({ username, field }) => `${username}.${field}`).toSorted();
  const tagged = async (name: string, add: string[]): Promise<void> => {
    const input = { who: { names: [name] }, add };
    const { fingerprint } = await desk.call('users.tag.preview', input);
    await desk.call('users.tag', { ...input, fingerprint });
  };

  test('what was changed meanwhile is found, with its author; applied again, it stands and can be undone', async () => {
    const auditId = await banned(desk, ['ann']);
    await tagged('ben', ['vip']);
    expect(await lost()).toMatchObject({ total: 0, changes: [] });

    await site.save();
    expect(await names()).toEqual(['ann.banned', 'ben.tags']);
    const ann = (await lost()).changes.find(({ username }) => username === 'ann');
    expect(ann).toMatchObject({ field: 'banned', before: null, after: 'true', by: 'boss', auditId, again: true });
    expect(ann?.label).toBe('Ban users');
    // The ban holds as far as the database does.
    expect(await desk.site.db.rows("SELECT banned FROM users WHERE username = 'ann'")).toEqual([{ banned: 1 }]);

    const plan = await desk.call('config.restore.preview', {});
    expect(plan).toMatchObject({ total: 2, left: 0 });
    expect(await codeOf(desk.call('config.restore', { fingerprint: plan.fingerprint }, { operator: admin }))).toBe(
      'forbidden',
    );
    const { auditId: again } = await desk.call('config.restore', { fingerprint: plan.fingerprint });
    expect(await lost()).toMatchObject({ total: 0, changes: [] });
    await site.read();
    expect([site.entry('ann')?.banned, site.entry('ben')?.tags]).toEqual([true, ['old', 'vip']]);
    expect(await codeOf(desk.call('config.restore', { fingerprint: plan.fingerprint }))).not.toBe('ok');

    const undo = await desk.call('audit.undo.preview', { id: again });
    await desk.call('audit.undo', { id: again, fingerprint: undo.fingerprint });
    await site.read();
    expect(site.entry('ann')?.banned).toBeUndefined();
  });

  test('what the site has changed on purpose is not reported, nor a user who was deleted', async () => {
    await banned(desk, ['ann', 'cat']);
    await tagged('ben', ['vip']);
    await desk.site.db.run("DELETE FROM users WHERE username = 'cat'");
    // Another value than the old one, in a fresh copy.
    await site.read();
    const ben = site.entry('ben');
    if (ben !== undefined) ben.tags = ['gold'];
    await site.save();
    expect(await names()).toEqual([]);
    // Its old copy has ben's new tags, and neither ban.
    for (const name of ['ann', 'cat']) delete site.entry(name)?.banned;
    await site.save();
    expect(await names()).toEqual(['ann.banned']);
    // The site lifts the ban in both places, as our storage does.
    await desk.site.db.run("UPDATE users SET banned = 0 WHERE username = 'ann'");
    await site.save();
    await touched(connection);
    expect(await names()).toEqual([]);
  });

  test('an entry that a ban created, and a ban by the storage, are found too', async () => {
    await desk.site.db.run("INSERT INTO users (username, password_hash, role) VALUES ('new', 'x', 'user')");
    const storage = createStorage({ engine: 'hybrid', ...desk.site.config, warmUsers: 0 });
    try {
      await storage.banUser('cat', true);
    } finally {
      await storage.close();
    }
    await banned(desk, ['new']);
    await site.save();
    expect(await names()).toEqual(['cat.banned', 'new.banned']);
    expect((await lost()).changes.find(({ username }) => username === 'cat')).toMatchObject({
      by: 'site',
      auditId: null,
    });
    const { fingerprint } = await desk.call('config.restore.preview', { names: ['new'] });
    await desk.call('config.restore', { names: ['new'], fingerprint });
    await site.read();
    expect(site.entry('new')).toMatchObject({ username: 'new', role: 'user', banned: true });
    expect(await names()).toEqual(['cat.banned']);
  });

  test('a copy older than several changes of one field is found; the newest is applied again', async () => {
    await tagged('ben', ['vip']);
    await tagged('ben', ['gold']);
    await banned(desk, ['ann']);
    await site.save();
    expect(await names()).toEqual(['ann.banned', 'ben.tags']);
    const ben = (await lost()).changes.find(({ username }) => username === 'ben');
    expect(ben).toMatchObject({ before: '["old"]', after: '["old","vip","gold"]', again: true });
    const { fingerprint } = await desk.call('config.restore.preview', { names: ['ben'] });
    await desk.call('config.restore', { names: ['ben'], fingerprint });
    await site.read();
    expect(site.entry('ben')?.tags).toEqual(['old', 'vip', 'gold']);
    expect(await names()).toEqual(['ann.banned']);
  });

  test('dismissed, they are not shown again; what is overwritten later is', async () => {
    await banned(desk, ['ann']);
    await site.save();
    expect(await names()).toEqual(['ann.banned']);
    const { seen } = await desk.call('config.overwritten', {});
    // Meanwhile another one is overwritten, which nobody has looked at.
    await banned(desk, ['ben']);
    await site.save();
    expect(await codeOf(desk.call('config.dismiss', { seen }))).toBe('stale_preview');
    expect((await names()).toSorted()).toEqual(['ann.banned', 'ben.banned']);
    const all = await desk.call('config.overwritten', {});
    expect(await desk.call('config.dismiss', { seen: all.seen })).toMatchObject({ changes: 2 });
    expect(await names()).toEqual([]);
    expect(await codeOf(desk.call('config.dismiss', { seen: all.seen }))).toBe('conflict');
    await tagged('ann', ['x']);
    await site.save();
    expect(await names()).toEqual(['ann.tags']);
  });

  test('dismissed is what was overwritten, not what else was changed of the same user', async () => {
    await tagged('ann', ['vip']);
    await banned(desk, ['ann']);
    const ann = site.entry('ann');
    if (ann !== undefined) ann.tags = ['vip'];
    await site.save();
    expect(await names()).toEqual(['ann.banned']);
    await desk.call('config.dismiss', { seen: (await desk.call('config.overwritten', {})).seen });
    expect(await names()).toEqual([]);
    delete ann?.tags;
    await site.save();
    expect(await names()).toEqual(['ann.tags']);
  });

  test('what was dismissed stays so however old it is; a ban by the storage since is found', async () => {
    await banned(desk, ['ann']);
    await site.save();
    await desk.call('config.dismiss', { seen: (await lost()).seen });
    await connection.query('UPDATE console_audit SET at = at - INTERVAL 31 DAY');
    await connection.query('UPDATE console_bans SET banned_at = banned_at - INTERVAL 31 DAY');
    await tagged('ben', ['vip']);
    expect(await names()).toEqual([]);
    const storage = createStorage({ engine: 'hybrid', ...desk.site.config, warmUsers: 0 });
    try {
      await storage.banUser('ann', false);
      await storage.banUser('ann', true);
    } finally {
      await storage.close();
    }
    const ben = site.entry('ben');
    if (ben !== undefined) ben.tags = ['old', 'vip'];
    await site.save();
    expect(await names()).toEqual(['ann.banned']);
  });

  test('a ban by the storage that is newer than a dismissal of the last days is found', async () => {
    await banned(desk, ['ann']);
    await site.save();
    await desk.call('config.dismiss', { seen: (await lost()).seen });
    await connection.query('UPDATE console_audit SET at = at - INTERVAL 1 DAY');
    const storage = createStorage({ engine: 'hybrid', ...desk.site.config, warmUsers: 0 });
    try {
      await storage.banUser('ann', false);
      await storage.banUser('ann', true);
    } finally {
      await storage.close();
    }
    await site.save();
    expect(await names()).toEqual(['ann.banned']);
  });

  test('a kept answer goes as soon as a preview or a dismissal finds that its cause is gone', async () => {
    const settled = (): Promise<unknown> =>
      connection.query('UPDATE admin_configs SET updated_at = updated_at - INTERVAL 5 SECOND');
    for (const ask of ['preview', 'dismiss']) {
      await banned(desk, ['ann']);
      await site.save();
      await settled();
      const { seen, total } = await lost();
      expect(total).toBe(1);
      await connection.query("UPDATE users SET banned = 0 WHERE username = 'ann'");
      if (ask === 'preview') expect(await desk.call('config.restore.preview', {})).toMatchObject({ total: 0 });
      else expect(await codeOf(desk.call('config.dismiss', { seen }))).toBe('conflict');
      expect(await names()).toEqual([]);
    }
  });

  test('dismissals do not use up what a look reads', async () => {
    await tagged('ben', ['vip']);
    await site.save();
    await recorded(connection, 'config.dismiss', 20_001, '{}', '{"dismissed":[{"entryFields":["tags"]}]}');
    expect(await lost()).toMatchObject({ total: 1, onlyNewest: null });
  });

  test('of two consoles that dismiss the same, one does', async () => {
    await banned(desk, ['ann', 'cat']);
    await site.save();
    const { seen } = await lost();
    const other = await openSite(desk.site.config);
    try {
      const ends = await Promise.all([desk, other].map((one) => codeOf(one.call('config.dismiss', { seen }))));
      expect(ends.toSorted()).toEqual(['conflict', 'no refusal: null']);
    } finally {
      await other.close();
    }
    expect(
      await desk.site.db.rows("SELECT id FROM console_audit WHERE operation = 'config.dismiss' AND outcome = 'done'"),
    ).toHaveLength(1);
    // What is overwritten later can be dismissed as before.
    await banned(desk, ['ben']);
    await site.save();
    expect(await desk.call('config.dismiss', { seen: (await lost()).seen })).toMatchObject({ changes: 1 });
  });

  test('where there are more changes than a look reads, the answer and the plan say so', async () => {
    await tagged('ben', ['vip']);
    await site.save();
    expect(await lost()).toMatchObject({ total: 1, onlyNewest: null });
    await moreChanges(connection, 19_999);
    expect(await lost()).toMatchObject({ total: 1, onlyNewest: null });
    await moreChanges(connection, 1);
    // Nothing is known of ben's change, which is older.
    expect(await lost()).toMatchObject({ total: 0, onlyNewest: 20_000 });
    expect(await desk.call('config.restore.preview', {})).toMatchObject({ total: 0, onlyNewest: 20_000 });
  });

  test('after the move to rows, a found list that lifts a ban is told, and has to be banned again', async () => {
    const { fingerprint } = await desk.call('config.move.preview', { to: 'rows' });
    await desk.call('config.move', { to: 'rows', fingerprint });
    const ann = site.entry('ann');
    if (ann !== undefined) ann.banned = false;
    await banned(desk, ['ann']);
    // The row's time has whole seconds, and only a list that is written later counts.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await site.save();
    const storage = createStorage({ engine: 'hybrid', ...desk.site.config, warmUsers: 0 });
    try {
      await storage.getAdminConfig();
    } finally {
      await storage.close();
    }
    const { changes } = await lost();
    expect(changes).toMatchObject([{ username: 'ann', field: 'banned', again: false }]);
    expect(await desk.call('config.restore.preview', {})).toMatchObject({ total: 0, left: 1 });
    await banned(desk, ['ann']);
    expect(await names()).toEqual([]);
  });
});

/** Makes the row's time another one, as a write a second later would. */
async function touched(connection: Connection): Promise<void> {
  await connection.query(
    "UPDATE admin_configs SET updated_at = updated_at + INTERVAL 5 SECOND WHERE config_key = 'main_config'",
  );
}

/** Writes down so many changes like that of ben, of somebody who is not there. */
async function moreChanges(connection: Connection, count: number): Promise<void> {
  const [rows] = await connection.query(
    `SELECT REPLACE(before_image, '"ben"', '"zed"') AS was, REPLACE(after_image, '"ben"', '"zed"') AS now
     FROM console_audit_targets WHERE target = 'ben' ORDER BY audit_id LIMIT 1`,
  );
  const [image] = rows as { was: string; now: string }[];
  await recorded(connection, 'users.tag', count, image?.was ?? '', image?.now ?? '');
}

/** Writes down a change of so many users. */
async function recorded(
  connection: Connection,
  operation: string,
  count: number,
  was: string,
  now: string,
): Promise<void> {
  await connection.query(
    `INSERT INTO console_audit (at, operator, operator_role, origin, operation, input, outcome, targets)
     VALUES (UTC_TIMESTAMP(3), 'boss', 'owner', 'window', ?, '{}', 'done', ?)`,
    [operation, count],
  );
  const digit = `(SELECT 0 AS n ${Array.from({ length: 9 }, (_, at) => `UNION ALL SELECT ${String(at + 1)}`).join(' ')})`;
  await connection.query(
    `INSERT INTO console_audit_targets (audit_id, seq, kind, target, before_image, after_image)
     SELECT (SELECT MAX(id) FROM console_audit), a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS seq,
       'user', 'zed', ?, ?
     FROM ${digit} a CROSS JOIN ${digit} b CROSS JOIN ${digit} c CROSS JOIN ${digit} d CROSS JOIN ${digit} e
     ORDER BY seq LIMIT ?`,
    [was, now, count],
  );
}
