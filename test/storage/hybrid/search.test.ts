import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { awkward, openTestParts, type TestParts } from './test-storage.js';

describe.each(engines())('searches and the site’s cache on %s', (engine) => {
  let site: TestParts;
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'Bob', 'busy', ...awkward);
  });
  afterAll(() => site.close());

  test('newest first, each once, twenty at most, for seven days', async () => {
    expect(await site.getSearchHistory('alice')).toEqual([]);
    expect(await site.getSearchHistory('nobody')).toEqual([]);
    for (let at = 0; at < 25; at++) await site.addSearchHistory('alice', `词 ${String(at)}`);
    await site.addSearchHistory('alice', '词 10');
    await site.addSearchHistory('alice', '');
    const history = await site.getSearchHistory('ALICE');
    expect(history).toHaveLength(20);
    expect(history.slice(0, 3)).toEqual(['词 10', '词 24', '词 23']);
    const ttl = await site.site.redis.ttl(site.key('user:alice:search_history'));
    expect(ttl).toBeGreaterThan(7 * 86_400 - 60);
    expect(await codeOf(site.addSearchHistory('nobody', 'x'))).toBe('not_found');
  });

  test('one is deleted, or all', async () => {
    for (const name of ['Bob', ...awkward]) {
      await site.addSearchHistory(name, 'one');
      await site.addSearchHistory(name, 'two');
      await site.deleteSearchHistory(name, 'one');
      expect(await site.getSearchHistory(name)).toEqual(['two']);
      await site.deleteSearchHistory(name);
      expect(await site.getSearchHistory(name)).toEqual([]);
    }
    await site.deleteSearchHistory('nobody');
  });

  test('searches at once are neither lost nor doubled', async () => {
    const words = Array.from({ length: 10 }, (_, at) => `w${String(at)}`);
    await Promise.all([...words, ...words, ...words].map((word) => site.addSearchHistory('busy', word)));
    expect((await site.getSearchHistory('busy')).toSorted()).toEqual(words);
  });

  test('the site’s cache keeps JSON for its time, and is cleared by its beginning, whatever characters that has', async () => {
    expect(await site.getCache('none')).toBeNull();
    await site.setCache('a*b:1', { n: 1, list: [null, '三'] }, 60);
    await site.setCache('axb:1', 'other');
    await site.setCache('zero', 0);
    expect(await site.getCache('a*b:1')).toEqual({ n: 1, list: [null, '三'] });
    expect(await site.getCache('zero')).toBe(0);
    expect(await site.site.redis.ttl(site.key('cache:a*b:1'))).toBeGreaterThan(50);
    expect(await site.site.redis.ttl(site.key('cache:axb:1'))).toBe(-1);
    await site.clearExpiredCache('a*b:');
    expect(await site.getCache('a*b:1')).toBeNull();
    expect(await site.getCache('axb:1')).toBe('other');
    await site.deleteCache('axb:1');
    expect(await site.getCache('axb:1')).toBeNull();
    await site.clearExpiredCache();
    expect(await site.getCache('zero')).toBeNull();
  });

  test('without Redis searches are not noted and caches are empty, but a deletion is refused', async () => {
    const other = await site.another();
    await other.addSearchHistory('Bob', 'kept');
    other.site.redis.disconnect();
    expect(await other.getSearchHistory('Bob')).toEqual([]);
    await other.addSearchHistory('Bob', 'lost');
    await other.setCache('x', 1);
    expect(await other.getCache('x')).toBeNull();
    expect(await codeOf(other.deleteSearchHistory('Bob'))).toBe('unavailable');
    expect(await codeOf(other.deleteCache('x'))).toBe('unavailable');
    expect(await codeOf(other.clearExpiredCache())).toBe('unavailable');
    expect(await site.getSearchHistory('Bob')).toEqual(['kept']);
  });
});
