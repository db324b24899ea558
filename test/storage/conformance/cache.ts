import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { freshName, type Given } from './subject.js';

/** The site's own cache: any JSON under any name, with an expiry. */
export function cacheTests(given: Given): void {
  it('keeps what JSON can say', async () => {
    const { storage, other } = given();
    for (const value of [{ a: [1, null, '😀'] }, 'text', 0, false, [], '']) {
      const key = freshName('cache:*[');
      await storage.setCache(key, value);
      expect(await other.getCache(key)).toEqual(value);
      await other.deleteCache(key);
      expect(await storage.getCache(key)).toBeNull();
    }
    expect(await storage.getCache(freshName())).toBeNull();
    await storage.deleteCache(freshName());
  });

  it('forgets after the time given', async () => {
    const { storage, other } = given();
    const [short, long] = [freshName('exp-'), freshName('exp-')];
    await storage.setCache(short, 1, 1);
    await storage.setCache(long, 2, 60);
    expect(await other.getCache(short)).toBe(1);
    await sleep(1_300);
    expect(await other.getCache(short)).toBeNull();
    expect(await other.getCache(long)).toBe(2);
    await storage.clearExpiredCache('exp-');
    expect(await storage.getCache(short)).toBeNull();
  });

  it('leaves other prefixes alone, whatever characters a prefix has', async () => {
    const { storage } = given();
    const key = freshName('other');
    await storage.setCache(key, 'stays', 60);
    await storage.clearExpiredCache('[o]*');
    await storage.clearExpiredCache('*');
    await storage.clearExpiredCache('oth?r');
    expect(await storage.getCache(key)).toBe('stays');
  });
}
