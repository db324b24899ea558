import { expect, it } from 'vitest';
import { type Given, somebody } from './subject.js';

/** Sessions: opened for a user, ended one by one or all with a ban. */
export function sessionTests(given: Given): void {
  it('opens, tells and ends', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const data = { device: '电视 😀', at: 1, nested: { a: [1] } };
    const [first, second] = [await storage.createSession(user, data), await other.createSession(user, data)];
    expect(first).not.toBe(second);
    expect(first.length).toBeGreaterThanOrEqual(22);
    expect(await other.getSession(first)).toMatchObject({ ...data, username: user });
    await other.deleteSession(first);
    expect(await storage.getSession(first)).toBeNull();
    expect(await storage.getSession(second)).toMatchObject({ username: user });
    await storage.deleteSession(first);
    expect(await storage.getSession('no such session')).toBeNull();
  });

  it('is its user’s, whatever the data says', async () => {
    const { storage } = given();
    const user = await somebody(storage);
    const id = await storage.createSession(user, { username: 'somebody else', role: 'owner' });
    expect(await storage.getSession(id)).toMatchObject({ username: user });
  });
}
