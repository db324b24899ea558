import { expect, it } from 'vitest';
import { aCard, days, freshName, type Given, refused, seconds, sha256, somebody, winners } from './subject.js';

/** Cards: exactly one user binds each, in all the places that store it. */
export function cardTests(given: Given): void {
  it('keeps every field, and finds a card by its hash alone', async () => {
    const { storage, other } = given();
    for (const keyType of ['year', 'quarter', 'month', 'week'] as const) {
      const card = aCard({ keyType });
      await storage.createCardKey(card);
      expect(await other.getCardKey(card.keyHash)).toEqual(card);
      expect(await storage.getCardKey(sha256(card.key.toLowerCase() + '.'))).toBeNull();
      expect(await other.getAllCardKeys()).toContainEqual(card);
      await refused(storage.createCardKey(card), 'conflict');
    }
    await refused(storage.createCardKey({ ...aCard(), keyHash: sha256('another') }), 'invalid_input');
  });

  it('lists cards oldest first', async () => {
    const { storage } = given();
    const cards = [-30, -20, -10].map((offset) => aCard({ createdAt: seconds(offset) }));
    for (const card of cards) await storage.createCardKey(card);
    const hashes = new Set(cards.map((card) => card.keyHash));
    const found = (await storage.getAllCardKeys()).filter((card) => hashes.has(card.keyHash));
    expect(found).toEqual(cards);
  });

  it('changes and deletes a card, seen at once', async () => {
    const { storage, other } = given();
    const card = aCard();
    await storage.createCardKey(card);
    expect(await other.getCardKey(card.keyHash)).toEqual(card);
    const expiresAt = seconds(days(3));
    await storage.updateCardKey(card.keyHash, { expiresAt });
    expect(await other.getCardKey(card.keyHash)).toEqual({ ...card, expiresAt });
    await other.deleteCardKey(card.keyHash);
    for (const one of [storage, other]) {
      expect(await one.getCardKey(card.keyHash)).toBeNull();
      expect((await one.getAllCardKeys()).map((found) => found.keyHash)).not.toContain(card.keyHash);
    }
    await storage.deleteCardKey(card.keyHash);
    await refused(storage.updateCardKey(card.keyHash, { expiresAt }), 'not_found');
    await refused(storage.bindCardKey(await somebody(storage), card.key), 'not_found');
  });

  it('binds a card in every place', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const card = aCard({ keyType: 'month' });
    await storage.createCardKey(card);
    expect(await other.getUserCardKeyInfo(user)).toBeNull();
    expect(await other.getFullUserCardKey(user)).toBeNull();
    expect(await other.getUserInfoV2(user)).not.toHaveProperty('cardKey');
    await other.getCardKey(card.keyHash);

    const info = await storage.bindCardKey(user, card.key);
    expect(info).toMatchObject({ boundKey: card.keyHash, expiresAt: card.expiresAt });
    for (const one of [storage, other]) {
      expect(await one.getUserCardKeyInfo(user)).toEqual(info);
      expect((await one.getUserInfoV2(user))?.cardKey).toEqual(info);
      expect(await one.getCardKey(card.keyHash)).toMatchObject({
        status: 'used',
        boundTo: user,
        boundAt: info.boundAt,
      });
      expect(await one.getFullUserCardKey(user)).toMatchObject({ key: card.key, keyHash: card.keyHash });
      expect(await one.getUserCardKeys(user)).toEqual([
        expect.objectContaining({ keyHash: card.keyHash, username: user, type: 'month', status: 'used', usedBy: user }),
      ]);
      const entry = (await one.getAdminConfig())?.UserConfig?.Users?.find((found) => found['username'] === user);
      expect(entry?.['cardKey']).toEqual(info);
    }
    await refused(storage.bindCardKey(user, card.key), 'conflict');
    await refused(storage.deleteCardKey(card.keyHash), 'conflict');
  });

  it('refuses what cannot be bound', async () => {
    const { storage } = given();
    const user = await somebody(storage);
    const [stale, good] = [aCard({ createdAt: seconds(-days(8)), expiresAt: seconds(-60) }), aCard()];
    await storage.createCardKey(stale);
    await storage.createCardKey(good);
    expect((await storage.getCardKey(stale.keyHash))?.status).toBe('expired');
    await refused(storage.bindCardKey(user, stale.key), 'conflict');
    await refused(storage.bindCardKey(user, ` ${good.key}`), 'not_found');
    await refused(storage.bindCardKey(user, ''), 'not_found');
    await refused(storage.bindCardKey(freshName(), good.key), 'not_found');
    expect(await storage.getUserCardKeyInfo(user)).toBeNull();
    expect(await storage.getUserCardKeys(user)).toEqual([]);
    expect(await storage.getCardKey(good.keyHash)).toEqual(good);
  });

  it('adds the days of a further card to what is left, for all of them', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const [week, month] = [aCard({ keyType: 'week' }), aCard({ keyType: 'month' })];
    await storage.createCardKey(week);
    await storage.createCardKey(month);
    await storage.bindCardKey(user, week.key);
    const info = await other.bindCardKey(user, month.key);
    expect(info.expiresAt).toBe(week.expiresAt + days(30) * 1000);
    expect((await storage.getUserCardKeyInfo(user))?.expiresAt).toBe(info.expiresAt);
    expect((await storage.getUserInfoV2(user))?.cardKey?.expiresAt).toBe(info.expiresAt);
    const records = await storage.getUserCardKeys(user);
    expect(records.map((record) => record.expiresAt)).toEqual([info.expiresAt, info.expiresAt]);
    for (const card of [week, month]) expect((await storage.getCardKey(card.keyHash))?.expiresAt).toBe(info.expiresAt);
  });

  it('gives one card to exactly one of many at once', async () => {
    const { storage, other } = given();
    const users = await Promise.all(Array.from({ length: 12 }, () => somebody(storage)));
    const card = aCard();
    await storage.createCardKey(card);
    const calls = [...users, ...users].map((user, at) => (at % 2 ? storage : other).bindCardKey(user, card.key));
    expect(await winners(calls, 'conflict')).toBe(1);
    const holder = (await storage.getCardKey(card.keyHash))?.boundTo;
    expect(users).toContain(holder);
    for (const user of users) {
      const info = await other.getUserCardKeyInfo(user);
      expect(info?.boundKey).toBe(user === holder ? card.keyHash : undefined);
      expect(await other.getUserCardKeys(user)).toHaveLength(user === holder ? 1 : 0);
    }
  });

  it('loses no day of cards that one user binds at once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const cards = Array.from({ length: 5 }, () => aCard());
    for (const card of cards) await storage.createCardKey(card);
    await Promise.all(cards.map((card, at) => (at % 2 ? storage : other).bindCardKey(user, card.key)));
    const until = (await storage.getUserCardKeyInfo(user))?.expiresAt ?? 0;
    const first = Math.min(...cards.map((card) => card.expiresAt));
    expect(Math.abs(until - first - days(28) * 1000)).toBeLessThan(10_000);
    const records = await other.getUserCardKeys(user);
    expect(records.map((record) => record.expiresAt)).toEqual(cards.map(() => until));
  });

  it('keeps the records of users, and the membership that is set', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const card = aCard({ keyType: 'quarter' });
    await storage.createCardKey(card);
    const record = {
      id: freshName('r'),
      keyHash: card.keyHash,
      username: user,
      type: card.keyType,
      status: 'unused' as const,
      source: 'promotion_register' as const,
      createdAt: card.createdAt,
      expiresAt: card.expiresAt,
      notes: '活动 😀',
    };
    await storage.addUserCardKey(record);
    expect(await other.getUserCardKeys(user)).toEqual([record]);
    await refused(storage.addUserCardKey(record), 'conflict');
    await refused(storage.deleteCardKey(card.keyHash), 'conflict');
    await storage.updateUserCardKey(record.id, { notes: '改' });
    expect(await other.getUserCardKeys(user)).toEqual([{ ...record, notes: '改' }]);
    await refused(storage.updateUserCardKey('no such record', { notes: '' }), 'not_found');

    const info = await other.bindCardKey(user, card.key);
    expect(await storage.getUserCardKeys(user)).toEqual([
      { ...record, notes: '改', status: 'used', usedAt: info.boundAt, usedBy: user },
    ]);
    const expiresAt = card.expiresAt + days(1) * 1000;
    await storage.updateUserCardKeyInfo(user, { ...info, expiresAt });
    expect(await other.getUserCardKeyInfo(user)).toEqual({ ...info, expiresAt });
    expect((await other.getUserInfoV2(user))?.cardKey).toEqual({ ...info, expiresAt });
    expect((await other.getUserCardKeys(user))[0]?.expiresAt).toBe(expiresAt);
    expect(await other.getUserCardKeys(freshName())).toEqual([]);
    await refused(storage.updateUserCardKeyInfo(freshName(), info), 'not_found');
  });

  it('binds a card that was given to somebody to nobody else', async () => {
    const { storage, other } = given();
    const [owner, taker] = [await somebody(storage), await somebody(storage)];
    const card = aCard();
    await storage.createCardKey(card);
    const record = {
      id: freshName('r'),
      keyHash: card.keyHash,
      username: owner,
      type: card.keyType,
      status: 'unused' as const,
      source: 'redeem' as const,
      createdAt: card.createdAt,
      expiresAt: card.expiresAt,
    };
    await storage.addUserCardKey(record);
    const info = { boundKey: card.keyHash, expiresAt: card.expiresAt, boundAt: seconds() };
    const newcomer = freshName();
    for (const one of [storage, other]) {
      await refused(one.bindCardKey(taker, card.key), 'conflict');
      await refused(one.createUserV2(newcomer, 'x', 'user', [], undefined, [], card.key), 'conflict');
      await refused(
        one.updateCardKey(card.keyHash, { status: 'used', boundTo: taker, boundAt: seconds() }),
        'conflict',
      );
      await refused(one.updateUserCardKeyInfo(taker, info), 'conflict');
      await refused(one.updateUserCardKey(record.id, { status: 'used', usedBy: taker }), 'conflict');
      await refused(one.addUserCardKey({ ...record, id: freshName('r'), username: taker }), 'conflict');
      await refused(one.addUserCardKey({ ...record, id: freshName('r'), status: 'used', usedBy: taker }), 'conflict');
      expect(await one.checkUserExist(newcomer)).toBe(false);
      expect(await one.getUserCardKeyInfo(taker)).toBeNull();
      expect(await one.getUserCardKeys(taker)).toEqual([]);
      expect(await one.getCardKey(card.keyHash)).toEqual(card);
      expect(await one.getUserCardKeys(owner)).toEqual([record]);
    }
    await other.bindCardKey(owner, card.key);
    expect(await storage.getCardKey(card.keyHash)).toMatchObject({ status: 'used', boundTo: owner });
    expect(await storage.getUserCardKeys(owner)).toMatchObject([{ id: record.id, status: 'used', usedBy: owner }]);
    await refused(storage.updateUserCardKeyInfo(taker, info), 'conflict');
  });

  it('gives a redeemed card to nobody but who redeemed it, until they are gone', async () => {
    const { storage, other } = given();
    const [owner, taker] = [await somebody(storage), await somebody(storage)];
    const points = { invitationCode: '', balance: 100_000, totalEarned: 100_000, totalRedeemed: 0, updatedAt: 0 };
    await storage.updateUserPoints({ ...points, username: owner });
    const { keyHash } = await storage.redeemPoints(owner);
    const key = (await storage.getCardKey(keyHash))?.key ?? '';
    await refused(other.bindCardKey(taker, key), 'conflict');
    await storage.deleteUser(owner);
    await other.bindCardKey(taker, key);
    expect(await storage.getUserCardKeys(taker)).toMatchObject([{ keyHash, username: taker, status: 'used' }]);
    expect(await storage.getCardKey(keyHash)).toMatchObject({ boundTo: taker });
  });
}
