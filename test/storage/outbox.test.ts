import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { banned, openSite, openTestSite, type TestSite } from '../operations/helpers.js';
import { addPeople, addSession, until } from '../operations/people.js';
import { engines } from '../sandbox/database.js';

describe.each(engines())('cache deletions that follow a commit on %s', (engine) => {
  let desk: TestSite;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }]);
  });
  afterAll(() => desk.close());

  test('an index of sessions that is no set goes with the others, and holds up nobody', async () => {
    const { site } = desk;
    await addPeople(site.db, [{ username: 'odd' }, { username: 'even' }]);
    await site.redis.set(site.keys.of('userSessions', 'odd'), 'left by another program');
    await addSession(site, 'even', 'even-1');
    await banned(desk, ['odd']);
    await banned(desk, ['even']);
    await until(async () => (await site.outbox.pending()) === 0);
    expect(await site.redis.exists(site.keys.of('session', 'even-1'), site.keys.of('userSessions', 'odd'))).toBe(0);
  });

  test('a server that takes nothing is asked with the first rows alone, however many wait, and all are carried once it does', async () => {
    const { site } = desk;
    const username = `u${randomUUID().slice(0, 8)}`;
    const grant = (...rights: string[]): Promise<unknown> =>
      site.redis.call('ACL', 'SETUSER', username, 'reset', 'on', '>pw', '~*', '&*', ...rights);
    await grant('+@all');
    const limited = await openSite({ ...site.config, redis: { ...site.config.redis, username, password: 'pw' } });
    await desk.site.outbox.close();
    try {
      await until(() => Promise.resolve(limited.site.redisUp));
      await grant('+@read', '+@connection', '+info');
      await site.db.run('INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES ?', [
        Array.from({ length: 300 }, (_, at) => [
          1,
          JSON.stringify([site.keys.of('userInfo', String(at))]),
          '[]',
          '2026-01-01 00:00:00',
        ]),
      ]);
      for (let turn = 0; turn < 3; turn += 1) await limited.site.outbox.drain();
      const [tried] = await site.db.rows<{ rows: string; most: number }>(
        'SELECT COUNT(*) AS `rows`, MAX(attempts) AS most FROM console_cache_outbox WHERE done_at IS NULL AND attempts > 0',
      );
      expect(Number(tried?.rows)).toBe(16);
      // Nothing is put off: the server may take it the next time.
      expect(tried?.most).toBeGreaterThanOrEqual(3);
      await grant('+@all');
      await until(async () => (await limited.site.outbox.pending()) === 0);
    } finally {
      await limited.close();
      await site.redis.call('ACL', 'DELUSER', username);
      await site.db.run('DELETE FROM console_cache_outbox WHERE done_at IS NULL');
    }
  });

  test('rows that Redis refuses do not stand in the way of those behind them, and are tried ever less often', async () => {
    const { site } = desk;
    const username = `u${randomUUID().slice(0, 8)}`;
    await site.redis.call('ACL', 'SETUSER', username, 'on', '>pw', `~${site.keys.prefix}*`, '&*', '+@all');
    const limited = await openSite({ ...site.config, redis: { ...site.config.redis, username, password: 'pw' } });
    await desk.site.outbox.close();
    try {
      await until(() => Promise.resolve(limited.site.redisUp));
      await site.db.run('INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES ?', [
        Array.from({ length: 60 }, () => [1, '["not ours"]', '[]', '2026-01-01 00:00:00']),
      ]);
      await addPeople(site.db, [{ username: 'behind' }]);
      await addSession(site, 'behind', 'behind-1');
      await banned(limited, ['behind']);
      await until(async () => (await site.redis.exists(site.keys.of('session', 'behind-1'))) === 0, 5_000);
      expect(await limited.site.outbox.pending()).toBe(60);
      for (let turn = 0; turn < 5; turn += 1) await limited.site.outbox.drain();
      const [most] = await site.db.rows<{ attempts: number }>(
        'SELECT MAX(attempts) AS attempts FROM console_cache_outbox WHERE done_at IS NULL',
      );
      expect(most?.attempts).toBeLessThan(5);
    } finally {
      await limited.close();
      await site.redis.call('ACL', 'DELUSER', username);
      await site.db.run('DELETE FROM console_cache_outbox WHERE done_at IS NULL');
    }
  });
});
