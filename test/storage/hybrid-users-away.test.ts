import { describe, expect, test } from 'vitest';
import { searchMethods } from '../../electron/storage/hybrid/search.js';
import { codeOf } from '../operations/helpers.js';
import { until } from '../operations/people.js';
import { engines } from '../sandbox/database.js';
import { openTestHalf } from './hybrid-half.js';

describe.each(engines())('users while Redis is away, on %s', (engine) => {
  test('writes are made, sessions say that they cannot be read, and end when Redis is back', async () => {
    const half = await openTestHalf(engine, 'ann', 'bob');
    const { redis, keys } = half.site;
    const sessions = [await half.createSession('ann', {}), await half.createSession('bob', {})];
    redis.disconnect();
    await until(() => Promise.resolve(!half.site.redisUp));
    expect(await codeOf(half.getSession(sessions[0] ?? ''))).toBe('unavailable');
    expect(await codeOf(half.deleteSession(sessions[0] ?? ''))).toBe('unavailable');
    expect(await codeOf(half.createSession('ann', {}))).toBe('unavailable');
    await half.banUser('ann', true);
    expect(await half.getUserInfoV2('ann')).toMatchObject({ banned: true });
    await half.changePassword('bob', 'next');
    expect(await half.verifyUser('bob', 'next')).toBe(true);
    await redis.connect();
    const left = async (): Promise<number> =>
      (await Promise.all(sessions.map((id) => redis.exists(keys.of('session', id))))).reduce((a, b) => a + b, 0);
    await until(async () => (await left()) === 0);
    for (const session of sessions) expect(await half.getSession(session)).toBeNull();
    await half.close();
  });

  test('a deleted user’s sessions and searches go once Redis is back', async () => {
    const half = await openTestHalf(engine, 'ann', 'bob');
    const { redis, keys } = half.site;
    const { addSearchHistory } = searchMethods(half.site);
    const left = [keys.of('session', await half.createSession('ann', {})), keys.of('userSessions', 'ann')];
    const stays = keys.of('session', await half.createSession('bob', {}));
    await addSearchHistory('ann', 'heat');
    left.push(keys.of('searchHistory', 'ann'));
    expect(await redis.exists(...left)).toBe(3);
    redis.disconnect();
    await until(() => Promise.resolve(!half.site.redisUp));
    await half.deleteUser('ann');
    expect(await half.checkUserExist('ann')).toBe(false);
    await redis.connect();
    await until(async () => (await redis.exists(...left)) === 0);
    expect(await redis.exists(stays)).toBe(1);
    await half.close();
  });
});
