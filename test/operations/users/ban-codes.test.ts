import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { type SiteClient, openSiteClient } from '../../storage/hybrid/site-client.js';
import { undo } from '../fixtures/cards.js';
import { banned, codeOf, openTestSite, type TestSite } from '../helpers.js';
import { addPeople, entryOf, waiting } from '../fixtures/users.js';

const placeholder = /^[A-Z0-9]{20}$/;
const ofTheSite = /^[A-Z0-9]{16}$/;

/** Invitation codes and tokens of banned users: the console and the site's storage do the same, in any order. */
describe.each(engines())('codes of banned users on %s', (engine) => {
  let desk: TestSite;
  let site: SiteClient;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    site = openSiteClient(desk.site);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  const codeNow = async (name: string): Promise<string> => {
    const [row] = await desk.site.db.rows<{ code: string }>(
      'SELECT invitation_code AS code FROM user_points WHERE username = ?',
      [name],
    );
    return row?.code ?? 'no account';
  };
  const lifted = async (name: string): Promise<string> => {
    const who = { names: [name] };
    const { fingerprint } = await desk.call('users.unban.preview', { who });
    const answer = await desk.call('users.unban', { who, fingerprint });
    if (!answer.done) throw new Error('became a job');
    return answer.proof.auditId;
  };
  const giveCode = (name: string, code: string): Promise<unknown> =>
    desk.site.db.run('UPDATE user_points SET invitation_code = ? WHERE username = ?', [code, name]);
  /** Lifts a ban like a site that does not know about codes. */
  const liftPast = (name: string): Promise<unknown> =>
    desk.site.db.run('UPDATE users SET banned = 0 WHERE username = ?', [name]);

  /** Both sides, with the same interface. */
  const sides = [
    {
      side: 'the console',
      terms: { banned_by: 'boss', reason: 'fraud' },
      ban: async (name: string): Promise<unknown> => banned(desk, [name]),
      lift: async (name: string): Promise<unknown> => lifted(name),
    },
    {
      side: 'the site',
      terms: { banned_by: 'site', reason: 'other' },
      ban: (name: string): Promise<unknown> => site.banUser(name, true),
      lift: (name: string): Promise<unknown> => site.banUser(name, false),
    },
  ];
  const pairs = sides.flatMap((first) =>
    sides.map((second) => ({ name: `${first.side}, then ${second.side}`, first, second })),
  );
  let made = 0;
  const somebody = async (code: string, token: string | null = null): Promise<string> => {
    const username = `somebody${String((made += 1))}`;
    await addPeople(desk.site.db, [{ username, code: `${code}${String(made)}`, token }]);
    return username;
  };

  test.each(pairs)(
    'a ban after a lift past the console brings back the first code: $name',
    async ({ first, second }) => {
      const name = await somebody('FIRST', 'token-1');
      const code = await codeNow(name);
      await first.ban(name);
      expect(await codeNow(name)).toMatch(placeholder);
      await liftPast(name);
      await second.ban(name);
      expect(await codeNow(name)).toMatch(placeholder);
      // The first ban has ended: operator and reason are those of the second.
      expect(await desk.site.db.rows('SELECT banned_by, reason FROM console_bans WHERE username = ?', [name])).toEqual([
        second.terms,
      ]);
      await first.lift(name);
      expect(await codeNow(name)).toBe(code);
      expect(await desk.site.db.rows('SELECT banned, tvbox_token FROM users WHERE username = ?', [name])).toEqual([
        { banned: 0, tvbox_token: 'token-1' },
      ]);
      expect(await entryOf(desk.site, name)).toMatchObject({ tvboxToken: 'token-1' });
    },
  );

  test.each(pairs)('a code given after a lift past the console is live no more: $name', async ({ first, second }) => {
    const name = await somebody('OLD');
    await first.ban(name);
    await liftPast(name);
    await giveCode(name, `GIVEN${String(made)}`);
    await second.ban(name);
    expect(await codeNow(name)).toMatch(placeholder);
    await second.lift(name);
    expect(await codeNow(name)).toBe(`GIVEN${String(made)}`);
  });

  test.each(pairs)('a lifted ban whose code is taken gets a new one: $name', async ({ first, second }) => {
    const name = await somebody('LOST');
    const code = await codeNow(name);
    await first.ban(name);
    const thief = await somebody('THIEF');
    await giveCode(thief, code.toLowerCase());
    await second.lift(name);
    expect(await codeNow(name)).toMatch(ofTheSite);
    expect(await codeNow(thief)).toBe(code.toLowerCase());
  });

  test.each(pairs)('a code that the site gave meanwhile stays: $name', async ({ first, second }) => {
    const name = await somebody('MINE');
    await first.ban(name);
    await giveCode(name, `NEWER${String(made)}`);
    await second.lift(name);
    expect(await codeNow(name)).toBe(`NEWER${String(made)}`);
  });

  test('a second ban by the site takes what was given to somebody banned, and gives it back', async () => {
    const name = await somebody('ONCE', 'token-2');
    await banned(desk, [name]);
    await giveCode(name, 'GIVEN-WHILE-BANNED');
    await desk.site.db.run("UPDATE users SET tvbox_token = 'token-3' WHERE username = ?", [name]);
    await site.banUser(name, true);
    expect(await codeNow(name)).toMatch(placeholder);
    expect(await desk.site.db.rows('SELECT banned_by, reason FROM console_bans WHERE username = ?', [name])).toEqual([
      { banned_by: 'boss', reason: 'fraud' },
    ]);
    await lifted(name);
    expect(await codeNow(name)).toBe('GIVEN-WHILE-BANNED');
    expect(await desk.site.db.rows('SELECT tvbox_token FROM users WHERE username = ?', [name])).toEqual([
      { tvbox_token: 'token-3' },
    ]);
    expect(await entryOf(desk.site, name)).toMatchObject({ tvboxToken: 'token-3' });
  });

  test('a token that the site gives to somebody banned is theirs when the ban ends', async () => {
    const name = await somebody('BOX', 'token-4');
    await banned(desk, [name]);
    const config = (await site.getAdminConfig()) ?? {};
    for (const entry of config.UserConfig?.Users ?? []) if (entry['username'] === name) entry['tvboxToken'] = 'token-5';
    await site.setAdminConfig(config);
    expect(await entryOf(desk.site, name)).not.toHaveProperty('tvboxToken');
    await lifted(name);
    expect(await entryOf(desk.site, name)).toMatchObject({ tvboxToken: 'token-5' });
    expect(await site.getUserInfoV2(name)).toMatchObject({ banned: false, tvboxToken: 'token-5' });
  });

  test('the site’s writes of points give somebody banned no live code', async () => {
    const name = await somebody('READ');
    const before = await site.getUserPoints(name);
    if (before === null) throw new Error('no account');
    await banned(desk, [name]);
    // The site writes back after the ban what it read before it.
    await site.updateUserPoints({ ...before, balance: 5, totalEarned: 5 });
    expect(await codeNow(name)).toMatch(placeholder);
    const during = await site.getUserPoints(name);
    await site.updateUserPoints({ ...before, balance: 6, totalEarned: 6, invitationCode: 'FOR-LATER' });
    expect(await codeNow(name)).toMatch(placeholder);
    await lifted(name);
    expect(await codeNow(name)).toBe('FOR-LATER');
    await site.updateUserPoints({ ...before, ...during, balance: 7, totalEarned: 7 });
    expect(await codeNow(name)).toBe('FOR-LATER');

    await addPeople(desk.site.db, [{ username: 'unopened', points: null }]);
    await site.banUser('unopened', true);
    await site.updateUserPoints({ ...before, username: 'unopened', invitationCode: '' });
    expect(await codeNow('unopened')).toMatch(placeholder);
    await site.banUser('unopened', false);
    expect(await codeNow('unopened')).toMatch(ofTheSite);
  });

  test('of two who had one code, one after the other, the first has it again', async () => {
    const [one, two] = [await somebody('SHARED'), await somebody('OTHER')];
    const code = await codeNow(one);
    await banned(desk, [one]);
    await giveCode(two, code);
    await banned(desk, [two]);
    const who = { names: [two, one] };
    const { fingerprint } = await desk.call('users.unban.preview', { who });
    await desk.call('users.unban', { who, fingerprint });
    expect(await codeNow(one)).toBe(code);
    expect(await codeNow(two)).toMatch(ofTheSite);
  });

  test('a ban whose code somebody else has by now cannot be undone, and nothing is written', async () => {
    const name = await somebody('TAKEN');
    const code = await codeNow(name);
    const id = await banned(desk, [name]);
    const thief = await somebody('THIEF');
    await giveCode(thief, code);
    const preview = await desk.call('audit.undo.preview', { id });
    expect(preview).toMatchObject({ changed: 0, skipped: [{ why: 'moved_on', count: 1, sample: [name] }] });
    expect(await codeOf(desk.call('audit.undo', { id, fingerprint: preview.fingerprint }))).toBe('conflict');
    expect(await codeNow(name)).toMatch(placeholder);
    expect(await desk.site.db.rows('SELECT banned FROM users WHERE username = ?', [name])).toEqual([{ banned: 1 }]);
  });

  test('whoever is banned again by an undo has no live code, also not one that the site gave', async () => {
    const name = await somebody('FIRST');
    await banned(desk, [name]);
    await giveCode(name, 'OF-THE-SITE');
    await undo(desk, await lifted(name));
    expect(await codeNow(name)).toMatch(placeholder);
    await lifted(name);
    expect(await codeNow(name)).toBe('OF-THE-SITE');
  });

  test('a ban that made the config entry is not undone once the site has added to it', async () => {
    await addPeople(desk.site.db, [{ username: 'unlisted', entry: null }]);
    const id = await banned(desk, ['unlisted']);
    const config = (await site.getAdminConfig()) ?? {};
    for (const entry of config.UserConfig?.Users ?? []) if (entry['username'] === 'unlisted') entry['note'] = 'new';
    await site.setAdminConfig(config);
    const preview = await desk.call('audit.undo.preview', { id });
    expect(preview).toMatchObject({ changed: 0, skipped: [{ why: 'moved_on', sample: ['unlisted'] }] });
    expect(await codeOf(desk.call('audit.undo', { id, fingerprint: preview.fingerprint }))).toBe('conflict');
    expect(await entryOf(desk.site, 'unlisted')).toMatchObject({ banned: true, note: 'new' });
  });

  test('nor is one whose entry says otherwise by now', async () => {
    const name = await somebody('SAYS');
    const id = await banned(desk, [name]);
    const [row] = await desk.site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs');
    const document = JSON.parse(row?.config_value ?? '{}') as { UserConfig: { Users: Record<string, unknown>[] } };
    for (const entry of document.UserConfig.Users) if (entry['username'] === name) entry['banned'] = false;
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [JSON.stringify(document)]);
    expect(await desk.call('audit.undo.preview', { id })).toMatchObject({
      changed: 0,
      skipped: [{ why: 'moved_on', sample: [name] }],
    });
  });

  test('an undo gives the entry back to the letter, where it stood in the config', async () => {
    await addPeople(desk.site.db, [{ username: 'letter', entry: null }]);
    const stored = async (): Promise<string> =>
      (await desk.site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs'))[0]?.config_value ??
      '';
    const document = JSON.parse(await stored()) as { UserConfig: { Users: unknown[] } };
    document.UserConfig.Users.push('here');
    // A token of a type that the site does not use: a number that JavaScript cannot represent exactly.
    const entry = '{"username":"letter","tvboxToken":12345678901234567890,"role":"user","note":1.0}';
    const text = JSON.stringify(document).replace('"here"', () => entry);
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [text]);
    const before = await stored();
    expect(before).toContain('12345678901234567890');
    await undo(desk, await banned(desk, ['letter']));
    expect(await stored()).toBe(before);
  });

  test('of two entries of one name in the config the first is banned and given back, as the site reads it', async () => {
    await addPeople(desk.site.db, [{ username: 'double', token: 'first', entry: { note: 'first' } }]);
    const [row] = await desk.site.db.rows<{ config_value: string }>('SELECT config_value FROM admin_configs');
    const document = JSON.parse(row?.config_value ?? '{}') as { UserConfig: { Users: unknown[] } };
    document.UserConfig.Users.push({ username: 'double', role: 'user', tvboxToken: 'second', note: 'second' });
    await desk.site.db.run('UPDATE admin_configs SET config_value = ?', [JSON.stringify(document)]);
    await desk.site.redis.del(desk.site.keys.of('adminConfig'));
    const entries = async (): Promise<unknown[]> =>
      ((await site.getAdminConfig())?.UserConfig?.Users ?? []).filter(({ username }) => username === 'double');
    const before = await entries();
    expect(before).toMatchObject([{ note: 'first' }, { note: 'second' }]);
    const id = await banned(desk, ['double']);
    const [first, second] = await entries();
    expect(first).toMatchObject({ note: 'first', banned: true });
    expect(first).not.toHaveProperty('tvboxToken');
    expect(second).toEqual(before[1]);
    await undo(desk, id);
    expect(await entries()).toEqual(before);
  });

  describe('a code that somebody gets while the lift is about to write it', () => {
    beforeAll(async () => {
      await desk.site.db.run('CREATE TABLE barrier (id INT PRIMARY KEY)');
      await desk.site.db.run('INSERT INTO barrier VALUES (1)');
      // At this point the lift has read the code and has not written yet.
      await desk.site.db.run(
        'CREATE TRIGGER waits BEFORE UPDATE ON user_points FOR EACH ROW BEGIN DECLARE found INT; SELECT id INTO found FROM barrier WHERE id = 1 LOCK IN SHARE MODE; END',
      );
    });
    afterAll(() => desk.site.db.run('DROP TRIGGER waits'));

    test.each(sides)('is theirs, and the user gets a new one: $side', async ({ ban, lift }) => {
      const name = await somebody('SOON');
      const code = await codeNow(name);
      const other = `other-than-${name}`;
      await addPeople(desk.site.db, [{ username: other, points: null }]);
      await ban(name);
      let going: Promise<unknown> | undefined;
      await desk.site.db.transaction(async (tx) => {
        await tx.rows('SELECT id FROM barrier FOR UPDATE');
        going = lift(name);
        going.catch(() => undefined);
        await waiting(desk.site, 1);
        // Uses a connection of its own, so that it is committed before the lift continues.
        await desk.site.db.run('INSERT INTO user_points (username, invitation_code) VALUES (?, ?)', [other, code]);
      });
      await going;
      expect(await codeNow(name)).toMatch(ofTheSite);
      expect(await codeNow(name)).not.toBe(code);
      expect(await codeNow(other)).toBe(code);
    });
  });
});
