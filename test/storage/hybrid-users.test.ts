import { scryptSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../operations/people.js';
import { codeOf } from '../operations/helpers.js';
import { engines } from '../sandbox/database.js';
import { at, card, ends, openTestHalf, points, sha, type TestHalf } from './hybrid-half.js';
import { brokenRules } from './hybrid-invariants.js';

describe.each(engines())('users on %s', (engine) => {
  let half: TestHalf;
  beforeAll(async () => {
    half = await openTestHalf(engine, 'host');
  });
  afterAll(() => half.close());

  test('a registered user is there, in any spelling, and nobody else', async () => {
    await half.registerUser('Bob', 'secret');
    for (const name of ['Bob', 'bob', 'BOB', 'Bob ']) {
      expect(await half.checkUserExist(name)).toBe(true);
      expect(await half.checkUserExistV2(name)).toBe(true);
      expect(await half.verifyUser(name, 'secret')).toBe(true);
      expect(await half.getUserInfoV2(name)).toMatchObject({ username: 'Bob', role: 'user', banned: false });
      expect(await codeOf(half.registerUser(name.trim(), 'else'))).toBe('conflict');
    }
    expect(await half.verifyUserV2('bob', 'Secret')).toBe(false);
    expect(await half.verifyUser('nobody', 'secret')).toBe(false);
    expect(await half.checkUserExist('nobody')).toBe(false);
    expect(await half.getUserInfoV2('nobody')).toBeNull();
    expect(await half.getAllUsers()).toEqual(['host', 'Bob']);
    for (const name of ['', ' x', 'x'.repeat(51), 'a\nb'])
      expect(await codeOf(half.registerUser(name, 'p'))).toBe('invalid_input');
    expect(await codeOf(half.registerUser('empty', ''))).toBe('invalid_input');
  });

  test('passwords: SHA-256 of the site and scrypt of its newer forks; a new one is hashed as the old', async () => {
    await half.registerUser('pat', 'first');
    const stored = async (): Promise<string> =>
      (await half.sql<{ password_hash: string }>("SELECT password_hash FROM users WHERE username = 'pat'"))[0]
        ?.password_hash ?? '';
    expect(await stored()).toBe(sha('first'));
    const session = await half.createSession('pat', {});
    await half.changePassword('PAT', 'second');
    expect(await stored()).toBe(sha('second'));
    expect(await half.getSession(session)).toBeNull();
    const salt = 'ab'.repeat(16);
    const old = `${salt}:${scryptSync('third', salt, 64, { N: 16_384, r: 8, p: 1 }).toString('hex')}`;
    await half.site.db.run("UPDATE users SET password_hash = ? WHERE username = 'pat'", [old]);
    expect(await half.verifyUserV2('pat', 'third')).toBe(true);
    await half.changePassword('pat', 'fourth');
    expect(await stored()).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
    expect(await half.verifyUser('pat', 'fourth')).toBe(true);
    expect(await half.verifyUser('pat', 'third')).toBe(false);
    expect(await codeOf(half.changePassword('nobody', 'x'))).toBe('not_found');
    expect(await codeOf(half.changePassword('pat', ''))).toBe('invalid_input');
  });

  test('a new user is whole: row, account, entry, card, invitation', async () => {
    const made = card();
    await half.createCardKey(made);
    await half.createUserV2('eve', 'secret', 'admin', ['vip'], 'Sub|1', ['api'], made.key, 'host', '4.4.4.4');
    const info = await half.getUserInfoV2('eve');
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
    expect(await half.entry('eve')).toEqual({
      username: 'eve',
      role: 'admin',
      createdAt: info?.createdAt,
      tags: ['vip'],
      enabledApis: ['api'],
      oidcSub: 'Sub|1',
      cardKey: info?.cardKey,
    });
    expect(await half.getUserPoints('eve')).toMatchObject({ balance: 0 });
    expect(await half.getInvitationByInvitee('eve')).toMatchObject({ inviter: 'host', rewarded: true });
    expect(await half.getUserByOidcSub('Sub|1')).toBe('eve');
    expect(await half.getUserByOidcSub('sub|1')).toBeNull();
    expect(await codeOf(half.createUserV2('eva', 'x', 'user', [], 'Sub|1'))).toBe('conflict');
  });

  test('a registration that is refused leaves nothing anywhere', async () => {
    const used = card();
    await half.createCardKey(used);
    await half.bindCardKey('Bob', used.key);
    const stale = card({ createdAt: at(-40 * 86_400) });
    await half.createCardKey(stale);
    const before = await snapshot(half.site);
    for (const [key, code] of [
      [used.key, 'conflict'],
      [stale.key, 'conflict'],
      ['none', 'not_found'],
    ] as const) {
      expect(await codeOf(half.createUserV2('late', 'x', 'user', ['t'], undefined, [], key, 'host', '6.6.6.6'))).toBe(
        code,
      );
    }
    expect(await codeOf(half.createUserV2('EVE', 'x', 'user', [], undefined, [], undefined, 'host', '6.6.6.6'))).toBe(
      'conflict',
    );
    expect(await snapshot(half.site)).toEqual(before);
    expect(await half.getUserInfoV2('late')).toBeNull();
    // A trigger that fails at the very last write stands for a server that breaks off in the middle.
    await half.site.db.run(
      "CREATE TRIGGER broken BEFORE INSERT ON ip_reward_records FOR EACH ROW SIGNAL SQLSTATE '45000'",
    );
    const fresh = card();
    await half.createCardKey(fresh);
    const whole = await snapshot(half.site);
    await expect(
      half.createUserV2('late', 'x', 'user', [], undefined, [], fresh.key, 'host', '6.6.6.6'),
    ).rejects.toThrow();
    await half.site.db.run('DROP TRIGGER broken');
    expect(await snapshot(half.site)).toEqual(whole);
    await half.createUserV2('late', 'x', 'user', [], undefined, [], fresh.key, 'host', '6.6.6.6');
    expect(await half.getUserInfoV2('late')).toMatchObject({ cardKey: { boundKey: fresh.keyHash } });
  });

  test('of many who want one name, one has it', async () => {
    const other = await half.another();
    const calls = Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? half : other).registerUser(n % 3 === 0 ? 'Wanted' : 'wanted', 'x'),
    );
    expect(await ends(calls)).toEqual({ done: 1, conflict: 19 });
  });

  test('a ban is whole, holds at once in every process, and is given back whole', async () => {
    const other = await half.another();
    await half.registerUser('crook', 'secret');
    await half.site.db.run("UPDATE users SET tvbox_token = 'token' WHERE username = 'crook'");
    const code = (await other.getUserPoints('crook'))?.invitationCode;
    const sessions = [await half.createSession('crook', {}), await other.createSession('crook', {})];
    expect(await other.getSession(sessions[0] ?? '')).toEqual({ username: 'crook' });
    await half.banUser('Crook', true);
    await half.banUser('crook', true);
    const info = await other.getUserInfoV2('crook');
    expect(info).toMatchObject({ banned: true });
    expect(info?.tvboxToken).toBeUndefined();
    expect((await other.getUserPoints('crook'))?.invitationCode).toMatch(/^[A-Z0-9]{20}$/);
    expect(await half.entry('crook')).toMatchObject({ banned: true });
    for (const session of sessions) expect(await other.getSession(session)).toBeNull();
    expect(await codeOf(other.createSession('crook', {}))).toBe('forbidden');
    expect(
      await half.sql("SELECT banned_by, tvbox_token, invitation_code FROM console_bans WHERE username = 'crook'"),
    ).toEqual([{ banned_by: 'site', tvbox_token: 'token', invitation_code: code }]);
    expect(await brokenRules(half)).toEqual([]);
    await other.banUser('crook', false);
    await other.banUser('crook', false);
    expect(await half.getUserInfoV2('crook')).toMatchObject({ banned: false, tvboxToken: 'token' });
    expect((await half.getUserPoints('crook'))?.invitationCode).toBe(code);
    expect(await half.entry('crook')).toMatchObject({ banned: false });
    expect(await codeOf(half.banUser('nobody', true))).toBe('not_found');
    await half.createUserV2('boss', 'secret', 'owner');
    expect(await codeOf(half.banUser('boss', true))).toBe('forbidden');
    expect(await codeOf(half.deleteUser('boss'))).toBe('forbidden');
  });

  test('a session of somebody banned behind the storage’s back is refused too', async () => {
    await half.registerUser('sly', 'secret');
    const session = await half.createSession('sly', { role: 'user', loginTime: 5 });
    expect(await half.getSession(session)).toEqual({ username: 'sly', role: 'user', loginTime: 5 });
    expect(await half.site.redis.ttl(half.site.keys.of('session', session))).toBeGreaterThan(86_390);
    await half.banUser('sly', true);
    await half.site.redis.set(half.site.keys.of('session', session), JSON.stringify({ username: 'sly' }));
    expect(await half.getSession(session)).toBeNull();
    expect(await half.site.redis.exists(half.site.keys.of('session', session))).toBe(0);
  });

  test('a session ends when it is told to; what is no session is none', async () => {
    const [one, two] = [await half.createSession('host', { username: 'else' }), await half.createSession('HOST', {})];
    expect(await half.getSession(one)).toEqual({ username: 'host' });
    await half.deleteSession(one);
    await half.deleteSession(one);
    expect(await half.getSession(one)).toBeNull();
    expect(await half.site.redis.smembers(half.site.keys.of('userSessions', 'host'))).toEqual([two]);
    for (const id of ['', 'x', '*', 'a'.repeat(43), '../../etc']) expect(await half.getSession(id)).toBeNull();
    await half.site.redis.set(half.site.keys.of('session', 'b'.repeat(43)), 'not json');
    expect(await half.getSession('b'.repeat(43))).toBeNull();
    expect(await codeOf(half.createSession('nobody', {}))).toBe('not_found');
  });

  test('deleting takes what is theirs, everywhere at once; the name can be had again in another spelling', async () => {
    const other = await half.another();
    await half.createUserV2('Gone', 'secret', 'user', [], 'gone-sub', [], undefined, 'host', '8.1.1.1');
    const session = await half.createSession('Gone', {});
    await half.site.redis.rpush(half.site.keys.of('searchHistory', 'Gone'), 'word');
    await half.sql("INSERT INTO console_play_days VALUES ('Gone', 's', '1', '2026-01-01', 2, 9)");
    expect(await other.getUserInfoV2('gone')).toMatchObject({ username: 'Gone' });
    await half.deleteUser('gone');
    await half.deleteUser('gone');
    expect(await other.getUserInfoV2('gone')).toBeNull();
    expect(await other.getUserPoints('Gone')).toBeNull();
    expect(await half.entry('Gone')).toBeUndefined();
    expect(await half.getSession(session)).toBeNull();
    expect(await half.site.redis.exists(half.site.keys.of('searchHistory', 'Gone'))).toBe(0);
    expect(await half.getIPRewardRecord('8.1.1.1')).toMatchObject({ invitee: 'Gone' });
    expect(await half.sql('SELECT username, plays FROM console_play_days')).toEqual([
      { username: expect.stringMatching(/^#[0-9a-f]{32}$/) as string, plays: 2 },
    ]);
    await half.registerUser('gone', 'again');
    // The other process still remembers `gone` as `Gone`.
    expect(await other.getUserInfoV2('gone')).toMatchObject({ username: 'gone' });
    expect(await other.getUserInfoV2('Gone')).toMatchObject({ username: 'gone' });
    await half.banUser('gone', true);
    expect(await other.getUserInfoV2('Gone')).toMatchObject({ banned: true });
  });

  test('an entry that outlived its user gives the next one none of its rights', async () => {
    const config = (await half.getAdminConfig()) ?? {};
    const cardKey = { boundKey: sha('a card'), expiresAt: at(30 * 86_400), boundAt: at() };
    const entry = { username: 'heir', role: 'admin', banned: true, tvboxToken: 'T', note: 'kept', cardKey };
    await half.setAdminConfig({ ...config, UserConfig: { Users: [...(config.UserConfig?.Users ?? []), entry] } });
    await half.registerUser('heir', 'secret');
    expect(await half.getUserInfoV2('heir')).toMatchObject({ role: 'user', banned: false });
    expect(await half.entry('heir')).toEqual({ username: 'heir', role: 'user', note: 'kept' });
    expect(await half.getUserInfoV2('heir')).not.toHaveProperty('cardKey');
    expect(await half.getUserCardKeyInfo('heir')).toBeNull();
  });

  test('after all of this the invariants hold', async () => {
    expect(await brokenRules(half)).toEqual([]);
  });
});

describe.each(engines())('users without the console’s tables on %s', (engine) => {
  test('a ban is whole and its end gives a code that the invitations agree with', async () => {
    const half = await openTestHalf(engine, 'host');
    const tables = await half.sql<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'console%'",
    );
    for (const { name } of tables) await half.site.db.run(`DROP TABLE ${name}`);
    const bare = await half.another();
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
    await half.close();
  });
});

