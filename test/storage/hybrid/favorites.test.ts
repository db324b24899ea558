import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { awkward, favorite, openTestParts, type TestParts } from './test-storage.js';

describe.each(engines())('favourites on %s', (engine) => {
  let site: TestParts;
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'Bob', ...awkward);
  });
  afterAll(() => site.close());

  test('nothing is null and empty', async () => {
    expect(await site.getFavorite('alice', 'a+1')).toBeNull();
    expect(await site.getFavorite('alice', 'a')).toBeNull();
    expect(await site.getAllFavorites('alice')).toEqual({});
    expect(await site.getFavorite('nobody', 'a+1')).toBeNull();
    expect(await site.getAllFavorites('nobody')).toEqual({});
    await site.deleteFavorite('nobody', 'a+1');
  });

  test('a favourite comes back as it was, live channels too, from Redis and from MySQL', async () => {
    const all = {
      'live_tv+live_cctv+1': favorite({ origin: 'live', total_episodes: 1 }),
      'src+1+2': favorite({ origin: 'vod', type: 'movie', releaseDate: '2024-02-29', remarks: '更新至 12 集' }),
      'short+9': favorite({ origin: 'shortdrama', save_time: 1_600_000_000_000 }),
    };
    for (const name of ['alice', ...awkward]) {
      for (const [key, value] of Object.entries(all)) await site.setFavorite(name, key, value);
      expect(await site.getAllFavorites(name)).toEqual(all);
      expect(await site.getFavorite(name, 'live_tv+live_cctv+1')).toEqual(all['live_tv+live_cctv+1']);
      await site.site.redis.unlink(site.site.keys.of('favorites', name));
      expect(await site.getAllFavorites(name)).toEqual(all);
    }
  });

  test('save_time is the given one, again and again', async () => {
    await site.setFavorite('BOB', 'a+1', favorite({ save_time: 1_500_000_000_000 }));
    await site.setFavorite('Bob', 'a+1', favorite({ save_time: 1_500_000_000_000, title: 'new' }));
    expect(await site.getFavorite('bob', 'a+1')).toEqual(favorite({ save_time: 1_500_000_000_000, title: 'new' }));
  });

  test('a day that is none is left out', async () => {
    for (const releaseDate of ['2023-02-30', '2023', '未知', '0000-00-00'])
      await site.setFavorite('Bob', `d+${releaseDate}`, favorite({ releaseDate }));
    for (const one of Object.values(await site.getAllFavorites('Bob'))) expect(one.releaseDate).toBeUndefined();
  });

  test('a deleted favourite is gone for every process; nobody’s is refused', async () => {
    const other = await site.another();
    expect(await other.getFavorite('Bob', 'a+1')).not.toBeNull();
    await site.deleteFavorite('bob', 'a+1');
    expect(await other.getFavorite('Bob', 'a+1')).toBeNull();
    expect(await codeOf(site.setFavorite('nobody', 'a+1', favorite()))).toBe('not_found');
    expect(await codeOf(site.setFavorite('Bob', 'a', favorite()))).toBe('invalid_input');
  });
});
