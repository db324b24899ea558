import { scryptSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../../operations/fixtures/users.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { at, card, ends, openTestSiteClient, points, sha, type TestSiteClient } from './site-client.js';
import { brokenRules } from './invariants.js';

describe.each(engines())('users on %s', (engine) => {
  let siteClient: TestSiteClient;
  beforeAll(async () => {
    siteClient = await openTestSiteClient(engine, 'host');
  });
  afterAll(() => siteClient.close());

  test('a registered user is there, in any spelling, and nobody else', async () => {
    await siteClient.registerUser('Bob', 'secret');
    for (const name of ['Bob', 'bob', 'BOB', 'Bob ']) {
      expect(await siteClient.checkUserExist(name)).toBe(true);
      expect(await siteClient.checkUserExistV2(name)).toBe(true);
      expect(await siteClient.verifyUser(name, 'secret')).toBe(true);
      expect(await siteClient.getUserInfoV2(name)).toMatchObject({ username: 'Bob', role: 'user', banned: false });
      expect(await codeOf(siteClient.registerUser(name.trim(), 'else'))).toBe('conflict');
    }
    expect(await siteClient.verifyUserV2('bob', 'Secret')).toBe(false);
    expect(await siteClient.verifyUser('nobody', 'secret')).toBe(false);
    expect(await siteClient.checkUserExist('nobody')).toBe(false);
    expect(await siteClient.getUserInfoV2('nobody')).toBeNull();
    expect(await siteClient.getAllUsers()).toEqual(['host', 'Bob']);
    for (const name of ['', ' x', 'x'.repeat(51), 'a\nb'])
      expect(await codeOf(siteClient.registerUser(name, 'p'))).toBe('invalid_input');
    expect(await codeOf(siteClient.registerUser('empty', ''))).toBe('invalid_input');
  });

  test('passwords: SHA-256 of the site and scrypt of its newer forks; a new one is hashed as the old', async () => {
    await siteClient.registerUser('pat', 'first');
    const stored = async (): Promise<string> =>
      (await siteClient.sql<{ password_hash: string }>("SELECT password_hash FROM users WHERE username = 'pat'"))[0]
        ?.password_hash ?? '';
    expect(await stored()).toBe(sha('first'));
    const session = await siteClient.createSession('pat', {});
    await siteClient.changePassword('PAT', 'second');
    expect(await stored()).toBe(sha('second'));
    expect(await siteClient.getSession(session)).toBeNull();
    const salt = 'ab'.repeat(16);
    const old = `${salt}:${scryptSync('third', salt, 64, { N: 16_384, r: 8, p: 1 }).toString('hex')}`;
    await siteClient.site.db.run("UPDATE users SET password_hash = ? WHERE username = 'pat'", [old]);
    expect(await siteClient.verifyUserV2('pat', 'third')).toBe(true);
    await siteClient.changePassword('pat', 'fourth');
    expect(await stored()).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    expect(await siteClient.verifyUser('pat', 'fourth')).toBe(true);
    expect(await siteClient.verifyUser('pat', 'third')).toBe(false);
    expect(await codeOf(siteClient.changePassword('nobody', 'x'))).toBe('not_found');
    expect(await codeOf(siteClient.changePassword('pat', ''))).toBe('invalid_input');
  });

  test('a new user is whole: row, account, entry, card, invitation', async () => {
    const made = card();
    await siteClient.createCardKey(made);
    await siteClient.createUserV2('eve', 'secret', 'admin', ['vip'], 'Sub|1', ['api'], made.key, 'host', '4.4.4.4');
    const info = await siteClient.getUserInfoV2('eve');
    expect(info).toEqual({
      username: 'eve',
      role: 'admin',
      banned: false,
      tags: ['vip'],
      enabledApis: ['api'],
      oidcSub: 'Sub|1',
      showAdultContent: false,
      createdAt: expect.any(Number) as number,
      cardKey: { boundKey: made.keyHash, expiresAt: made.expiresAt, boundAt: expect.any(Number) as number },
    });
    expect(await siteClient.entry('eve')).toEqual({
      username: 'eve',
      role: 'admin',
      createdAt: info?.createdAt,
      tags: ['vip'],
      enabledApis: ['api'],
      oidcSub: 'Sub|1',
      cardKey: info?.cardKey,
    });
    expect(await siteClient.getUserPoints('eve')).toMatchObject({ balance: 0 });
    expect(await siteClient.getInvitationByInvitee('eve')).toMatchObject({ inviter: 'host', rewarded: true });
    expect(await siteClient.getUserByOidcSub('Sub|1')).toBe('eve');
    expect(await siteClient.getUserByOidcSub('sub|1')).toBeNull();
    expect(await codeOf(siteClient.createUserV2('eva', 'x', 'user', [], 'Sub|1'))).toBe('conflict');
  });

  test('a registration that is refused leaves nothing anywhere', async () => {
    const used = card();
    await siteClient.createCardKey(used);
    await siteClient.bindCardKey('Bob', used.key);
    const stale = card({ createdAt: at(-40 * 86_400) });
    await siteClient.createCardKey(stale);
    const before = await snapshot(siteClient.site);
    for (const [key, code] of [
      [used.key, 'conflict'],
      [stale.key, 'conflict'],
      ['none', 'not_found'],
    ] as const) {
      expect(
        await codeOf(siteClient.createUserV2('late', 'x', 'user', ['t'], undefined, [], key, 'host', '6.6.6.6')),
      ).toBe(code);
    }
    expect(
      await codeOf(siteClient.createUserV2('EVE', 'x', 'user', [], undefined, [], undefined, 'host', '6.6.6.6')),
    ).toBe('conflict');
    expect(await snapshot(siteClient.site)).toEqual(before);
    expect(await siteClient.getUserInfoV2('late')).toBeNull();
    // A trigger that fails at the very last write simulates a server that breaks off in the middle.
    await siteClient.site.db.run(
      "CREATE TRIGGER broken BEFORE INSERT ON ip_reward_records FOR EACH ROW SIGNAL SQLSTATE '45000'",
    );
    const fresh = card();
    await siteClient.createCardKey(fresh);
    const whole = await snapshot(siteClient.site);
    await expect(
      siteClient.createUserV2('late', 'x', 'user', [], undefined, [], fresh.key, 'host', '6.6.6.6'),
    ).rejects.toThrow();
    await siteClient.site.db.run('DROP TRIGGER broken');
    expect(await snapshot(siteClient.site)).toEqual(whole);
    await siteClient.createUserV2('late', 'x', 'user', [], undefined, [], fresh.key, 'host', '6.6.6.6');
    expect(await siteClient.getUserInfoV2('late')).toMatchObject({ cardKey: { boundKey: fresh.keyHash } });
  });

  test('of many who want one name, one has it', async () => {
    const other = await siteClient.another();
    const calls = Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? siteClient : other).registerUser(n % 3 === 0 ? 'Wanted' : 'wanted', 'x'),
    );
    expect(await ends(calls)).toEqual({ done: 1, conflict: 19 });
  });

  test('a ban is whole, holds at once in every process, and is given back whole', async () => {
    const other = await siteClient.another();
    await siteClient.registerUser('crook', 'secret');
    await siteClient.site.db.run("UPDATE users SET tvbox_token = 'token' WHERE username = 'crook'");
    const code = (await other.getUserPoints('crook'))?.invitationCode;
    const sessions = [await siteClient.createSession('crook', {}), await other.createSession('crook', {})];
    expect(await other.getSession(sessions[0] ?? '')).toEqual({ username: 'crook' });
    await siteClient.banUser('Crook', true);
    await siteClient.banUser('crook', true);
    const info = await other.getUserInfoV2('crook');
    expect(info).toMatchObject({ banned: true });
    expect(info?.tvboxToken).toBeUndefined();
    expect((await other.getUserPoints('crook'))?.invitationCode).toMatch(/^[A-Z0-9]{20}$/);
    expect(await siteClient.entry('crook')).toMatchObject({ banned: true });
    for (const session of sessions) expect(await other.getSession(session)).toBeNull();
    expect(await codeOf(other.createSession('crook', {}))).toBe('forbidden');
    expect(
      await siteClient.sql("SELECT banned_by, tvbox_token, invitation_code FROM console_bans WHERE username = 'crook'"),
    ).toEqual([{ banned_by: 'site', tvbox_token: 'token', invitation_code: code }]);
    expect(await brokenRules(siteClient)).toEqual([]);
    await other.banUser('crook', false);
    await other.banUser('crook', false);
    expect(await siteClient.getUserInfoV2('crook')).toMatchObject({ banned: false, tvboxToken: 'token' });
    expect((await siteClient.getUserPoints('crook'))?.invitationCode).toBe(code);
    expect(await siteClient.entry('crook')).toMatchObject({ banned: false });
    expect(await codeOf(siteClient.banUser('nobody', true))).toBe('not_found');
    await siteClient.createUserV2('boss', 'secret', 'owner');
    expect(await codeOf(siteClient.banUser('boss', true))).toBe('forbidden');
    expect(await codeOf(siteClient.deleteUser('boss'))).toBe('forbidden');
  });

  test('a session of somebody banned behind the storage’s back is refused too', async () => {
    await siteClient.registerUser('sly', 'secret');
    const session = await siteClient.createSession('sly', { role: 'user', loginTime: 5 });
    expect(await siteClient.getSession(session)).toEqual({ username: 'sly', role: 'user', loginTime: 5 });
    expect(await siteClient.site.redis.ttl(siteClient.site.keys.of('session', session))).toBeGreaterThan(86_390);
    await siteClient.banUser('sly', true);
    await siteClient.site.redis.set(siteClient.site.keys.of('session', session), JSON.stringify({ username: 'sly' }));
    expect(await siteClient.getSession(session)).toBeNull();
    expect(await siteClient.site.redis.exists(siteClient.site.keys.of('session', session))).toBe(0);
  });

  test('a session ends when it is told to; what is no session is none', async () => {
    const [one, two] = [
      await siteClient.createSession('host', { username: 'else' }),
      await siteClient.createSession('HOST', {}),
    ];
    expect(await siteClient.getSession(one)).toEqual({ username: 'host' });
    await siteClient.deleteSession(one);
    await siteClient.deleteSession(one);
    expect(await siteClient.getSession(one)).toBeNull();
    expect(await siteClient.site.redis.smembers(siteClient.site.keys.of('userSessions', 'host'))).toEqual([two]);
    for (const id of ['', 'x', '*', 'a'.repeat(43), '../../etc']) expect(await siteClient.getSession(id)).toBeNull();
    await siteClient.site.redis.set(siteClient.site.keys.of('session', 'b'.repeat(43)), 'not json');
    expect(await siteClient.getSession('b'.repeat(43))).toBeNull();
    expect(await codeOf(siteClient.createSession('nobody', {}))).toBe('not_found');
  });

  test('deleting takes what is theirs, everywhere at once; the name can be had again in another spelling', async () => {
    const other = await siteClient.another();
    await siteClient.createUserV2('Gone', 'secret', 'user', [], 'gone-sub', [], undefined, 'host', '8.1.1.1');
    const session = await siteClient.createSession('Gone', {});
    await siteClient.site.redis.rpush(siteClient.site.keys.of('searchHistory', 'Gone'), 'word');
    await siteClient.sql("INSERT INTO console_play_days VALUES ('Gone', 's', '1', '2026-01-01', 2, 9)");
    expect(await other.getUserInfoV2('gone')).toMatchObject({ username: 'Gone' });
    await siteClient.deleteUser('gone');
    await siteClient.deleteUser('gone');
    expect(await other.getUserInfoV2('gone')).toBeNull();
    expect(await other.getUserPoints('Gone')).toBeNull();
    expect(await siteClient.entry('Gone')).toBeUndefined();
    expect(await siteClient.getSession(session)).toBeNull();
    expect(await siteClient.site.redis.exists(siteClient.site.keys.of('searchHistory', 'Gone'))).toBe(0);
    expect(await siteClient.getIPRewardRecord('8.1.1.1')).toMatchObject({ invitee: 'Gone' });
    expect(await siteClient.sql('SELECT username, plays FROM console_play_days')).toEqual([
      { username: expect.stringMatching(/^#[0-9a-f]{32}$/) as string, plays: 2 },
    ]);
    await siteClient.registerUser('gone', 'again');
    // The other process still remembers `gone` as `Gone`.
    expect(await other.getUserInfoV2('gone')).toMatchObject({ username: 'gone' });
    expect(await other.getUserInfoV2('Gone')).toMatchObject({ username: 'gone' });
    await siteClient.banUser('gone', true);
    expect(await other.getUserInfoV2('Gone')).toMatchObject({ banned: true });
  });

  test('an entry that outlived its user gives the next one none of its rights', async () => {
    const config = (await siteClient.getAdminConfig()) ?? {};
    const cardKey = { boundKey: sha('a card'), expiresAt: at(30 * 86_400), boundAt: at() };
    const entry = { username: 'heir', role: 'admin', banned: true, tvboxToken: 'T', note: 'kept', cardKey };
    await siteClient.setAdminConfig({ ...config, UserConfig: { Users: [...(config.UserConfig?.Users ?? []), entry] } });
    await siteClient.registerUser('heir', 'secret');
    expect(await siteClient.getUserInfoV2('heir')).toMatchObject({ role: 'user', banned: false });
    expect(await siteClient.entry('heir')).toEqual({ username: 'heir', role: 'user', note: 'kept' });
    expect(await siteClient.getUserInfoV2('heir')).not.toHaveProperty('cardKey');
    expect(await siteClient.getUserCardKeyInfo('heir')).toBeNull();
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(siteClient)).toEqual([]);
  });
});