describe.each(engines())('users of a site without foreign keys on %s', (engine) => {
  test('deleting leaves nothing to whoever has the name next', async () => {
    const half = await openTestHalf(engine, 'host');
    const keys = await half.sql<{ name: string; owner: string }>(
      'SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS owner FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()',
    );
    for (const { name, owner } of keys) await half.site.db.run(`ALTER TABLE ${owner} DROP FOREIGN KEY ${name}`);
    expect(keys.length).toBeGreaterThan(5);
    const made = card();
    await half.createCardKey(made);
    await half.createUserV2('again', 'x', 'user', [], undefined, [], made.key, 'host', '9.1.1.1');
    await half.updateUserPoints(points('again', 1_000));
    await half.redeemPoints('again');
    const code = (await half.getUserPoints('again'))?.invitationCode;
    await half.deleteUser('again');
    await half.registerUser('again', 'y');
    expect(await half.getUserInfoV2('again')).not.toHaveProperty('cardKey');
    expect(await half.getUserCardKeys('again')).toEqual([]);
    expect(await half.getUserCardKeyInfo('again')).toBeNull();
    const account = await half.getUserPoints('again');
    expect(account).toMatchObject({ balance: 0, totalEarned: 0 });
    expect(account?.invitationCode).not.toBe(code);
    expect(await half.getPointsHistory('again', 1)).toEqual([]);
    expect(await half.getInvitationByInvitee('again')).toBeNull();
    expect(await half.getCardKey(made.keyHash)).toMatchObject({ status: 'used' });
    expect((await half.getCardKey(made.keyHash))?.boundTo).toBeUndefined();
    // A ledger that outlived its user, who was deleted past the storage: the account of the next one agrees with it.
    await half.sql(
      "INSERT INTO points_records (id, username, type, amount, reason) VALUES ('left', 'heir', 'earn', 70, 'x')",
    );
    await half.registerUser('heir', 'z');
    expect(await half.getUserPoints('heir')).toMatchObject({ balance: 70, totalEarned: 70 });
    await half.close();
  });
});
