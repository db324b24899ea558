import { expect, it } from 'vitest';
import type { IStorage, PointsRecord } from '../../../electron/storage/types.js';
import { freshName, type Given, refused, seconds, somebody, winners } from './subject.js';

let entries = 0;

/** An admin's entry, which adds or deducts. */
function adjustment(username: string, amount: number, changes: Partial<PointsRecord> = {}): PointsRecord {
  entries += 1;
  return {
    id: freshName('e'),
    username,
    type: 'admin_adjust',
    amount,
    reason: `调整 ${entries}`,
    adminUsername: 'admin',
    createdAt: seconds(),
    ...changes,
  };
}

/** Expects that the balance is the ledger's sum, and not below zero. */
async function adds(storage: IStorage, user: string): Promise<PointsRecord[]> {
  const points = await storage.getUserPoints(user);
  const ledger = await storage.getPointsHistory(user, 1, 1_000);
  expect(points?.balance).toBe(ledger.reduce((sum, entry) => sum + entry.amount, 0));
  expect(points?.balance).toBeGreaterThanOrEqual(0);
  expect(points?.balance).toBe((points?.totalEarned ?? 0) - (points?.totalRedeemed ?? 0));
  return ledger;
}

/** Points: a ledger whose sum is always the balance. */
export function pointTests(given: Given): void {
  it('moves the balance with each entry', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    expect(await other.getUserPoints(user)).toMatchObject({ username: user, balance: 0 });
    const first = adjustment(user, 100, { relatedUser: 'somebody', createdAt: seconds(-20) });
    const second = adjustment(user, -30, { createdAt: seconds(-10) });
    const third: PointsRecord = {
      id: freshName('e'),
      username: user,
      type: 'earn',
      amount: 5,
      reason: '签到',
      createdAt: seconds(),
    };
    for (const entry of [first, second, third]) await storage.addPointsRecord(entry);
    for (const one of [storage, other]) {
      expect(await one.getUserPoints(user)).toMatchObject({ balance: 75, totalEarned: 105, totalRedeemed: 30 });
      expect(await one.getPointsHistory(user, 1)).toEqual([third, second, first]);
    }
    await adds(storage, user);
  });

  it('pages through the ledger, newest first', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const rising = Array.from({ length: 45 }, (_, at) => adjustment(user, at + 1, { createdAt: seconds(at - 100) }));
    for (const entry of rising) await storage.addPointsRecord(entry);
    const wanted = rising.toReversed();
    expect(await other.getPointsHistory(user, 1)).toEqual(wanted.slice(0, 20));
    expect(await other.getPointsHistory(user, 3)).toEqual(wanted.slice(40));
    expect(await other.getPointsHistory(user, 4)).toEqual([]);
    expect(await other.getPointsHistory(user, 2, 7)).toEqual(wanted.slice(7, 14));
    expect(await other.getPointsHistory(freshName(), 1)).toEqual([]);
    await refused(other.getPointsHistory(user, 0), 'invalid_input');
    await refused(other.getPointsHistory(user, 1, 0), 'invalid_input');
  });

  it('refuses what no ledger may hold, and then changes nothing', async () => {
    const { storage } = given();
    const user = await somebody(storage);
    const entry = adjustment(user, 10);
    await storage.addPointsRecord(entry);
    await refused(storage.addPointsRecord(entry), 'conflict');
    await refused(storage.addPointsRecord(adjustment(user, -11)), 'conflict');
    await refused(storage.addPointsRecord(adjustment(user, 0)), 'invalid_input');
    await refused(storage.addPointsRecord(adjustment(user, 1.5)), 'invalid_input');
    await refused(storage.addPointsRecord(adjustment(user, 1, { reason: ' ' })), 'invalid_input');
    await refused(storage.addPointsRecord(adjustment(user, 1, { adminUsername: '' })), 'invalid_input');
    await refused(storage.addPointsRecord({ ...adjustment(user, -1), type: 'redeem' }), 'invalid_input');
    await refused(storage.addPointsRecord(adjustment(freshName(), 1)), 'not_found');
    expect(await storage.getUserPoints(user)).toMatchObject({ balance: 10, totalEarned: 10, totalRedeemed: 0 });
    expect(await storage.getPointsHistory(user, 1)).toEqual([entry]);
    expect(await storage.getUserPoints(freshName())).toBeNull();
  });

  it('takes the two steps of a site for one movement', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const before = await storage.getUserPoints(user);
    if (before === null) throw new Error('Everybody has points.');
    await storage.updateUserPoints({ ...before, balance: 40, totalEarned: 40 });
    expect(await other.getUserPoints(user)).toMatchObject({
      balance: 40,
      totalEarned: 40,
      invitationCode: before.invitationCode,
    });
    await adds(other, user);
    const entry = adjustment(user, 40);
    await storage.addPointsRecord(entry);
    expect(await adds(other, user)).toEqual([entry]);
    await storage.addPointsRecord(adjustment(user, 2));
    expect(await other.getUserPoints(user)).toMatchObject({ balance: 42 });
    await refused(storage.updateUserPoints({ ...before, balance: -1 }), 'invalid_input');
    await refused(storage.updateUserPoints({ ...before, username: freshName() }), 'not_found');
    const neighbour = await somebody(storage);
    await refused(storage.updateUserPoints({ ...before, username: neighbour }), 'conflict');
  });

  it('never goes below zero, however many take at once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    await storage.addPointsRecord(adjustment(user, 100));
    const calls = Array.from({ length: 24 }, (_, at) =>
      (at % 2 ? storage : other).addPointsRecord(adjustment(user, -10)),
    );
    expect(await winners(calls, 'conflict')).toBe(10);
    expect(await storage.getUserPoints(user)).toMatchObject({ balance: 0, totalEarned: 100, totalRedeemed: 100 });
    expect(await adds(other, user)).toHaveLength(11);
  });

  it('writes an entry once, however many write it at once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const entry = adjustment(user, 7);
    const calls = Array.from({ length: 8 }, (_, at) => (at % 2 ? storage : other).addPointsRecord(entry));
    expect(await winners(calls, 'conflict')).toBe(1);
    expect(await adds(storage, user)).toEqual([entry]);
  });

  it('turns points into a card where they are exactly as many as it costs, and not where one is missing', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const config = await storage.getInvitationConfig();
    await storage.setInvitationConfig({ ...config, redeemThreshold: 250 });
    await storage.addPointsRecord(adjustment(user, 249));
    await refused(storage.redeemPoints(user), 'conflict');
    await storage.addPointsRecord(adjustment(user, 1));
    await storage.redeemPoints(user);
    expect(await other.getUserPoints(user)).toMatchObject({ balance: 0, totalEarned: 250, totalRedeemed: 250 });
    await refused(storage.redeemPoints(user), 'conflict');
    await storage.setInvitationConfig(config);
  });

  it('turns points into a card, never twice for the same points', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const config = await storage.getInvitationConfig();
    await storage.setInvitationConfig({ ...config, redeemThreshold: 300, cardKeyType: 'month' });
    await refused(storage.redeemPoints(user), 'conflict');
    await refused(storage.redeemPoints(freshName()), 'not_found');
    await storage.addPointsRecord(adjustment(user, 700));
    const calls = Array.from({ length: 10 }, (_, at) => (at % 2 ? storage : other).redeemPoints(user));
    expect(await winners(calls, 'conflict')).toBe(2);
    expect(await other.getUserPoints(user)).toMatchObject({ balance: 100, totalEarned: 700, totalRedeemed: 600 });
    const cards = await other.getUserCardKeys(user);
    expect(cards).toHaveLength(2);
    const ledger = await adds(other, user);
    for (const card of cards) {
      expect(card).toMatchObject({ type: 'month', status: 'unused', source: 'redeem' });
      expect(card.expiresAt - card.createdAt).toBe(30 * 86_400_000);
      expect(await other.getCardKey(card.keyHash)).toMatchObject({ status: 'unused', keyType: 'month' });
      expect(ledger.filter((entry) => entry.cardKeyId === card.id)).toEqual([
        expect.objectContaining({ type: 'redeem', amount: -300, username: user }),
      ]);
    }
    const [card] = await storage.getAllCardKeys().then((all) => all.filter((one) => one.keyHash === cards[0]?.keyHash));
    const info = await storage.bindCardKey(user, card?.key ?? '');
    expect(info.boundKey).toBe(card?.keyHash);
    expect(await other.getUserCardKeys(user)).toHaveLength(2);
    await storage.setInvitationConfig(config);
  });
}