describe.each(engines())('users without the console’s tables on %s', (engine) => {
  test('a ban is whole and its end gives a code that the invitations agree with', async () => {
    const siteClient = await openTestSiteClient(engine, 'host');
    const tables = await siteClient.sql<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'console%'",
    );
    for (const { name } of tables) await siteClient.site.db.run(`DROP TABLE ${name}`);
    const bare = await siteClient.another();
    const code = (await bare.getUserPoints('host'))?.invitationCode;
    await bare.createUserV2('guest', 'x', 'user', [], undefined, [], undefined, code, '1.1.1.1');
    const session = await bare.createSession('host', {});
    await bare.banUser('host', true);
    expect(await bare.getUserInfoV2('host')).toMatchObject({ banned: true });
    expect((await bare.getUserPoints('host'))?.invitationCode).toHaveLength(20);
    expect(await bare.getSession(session)).toBeNull();
    await bare.banUser('host', false);
    expect((await bare.getUserPoints('host'))?.invitationCode).toBe(code);
    await bare.changePassword('host', 'next');
    await bare.deleteUser('host');
    expect(await bare.checkUserExist('host')).toBe(false);
    await siteClient.close();
  });
});

describe.each(engines())('users of a site without foreign keys on %s', (engine) => {
  test('deleting leaves nothing to whoever has the name next', async () => {
    const siteClient = await openTestSiteClient(engine, 'host');
    const keys = await siteClient.sql<{ name: string; owner: string }>(
      'SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS owner FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()',
    );
    for (const { name, owner } of keys) await siteClient.site.db.run(`ALTER TABLE ${owner} DROP FOREIGN KEY ${name}`);
    expect(keys.length).toBeGreaterThan(5);
    const made = card();
    await siteClient.createCardKey(made);
    await siteClient.createUserV2('again', 'x', 'user', [], undefined, [], made.key, 'host', '9.1.1.1');
    await siteClient.updateUserPoints(points('again', 1_000));
    await siteClient.redeemPoints('again');
    const code = (await siteClient.getUserPoints('again'))?.invitationCode;
    await siteClient.deleteUser('again');
    await siteClient.registerUser('again', 'y');
    expect(await siteClient.getUserInfoV2('again')).not.toHaveProperty('cardKey');
    expect(await siteClient.getUserCardKeys('again')).toEqual([]);
    expect(await siteClient.getUserCardKeyInfo('again')).toBeNull();
    const account = await siteClient.getUserPoints('again');
    expect(account).toMatchObject({ balance: 0, totalEarned: 0 });
    expect(account?.invitationCode).not.toBe(code);
    expect(await siteClient.getPointsHistory('again', 1)).toEqual([]);
    expect(await siteClient.getInvitationByInvitee('again')).toBeNull();
    expect(await siteClient.getCardKey(made.keyHash)).toMatchObject({ status: 'used' });
    expect((await siteClient.getCardKey(made.keyHash))?.boundTo).toBeUndefined();
    // A ledger that outlived its user, who was deleted past the storage: the account of the next one agrees with it.
    await siteClient.sql(
      "INSERT INTO points_records (id, username, type, amount, reason) VALUES ('left', 'heir', 'earn', 70, 'x')",
    );
    await siteClient.registerUser('heir', 'z');
    expect(await siteClient.getUserPoints('heir')).toMatchObject({ balance: 70, totalEarned: 70 });
    await siteClient.close();
  });
});
