import { describe, expect, test } from 'vitest';
import { searchMethods } from '../../../electron/storage/hybrid/search.js';
import { codeOf } from '../../operations/helpers.js';
import { until } from '../../operations/fixtures/users.js';
import { engines } from '../../sandbox/database.js';
import { openTestSiteClient } from './site-client.js';

describe.each(engines())('users while Redis is away, on %s', (engine) => {
  test('writes are made, sessions say that they cannot be read, and end when Redis is back', async () => {
    const siteClient = await openTestSiteClient(engine, 'ann', 'bob');
    const { redis, keys } = siteClient.site;
    const sessions = [await siteClient.createSession('ann', {}), await siteClient.createSession('bob', {})];
    redis.disconnect();
    await until(() => Promise.resolve(!siteClient.site.redisUp));
    expect(await codeOf(siteClient.getSession(sessions[0] ?? ''))).toBe('unavailable');
    expect(await codeOf(siteClient.deleteSession(sessions[0] ?? ''))).toBe('unavailable');
    expect(await codeOf(siteClient.createSession('ann', {}))).toBe('unavailable');
    await siteClient.banUser('ann', true);
    expect(await siteClient.getUserInfoV2('ann')).toMatchObject({ banned: true });
    await siteClient.changePassword('bob', 'next');
    expect(await siteClient.verifyUser('bob', 'next')).toBe(true);
    await redis.connect();
    const left = async (): Promise<number> =>
      (await Promise.all(sessions.map((id) => redis.exists(keys.of('session', id))))).reduce((a, b) => a + b, 0);
    await until(async () => (await left()) === 0);
    for (const session of sessions) expect(await siteClient.getSession(session)).toBeNull();
    await siteClient.close();
  });

  test('a deleted user’s sessions and searches go once Redis is back', async () => {
    const siteClient = await openTestSiteClient(engine, 'ann', 'bob');
    const { redis, keys } = siteClient.site;
    const { addSearchHistory } = searchMethods(siteClient.site);
    const left = [keys.of('session', await siteClient.createSession('ann', {})), keys.of('userSessions', 'ann')];
    const stays = keys.of('session', await siteClient.createSession('bob', {}));
    await addSearchHistory('ann', 'heat');
    left.push(keys.of('searchHistory', 'ann'));
    expect(await redis.exists(...left)).toBe(3);
    redis.disconnect();
    await until(() => Promise.resolve(!siteClient.site.redisUp));
    await siteClient.deleteUser('ann');
    expect(await siteClient.checkUserExist('ann')).toBe(false);
    await redis.connect();
    await until(async () => (await redis.exists(...left)) === 0);
    expect(await redis.exists(stays)).toBe(1);
    await siteClient.close();
  });
});
