import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../../sandbox/database.js';
import { Site } from '../../../electron/data/site.js';
import { redisUp } from '../redis-up.js';
import { favorite, openParts, openTestParts, play, skip, type TestParts } from './test-storage.js';

describe.each(engines())('clearing a site on %s', (engine) => {
  let site: TestParts;
  beforeAll(async () => {
    site = await openTestParts(engine, 'alice', 'st*r');
  });
  afterAll(() => site.close());

  test('the fifteen tables and the site’s keys are empty, the console’s and others’ stay', async () => {
    for (const name of ['alice', 'st*r']) {
      await site.setPlayRecord(name, 'a+1', play());
      await site.getAllPlayRecords(name);
      await site.setFavorite(name, 'a+1', favorite());
      await site.getAllFavorites(name);
      await site.setSkipConfig(name, 'a', '1', skip('a', '1'));
      await site.addSearchHistory(name, 'word');
      await site.updatePlayStatistics(name, 'a', '1', 5);
      await site.updateUserLoginStats(name, Date.now());
    }
    await site.batches.flush();
    await site.getContentStats();
    await site.setCache('x', 1);
    await site.sql('UPDATE admin_configs SET config_value = \'{"a":1}\'');
    await site.sql('UPDATE invitation_configs SET reward_points = 7');
    await site.sql(
      "INSERT INTO console_idempotency VALUES ('k', 'boss', 'x', REPEAT('0', 64), 1, NULL, UTC_TIMESTAMP(3))",
    );
    const { redis } = site.site;
    await redis.set(site.key('somebody:else'), 'stays');
    await redis.set(site.key('user:alice:play_records:all'), '[]');

    await site.clearAllData();

    const counts = await site.sql<{ name: string; rows_: unknown }>(
      [
        'users',
        'play_records',
        'favorites',
        'episode_skip_configs',
        'user_login_stats',
        'content_stats',
        'play_stats_daily',
      ]
        .map((table) => `SELECT '${table}' AS name, (SELECT COUNT(*) FROM ${table}) AS rows_`)
        .join(' UNION ALL '),
    );
    for (const { name, rows_ } of counts) expect([name, Number(rows_)]).toEqual([name, 0]);
    expect(await site.sql('SELECT config_key, config_value FROM admin_configs')).toEqual([
      { config_key: 'main_config', config_value: '{}' },
    ]);
    expect(await site.sql('SELECT reward_points FROM invitation_configs')).toEqual([{ reward_points: 100 }]);
    expect(await site.sql('SELECT idempotency_key FROM console_idempotency')).toHaveLength(1);
    expect(await redis.get(site.key('somebody:else'))).toBe('stays');
    for (const name of [
      'user:alice:play_records',
      'user:alice:play_records:all',
      'user:st*r:favorites',
      'user:alice:search_history',
      'cache:x',
      'stats:content_hot',
    ]) {
      expect([name, await redis.exists(site.key(name))]).toEqual([name, 0]);
    }
    expect(await site.getAllPlayRecords('alice')).toEqual({});
    expect(await site.getContentStats()).toEqual([]);
    // The site continues.
    await site.addUsers('alice');
    await site.setPlayRecord('alice', 'b+1', play());
    expect(await site.getAllPlayRecords('alice')).toEqual({ 'b+1': play() });
  });

  test('without a prefix, the cards of the old layout in the same Redis stay, at the first read and at clearing', async () => {
    const { mysql, redis } = site.site.config;
    const bare = openParts(await Site.open({ mysql, redis: { ...redis, prefix: '', db: 11 } }));
    try {
      await redisUp(bare.site);
      const client = bare.site.redis;
      const [hash, old] = ['a'.repeat(64), 'b'.repeat(64)];
      await client.mset(`cardkey:hash:${old}`, '{}', `cardkey:given:${old}`, '{}', `cardkey:${hash}`, '{}');
      await client.sadd('cardkey:status:unused', old);
      const left = async () =>
        (await client.keys('cardkey:*')).map((name) => name.replace(hash, 'ours').replace(old, 'old')).sort();
      await bare.site.cache.ready();
      expect(bare.site.cache.reading).toBe(true);
      expect(await left()).toEqual(['cardkey:given:old', 'cardkey:hash:old', 'cardkey:status:unused']);
      await client.set(`cardkey:${hash}`, '{}');
      await bare.clearAllData();
      expect(await left()).toEqual(['cardkey:given:old', 'cardkey:hash:old', 'cardkey:status:unused']);
    } finally {
      await bare.site.redis.flushdb();
      await bare.close();
    }
  });
});
