import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { familyOf, storedSource } from '../../../electron/storage/hybrid/skips.js';
import { codeOf } from '../../operations/helpers.js';
import { engines } from '../../sandbox/database.js';
import { awkward, openTestParts, skip, type TestParts } from './test-storage.js';

test('a stored source tells its family and its source, whatever the source begins with', () => {
  for (const family of ['skip', 'episode'] as const)
    for (const source of ['heimuer', 'skip:x', 'episode:x', 'skip:episode:x', 'episode:skip:', 's'])
      expect(familyOf(storedSource(family, source))).toEqual({ family, source });
  expect(storedSource('episode', 'heimuer')).toBe('heimuer');
});

describe.each(engines())('skips on %s', (engine) => {
  let site: TestParts;
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'Bob', ...awkward);
  });
  afterAll(() => site.close());

  test('nothing is null and empty', async () => {
    expect(await site.getSkipConfig('alice', 'a', '1')).toBeNull();
    expect(await site.getEpisodeSkipConfig('nobody', 'a', '1')).toBeNull();
    expect(await site.getAllSkipConfigs('alice')).toEqual({});
    expect(await site.getAllEpisodeSkipConfigs('nobody')).toEqual({});
    await site.deleteSkipConfig('nobody', 'a', '1');
  });

  test('both families keep their own for one content', async () => {
    for (const name of ['alice', ...awkward]) {
      const film = skip('src', '1+2', { segments: [{ start: 1, end: 2, type: 'ending', mode: 'remaining' }] });
      const episode = skip('src', '1+2');
      await site.setSkipConfig(name, 'src', '1+2', film);
      await site.setEpisodeSkipConfig(name, 'src', '1+2', episode);
      expect(await site.getSkipConfig(name, 'src', '1+2')).toEqual(film);
      expect(await site.getEpisodeSkipConfig(name, 'src', '1+2')).toEqual(episode);
      expect(await site.getAllSkipConfigs(name)).toEqual({ 'src+1+2': film });
      expect(await site.getAllEpisodeSkipConfigs(name)).toEqual({ 'src+1+2': episode });
      await site.deleteSkipConfig(name, 'src', '1+2');
      expect(await site.getSkipConfig(name, 'src', '1+2')).toBeNull();
      expect(await site.getEpisodeSkipConfig(name, 'src', '1+2')).toEqual(episode);
    }
  });

  test('the rows of a site that knows episode skips alone are read, and its table holds ours', async () => {
    await site.sql(
      `INSERT INTO episode_skip_configs (username, source, content_id, title, segments, updated_at)
        VALUES ('Bob', 'src', 'theirs', NULL, '[{"start":0,"end":5,"type":"opening"}]', '2026-01-01 00:00:00')`,
    );
    expect(await site.getEpisodeSkipConfig('bob', 'src', 'theirs')).toEqual({
      source: 'src',
      id: 'theirs',
      title: '',
      segments: [{ start: 0, end: 5, type: 'opening' }],
      updated_time: Date.UTC(2026, 0, 1),
    });
    await site.setEpisodeSkipConfig('Bob', 'skip:src', 'theirs', skip('skip:src', 'theirs'));
    expect(await site.getSkipConfig('Bob', 'src', 'theirs')).toBeNull();
    expect(Object.keys(await site.getAllEpisodeSkipConfigs('Bob'))).toEqual(['src+theirs', 'skip:src+theirs']);
  });

  test('nobody’s is refused, and so is what the columns cannot hold', async () => {
    expect(await codeOf(site.setSkipConfig('nobody', 'a', '1', skip('a', '1')))).toBe('not_found');
    expect(await codeOf(site.setSkipConfig('Bob', '', '1', skip('', '1')))).toBe('invalid_input');
    expect(await codeOf(site.setSkipConfig('Bob', 'x'.repeat(96), '1', skip('a', '1')))).toBe('invalid_input');
  });
});
