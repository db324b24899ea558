import { expect, it } from 'vitest';
import {
  aCard,
  aFavorite,
  aPlay,
  aSkip,
  awkwardNames,
  freshName,
  type Given,
  refused,
  seconds,
  somebody,
  winners,
} from './subject.js';

/** Accounts: created once, found by any spelling, deleted with all their data. */
export function userTests(given: Given): void {
  it('registers, verifies and lists', async () => {
    const { storage, other } = given();
    const name = freshName();
    expect(await storage.checkUserExist(name)).toBe(false);
    expect(await other.getUserInfoV2(name)).toBeNull();
    await storage.registerUser(name, 'pässwörd 😀');
    for (const one of [storage, other]) {
      expect(await one.checkUserExist(name)).toBe(true);
      expect(await one.checkUserExistV2(name)).toBe(true);
      expect(await one.verifyUser(name, 'pässwörd 😀')).toBe(true);
      expect(await one.verifyUserV2(name, 'pässwörd 😀')).toBe(true);
      expect(await one.verifyUser(name, 'passwort')).toBe(false);
      expect(await one.verifyUser(name, '')).toBe(false);
      expect(await one.getAllUsers()).toContain(name);
      expect(await one.getUserInfoV2(name)).toMatchObject({ username: name, role: 'user', banned: false });
    }
  });

  it('knows nobody where there is nobody', async () => {
    const { storage } = given();
    const name = freshName();
    expect(await storage.verifyUser(name, 'secret')).toBe(false);
    expect(await storage.verifyUserV2(name, '')).toBe(false);
    expect(await storage.checkUserExistV2(name)).toBe(false);
    expect(await storage.getUserInfoV2(name)).toBeNull();
    expect(await storage.getUserByOidcSub(`sub-${name}`)).toBeNull();
    expect(await storage.getAllUsers()).not.toContain(name);
    await refused(storage.changePassword(name, 'new'), 'not_found');
  });

  it('makes one account of many registrations at once', async () => {
    const { storage, other } = given();
    const name = freshName();
    const calls = Array.from({ length: 10 }, (_, at) => (at % 2 ? storage : other).registerUser(name, `pw${at}`));
    expect(await winners(calls, 'conflict')).toBe(1);
    expect((await storage.getAllUsers()).filter((one) => one === name)).toHaveLength(1);
    await refused(storage.createUserV2(name, 'again'), 'conflict');
  });

  it('keeps every field of a new account', async () => {
    const { storage, other } = given();
    const name = freshName();
    const before = seconds();
    await storage.createUserV2(name, 'secret', 'admin', ['vip', '标签'], `sub:${name}`, ['api1', 'api,2']);
    const info = await other.getUserInfoV2(name);
    expect(info).toEqual({
      username: name,
      role: 'admin',
      banned: false,
      tags: ['vip', '标签'],
      enabledApis: ['api1', 'api,2'],
      oidcSub: `sub:${name}`,
      showAdultContent: false,
      createdAt: expect.any(Number) as number,
    });
    expect(info?.createdAt).toBeGreaterThanOrEqual(before - 5_000);
    expect(info?.createdAt).toBeLessThanOrEqual(Date.now() + 5_000);
    expect(await other.getUserByOidcSub(`sub:${name}`)).toBe(name);
    expect(await other.getUserPoints(name)).toMatchObject({ balance: 0, totalEarned: 0, totalRedeemed: 0 });
    expect((await other.getUserPoints(name))?.invitationCode).toMatch(/^[A-Z0-9]{8,20}$/);
  });

  it('gives an OIDC subject to one user, and makes nobody otherwise', async () => {
    const { storage } = given();
    const [first, second] = [freshName(), freshName()];
    await storage.createUserV2(first, 'secret', 'user', [], `shared-${first}`);
    await refused(storage.createUserV2(second, 'secret', 'user', [], `shared-${first}`), 'conflict');
    expect(await storage.checkUserExist(second)).toBe(false);
    expect(await storage.getUserPoints(second)).toBeNull();
    expect(await storage.getUserByOidcSub(`shared-${first}`)).toBe(first);
  });

  it('binds a card with the account, or makes neither', async () => {
    const { storage, other } = given();
    const card = aCard();
    await storage.createCardKey(card);
    const [holder, late, wrong] = [freshName(), freshName(), freshName()];
    await storage.createUserV2(holder, 'secret', 'user', [], undefined, [], card.key);
    expect(await other.getUserInfoV2(holder)).toMatchObject({
      cardKey: { boundKey: card.keyHash, expiresAt: card.expiresAt },
    });
    expect(await other.getCardKey(card.keyHash)).toMatchObject({ status: 'used', boundTo: holder });
    await refused(storage.createUserV2(late, 'secret', 'user', [], undefined, [], card.key), 'conflict');
    await refused(storage.createUserV2(wrong, 'secret', 'user', [], undefined, [], 'no such card'), 'not_found');
    for (const name of [late, wrong]) {
      expect(await storage.checkUserExist(name)).toBe(false);
      expect(await storage.getUserPoints(name)).toBeNull();
    }
  });

  it('refuses names that no table could hold', async () => {
    const { storage } = given();
    await refused(storage.registerUser('', 'secret'), 'invalid_input');
    await refused(storage.registerUser('x'.repeat(51), 'secret'), 'invalid_input');
    const longest = freshName('y').padEnd(50, '名');
    await storage.registerUser(longest, 'secret');
    expect(await storage.getUserInfoV2(longest)).toMatchObject({ username: longest });
  });

  it.each(awkwardNames)('keeps %j apart from everybody else', async (start) => {
    const { storage, other } = given();
    const name = `${start}${freshName('_')}`.slice(0, 50);
    const prefix = name.slice(0, Math.max(1, start.length));
    await storage.registerUser(name, 'secret');
    await storage.setPlayRecord(name, 's+1', aPlay());
    await storage.setFavorite(name, 's+1', aFavorite());
    await storage.addSearchHistory(name, '词');
    expect(await other.verifyUser(name, 'secret')).toBe(true);
    expect(await other.getUserInfoV2(name)).toMatchObject({ username: name });
    expect(Object.keys(await other.getAllPlayRecords(name))).toEqual(['s+1']);
    expect(Object.keys(await other.getAllFavorites(name))).toEqual(['s+1']);
    expect((await other.getAllUsers()).filter((one) => one === name)).toHaveLength(1);
    expect(await other.getAllPlayRecords(prefix)).toEqual({});
    const neighbour = await somebody(storage);
    await storage.setPlayRecord(neighbour, 's+1', aPlay());
    await storage.deleteUser(name);
    expect(await other.getAllPlayRecords(name)).toEqual({});
    expect(Object.keys(await other.getAllPlayRecords(neighbour))).toEqual(['s+1']);
  });

  it('finds the spelling that is stored, or the one that is meant', async () => {
    const { storage, other, traits } = given();
    const [upper, lower] = [freshName('Bob'), ''].map((name, _, [first]) => name || (first ?? '').toLowerCase());
    if (upper === undefined || lower === undefined) throw new Error('Two names were made.');
    await storage.registerUser(upper, 'upper');
    await storage.setPlayRecord(upper, 's+1', aPlay());
    if (traits.names === 'exact') {
      expect(await storage.checkUserExist(lower)).toBe(false);
      await storage.registerUser(lower, 'lower');
      expect(await other.verifyUser(lower, 'lower')).toBe(true);
      expect(await other.verifyUser(upper, 'lower')).toBe(false);
      expect(await other.getAllPlayRecords(lower)).toEqual({});
      return;
    }
    await refused(storage.registerUser(lower, 'lower'), 'conflict');
    for (const one of [storage, other]) {
      expect(await one.verifyUser(lower, 'upper')).toBe(true);
      expect(await one.getUserInfoV2(lower)).toMatchObject({ username: upper });
      expect(await one.getPlayRecord(lower, 's+1')).toEqual(aPlay({ save_time: expect.any(Number) as number }));
    }
    await other.deletePlayRecord(lower, 's+1');
    expect(await storage.getPlayRecord(upper, 's+1')).toBeNull();
    await other.changePassword(lower, 'changed');
    expect(await storage.verifyUser(upper, 'changed')).toBe(true);
  });

  it('changes a password everywhere at once', async () => {
    const { storage, other } = given();
    const name = await somebody(storage);
    expect(await other.verifyUser(name, 'secret')).toBe(true);
    await storage.changePassword(name, 'next');
    for (const one of [storage, other]) {
      expect(await one.verifyUser(name, 'secret')).toBe(false);
      expect(await one.verifyUserV2(name, 'next')).toBe(true);
    }
  });

  it('deletes a user with everything, seen at once, and nothing comes back with the name', async () => {
    const { storage, other } = given();
    const name = freshName();
    await storage.createUserV2(name, 'secret', 'user', [], `gone-${name}`);
    await storage.setPlayRecord(name, 's+1', aPlay());
    await storage.setFavorite(name, 's+1', aFavorite());
    await storage.setSkipConfig(name, 's', '1', aSkip('s', '1'));
    await storage.setEpisodeSkipConfig(name, 's', '1', aSkip('s', '1'));
    await storage.addSearchHistory(name, '词');
    await storage.updateUserLoginStats(name, seconds(), true);
    const session = await storage.createSession(name, {});
    const entry = {
      id: freshName('p'),
      username: name,
      type: 'earn' as const,
      amount: 50,
      reason: '赠送',
      createdAt: seconds(),
    };
    await storage.addPointsRecord(entry);
    // So that everything cacheable is cached.
    await Promise.all([other.getUserInfoV2(name), other.getAllPlayRecords(name), other.getAllFavorites(name)]);
    await Promise.all([other.getUserPoints(name), other.getSession(session), other.verifyUser(name, 'secret')]);
    await storage.deleteUser(name);
    const nothing = async (): Promise<void> => {
      for (const one of [storage, other]) {
        expect(await one.getAllPlayRecords(name)).toEqual({});
        expect(await one.getPlayRecord(name, 's+1')).toBeNull();
        expect(await one.getAllFavorites(name)).toEqual({});
        expect(await one.getAllSkipConfigs(name)).toEqual({});
        expect(await one.getAllEpisodeSkipConfigs(name)).toEqual({});
        expect(await one.getSearchHistory(name)).toEqual([]);
        expect(await one.getPointsHistory(name, 1)).toEqual([]);
        expect(await one.getSession(session)).toBeNull();
        expect(await one.getUserByOidcSub(`gone-${name}`)).toBeNull();
        expect(await one.getUserPlayStat(name)).toMatchObject({ totalPlays: 0, loginCount: 0 });
      }
    };
    await nothing();
    for (const one of [storage, other]) {
      expect(await one.checkUserExist(name)).toBe(false);
      expect(await one.verifyUser(name, 'secret')).toBe(false);
      expect(await one.getUserInfoV2(name)).toBeNull();
      expect(await one.getUserPoints(name)).toBeNull();
      expect(await one.getAllUsers()).not.toContain(name);
    }
    await other.registerUser(name, 'another');
    await nothing();
    expect(await storage.getUserPoints(name)).toMatchObject({ balance: 0, totalEarned: 0 });
    expect(await storage.verifyUser(name, 'secret')).toBe(false);
  });
}
