import { expect, it } from 'vitest';
import type { Invitation } from '../../../electron/storage/types.js';
import { freshName, type Given, refused, seconds, somebody } from './subject.js';

let lastAddress = 0;

/** An address without a reward. */
function freshAddress(): string {
  lastAddress += 1;
  return `10.${process.pid % 250}.${Math.floor(lastAddress / 250)}.${lastAddress % 250}`;
}

/** Invitations: the inviter gets one reward per address, with everything that belongs to it. */
export function invitationTests(given: Given): void {
  it('keeps the configuration', async () => {
    const { storage, other } = given();
    const before = await storage.getInvitationConfig();
    expect(before).toMatchObject({ enabled: true, rewardPoints: 100, redeemThreshold: 300, cardKeyType: 'week' });
    const next = { enabled: false, rewardPoints: 55, redeemThreshold: 400, cardKeyType: 'year' as const };
    await storage.setInvitationConfig({ ...next, updatedAt: seconds() });
    expect(await other.getInvitationConfig()).toMatchObject(next);
    await other.setInvitationConfig(before);
    expect(await storage.getInvitationConfig()).toMatchObject({ enabled: true, rewardPoints: 100 });
  });

  it('rewards the inviter with a registration: by code or by name, once an address', async () => {
    const { storage, other } = given();
    const inviter = await somebody(storage);
    const code = (await storage.getUserPoints(inviter))?.invitationCode ?? '';
    const address = freshAddress();
    const [first, second, third] = [freshName(), freshName(), freshName()];
    await storage.createUserV2(first, 'secret', 'user', [], undefined, [], undefined, code, address);
    for (const one of [storage, other]) {
      expect(await one.getUserPoints(inviter)).toMatchObject({ balance: 100, totalEarned: 100 });
      expect(await one.getInvitationByInvitee(first)).toMatchObject({
        inviter,
        invitee: first,
        invitationCode: code,
        ipAddress: address,
        rewarded: true,
        rewardTime: expect.any(Number) as number,
      });
      expect(await one.getIPRewardRecord(address)).toMatchObject({ ipAddress: address, inviter, invitee: first });
      expect(await one.getPointsHistory(inviter, 1)).toEqual([
        expect.objectContaining({ type: 'earn', amount: 100, relatedUser: first, reason: '邀请好友注册' }),
      ]);
    }
    await other.createUserV2(second, 'secret', 'user', [], undefined, [], undefined, code, address);
    expect(await storage.checkUserExist(second)).toBe(true);
    expect(await storage.getInvitationByInvitee(second)).toBeNull();
    await other.createUserV2(third, 'secret', 'user', [], undefined, [], undefined, inviter, freshAddress());
    expect(await storage.getUserPoints(inviter)).toMatchObject({ balance: 200 });
    expect((await storage.getInvitationsByInviter(inviter)).map((one) => one.invitee).sort()).toEqual(
      [first, third].sort(),
    );
  });

  it('rewards one of many registrations at once from an address, in any spelling', async () => {
    const { storage, other } = given();
    const inviters = [await somebody(storage), await somebody(storage)];
    const address = freshAddress();
    const names = Array.from({ length: 10 }, () => freshName());
    await Promise.all(
      names.map((name, at) =>
        (at % 2 ? storage : other).createUserV2(
          name,
          'secret',
          'user',
          [],
          undefined,
          [],
          undefined,
          inviters[at % 2],
          at % 3 ? address : `::ffff:${address}`,
        ),
      ),
    );
    const points = await Promise.all(inviters.map((inviter) => storage.getUserPoints(inviter)));
    expect(points.reduce((sum, account) => sum + (account?.balance ?? 0), 0)).toBe(100);
    const invitations = await Promise.all(inviters.map((inviter) => other.getInvitationsByInviter(inviter)));
    expect(invitations.flat()).toHaveLength(1);
    for (const name of names) expect(await other.checkUserExist(name)).toBe(true);
  });

  it('registers without an inviter where there is none, or one who is banned', async () => {
    const { storage } = given();
    const banned = await somebody(storage);
    await storage.banUser(banned, true);
    for (const inviter of ['NOSUCHCODE', '', banned]) {
      const name = freshName();
      await storage.createUserV2(name, 'secret', 'user', [], undefined, [], undefined, inviter, freshAddress());
      expect(await storage.checkUserExist(name)).toBe(true);
      expect(await storage.getInvitationByInvitee(name)).toBeNull();
    }
    expect(await storage.getUserPoints(banned)).toMatchObject({ balance: 0 });
  });

  it('takes the steps of a site for one reward', async () => {
    const { storage, other } = given();
    const inviter = await somebody(storage);
    const invitee = await somebody(storage);
    const address = freshAddress();
    const code = (await storage.getUserPoints(inviter))?.invitationCode ?? '';
    const invitation: Invitation = {
      id: freshName('i'),
      inviter,
      invitee,
      invitationCode: code,
      ipAddress: address,
      rewarded: false,
      createdAt: seconds(),
    };
    await storage.createInvitation(invitation);
    expect(await other.getInvitationByInvitee(invitee)).toEqual(invitation);
    expect(await other.getInvitationsByInviter(inviter)).toEqual([invitation]);
    await refused(storage.createInvitation({ ...invitation, id: freshName('i') }), 'conflict');
    await refused(storage.createInvitation({ ...invitation, id: freshName('i'), invitee: inviter }), 'invalid_input');

    const rewardTime = seconds();
    const reward = { id: freshName('w'), ipAddress: address, inviter, invitee, rewardTime };
    await storage.createIPRewardRecord(reward);
    expect(await other.getIPRewardRecord(address)).toEqual(reward);
    expect(await other.getIPRewardRecord(freshAddress())).toBeNull();
    const entry = {
      id: freshName('e'),
      username: inviter,
      type: 'earn' as const,
      amount: 100,
      reason: '邀请好友注册',
      relatedUser: invitee,
      createdAt: seconds(),
    };
    await other.addPointsRecord(entry);
    await storage.updateInvitation(invitation.id, { rewarded: true, rewardTime });
    expect(await other.getUserPoints(inviter)).toMatchObject({ balance: 100, totalEarned: 100 });
    expect(await other.getPointsHistory(inviter, 1)).toEqual([
      expect.objectContaining({ id: entry.id, relatedUser: invitee }),
    ]);
    expect(await other.getInvitationByInvitee(invitee)).toMatchObject({ rewarded: true });
    await refused(storage.addPointsRecord({ ...entry, id: freshName('e') }), 'conflict');
    await refused(storage.updateInvitation('no such invitation', { rewarded: true }), 'not_found');
    expect(await other.getInvitationByInvitee(freshName())).toBeNull();
    expect(await other.getInvitationsByInviter(freshName())).toEqual([]);
  });
}
