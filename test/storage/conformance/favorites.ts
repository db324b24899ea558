import { expect, it } from 'vitest';
import { aFavorite, awkwardKeys, freshName, type Given, refused, somebody } from './subject.js';

/** Favourites: each under `source+id`, with the time it was saved. */
export function favoriteTests(given: Given): void {
  it('keeps every field', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const favorite = aFavorite();
    await storage.setFavorite(user, 'src+1', favorite);
    for (const one of [storage, other]) {
      expect(await one.getFavorite(user, 'src+1')).toEqual(favorite);
      expect(await one.getAllFavorites(user)).toEqual({ 'src+1': favorite });
    }
    const { origin: _o, type: _t, releaseDate: _d, remarks: _r, ...least } = aFavorite({ cover: '', year: '' });
    await other.setFavorite(user, 'src+1', least);
    for (const one of [storage, other]) expect(await one.getFavorite(user, 'src+1')).toEqual(least);
  });

  it('has nothing where nothing was saved', async () => {
    const { storage } = given();
    const user = await somebody(storage);
    expect(await storage.getFavorite(user, 'src+1')).toBeNull();
    expect(await storage.getAllFavorites(user)).toEqual({});
    expect(await storage.getAllFavorites(freshName())).toEqual({});
    await storage.deleteFavorite(user, 'src+1');
  });

  it('takes awkward keys for what they are', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const favorites = Object.fromEntries(awkwardKeys.map((key, at) => [key, aFavorite({ total_episodes: at })]));
    await Promise.all(Object.entries(favorites).map(([key, favorite]) => storage.setFavorite(user, key, favorite)));
    for (const one of [storage, other]) expect(await one.getAllFavorites(user)).toEqual(favorites);
    for (const key of awkwardKeys) expect(await other.getFavorite(user, key)).toEqual(favorites[key]);
    await refused(storage.setFavorite(user, 'nosource', aFavorite()), 'invalid_input');
  });

  it('shows each write and deletion to the other at once', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    for (let round = 1; round <= 9; round++) {
      const [writer, reader] = round % 2 ? [storage, other] : [other, storage];
      await writer.setFavorite(user, 'live_a+live_b', aFavorite({ total_episodes: round, origin: 'live' }));
      expect(await reader.getFavorite(user, 'live_a+live_b')).toMatchObject({ total_episodes: round, origin: 'live' });
      await writer.deleteFavorite(user, 'live_a+live_b');
      expect(await reader.getFavorite(user, 'live_a+live_b')).toBeNull();
      expect(await reader.getAllFavorites(user)).toEqual({});
    }
  });
}
