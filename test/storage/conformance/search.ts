import { expect, it } from 'vitest';
import { type Given, somebody } from './subject.js';

/** Search history: newest first, each word once, at most twenty. */
export function searchTests(given: Given): void {
  it('keeps the newest twenty, each once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    expect(await storage.getSearchHistory(user)).toEqual([]);
    const words = Array.from({ length: 25 }, (_, at) => `词 ${at} 😀*`);
    for (const word of words) await storage.addSearchHistory(user, word);
    const newest = words.toReversed().slice(0, 20);
    expect(await other.getSearchHistory(user)).toEqual(newest);
    const again = newest[7] ?? '';
    await other.addSearchHistory(user, again);
    expect(await storage.getSearchHistory(user)).toEqual([again, ...newest.filter((word) => word !== again)]);
  });

  it('forgets a word, or all of them', async () => {
    const { storage, other } = given();
    const [user, neighbour] = [await somebody(storage), await somebody(storage)];
    for (const word of ['a', 'b', 'c']) await storage.addSearchHistory(user, word);
    await storage.addSearchHistory(neighbour, 'a');
    await storage.deleteSearchHistory(user, 'b');
    await storage.deleteSearchHistory(user, 'never');
    expect(await other.getSearchHistory(user)).toEqual(['c', 'a']);
    await other.deleteSearchHistory(user);
    expect(await storage.getSearchHistory(user)).toEqual([]);
    expect(await storage.getSearchHistory(neighbour)).toEqual(['a']);
  });

  it('loses no word of many at once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const words = Array.from({ length: 12 }, (_, at) => `w${at}`);
    await Promise.all([...words, ...words].map((word, at) => (at % 2 ? storage : other).addSearchHistory(user, word)));
    expect((await storage.getSearchHistory(user)).sort()).toEqual(words.sort());
  });
}
