import { expect, it } from 'vitest';
import { type Given, refused, freshName, somebody } from './subject.js';

/** A ban is complete: the account, the configuration, the sessions, the TVBox token. */
export function banTests(given: Given): void {
  it('is seen everywhere at once, and taken back', async () => {
    const { storage, other } = given();
    const [name, neighbour] = [await somebody(storage), await somebody(storage)];
    const config = (await storage.getAdminConfig()) ?? {};
    const users = config.UserConfig?.Users ?? [];
    await storage.setAdminConfig({
      ...config,
      UserConfig: {
        ...config.UserConfig,
        Users: [
          ...users.filter((entry) => entry['username'] !== name),
          { username: name, role: 'user', tvboxToken: 'T'.repeat(32), nobodyKnows: { this: 1 } },
        ],
      },
    });
    const sessions = [await storage.createSession(name, {}), await other.createSession(name, {})];
    const kept = await storage.createSession(neighbour, {});
    expect(await other.getUserInfoV2(name)).toMatchObject({ banned: false });
    expect(await other.getAdminConfig()).toMatchObject({ UserConfig: expect.anything() as object });

    await storage.banUser(name, true);
    for (const one of [storage, other]) {
      const info = await one.getUserInfoV2(name);
      expect(info).toMatchObject({ banned: true });
      expect(info?.tvboxToken).toBeUndefined();
      const entry = (await one.getAdminConfig())?.UserConfig?.Users?.find((user) => user['username'] === name);
      expect(entry).toMatchObject({ banned: true, nobodyKnows: { this: 1 } });
      expect(entry?.['tvboxToken'] ?? '').toBe('');
      for (const session of sessions) expect(await one.getSession(session)).toBeNull();
      expect(await one.getSession(kept)).toMatchObject({ username: neighbour });
      expect(await one.getUserInfoV2(neighbour)).toMatchObject({ banned: false });
    }
    await storage.banUser(name, true);

    await other.banUser(name, false);
    for (const one of [storage, other]) {
      expect(await one.getUserInfoV2(name)).toMatchObject({ banned: false, tvboxToken: 'T'.repeat(32) });
      const entry = (await one.getAdminConfig())?.UserConfig?.Users?.find((user) => user['username'] === name);
      expect(entry?.['banned'] ?? false).toBe(false);
      expect(entry).toMatchObject({ tvboxToken: 'T'.repeat(32), nobodyKnows: { this: 1 } });
    }
  });

  it('stops points from being turned into cards', async () => {
    const { storage } = given();
    const name = await somebody(storage);
    await storage.updateUserPoints({
      username: name,
      invitationCode: '',
      balance: 100_000,
      totalEarned: 100_000,
      totalRedeemed: 0,
      updatedAt: Date.now(),
    });
    await storage.banUser(name, true);
    await refused(storage.redeemPoints(name), 'forbidden');
    await storage.banUser(name, false);
    expect(await storage.redeemPoints(name)).toMatchObject({ username: name, status: 'unused' });
  });

  it('is refused for nobody', async () => {
    const { storage } = given();
    const nobody = freshName();
    await refused(storage.banUser(nobody, true), 'not_found');
    expect(await storage.getUserInfoV2(nobody)).toBeNull();
  });
}
