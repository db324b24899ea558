import { expect, it } from 'vitest';
import { aSkip, freshName, type Given, somebody } from './subject.js';

/** Skips: two separate families of the same form. */
export function skipTests(given: Given): void {
  it('keeps every field of both families, apart', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    const old = aSkip('src', '1+2');
    const episode = aSkip('src', '1+2', { title: 'episode', segments: [{ start: 1, end: 2, type: 'ending' }] });
    await storage.setSkipConfig(user, 'src', '1+2', old);
    expect(await other.getEpisodeSkipConfig(user, 'src', '1+2')).toBeNull();
    await storage.setEpisodeSkipConfig(user, 'src', '1+2', episode);
    for (const one of [storage, other]) {
      expect(await one.getSkipConfig(user, 'src', '1+2')).toEqual(old);
      expect(await one.getEpisodeSkipConfig(user, 'src', '1+2')).toEqual(episode);
      expect(await one.getAllSkipConfigs(user)).toEqual({ 'src+1+2': old });
      expect(await one.getAllEpisodeSkipConfigs(user)).toEqual({ 'src+1+2': episode });
    }
    await other.deleteSkipConfig(user, 'src', '1+2');
    expect(await storage.getSkipConfig(user, 'src', '1+2')).toBeNull();
    expect(await storage.getEpisodeSkipConfig(user, 'src', '1+2')).toEqual(episode);
    await other.deleteEpisodeSkipConfig(user, 'src', '1+2');
    expect(await storage.getAllEpisodeSkipConfigs(user)).toEqual({});
  });

  it('takes the new over the old, and awkward sources for what they are', async () => {
    const { storage, other } = given();
    const user = await somebody(storage);
    for (const source of ['src', 'skip:src', 'episode:src', '来[源]*']) {
      await storage.setEpisodeSkipConfig(user, source, 'a:b', aSkip(source, 'a:b'));
      const next = aSkip(source, 'a:b', { title: source, segments: [] });
      await other.setEpisodeSkipConfig(user, source, 'a:b', next);
      expect(await storage.getEpisodeSkipConfig(user, source, 'a:b')).toEqual(next);
    }
    expect(Object.keys(await other.getAllEpisodeSkipConfigs(user))).toHaveLength(4);
    expect(await other.getAllSkipConfigs(user)).toEqual({});
  });

  it('has nothing for nobody', async () => {
    const { storage } = given();
    expect(await storage.getSkipConfig(freshName(), 's', '1')).toBeNull();
    expect(await storage.getAllSkipConfigs(freshName())).toEqual({});
    await storage.deleteEpisodeSkipConfig(freshName(), 's', '1');
  });
}
