import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRedis } from '../../electron/data/redis/client.js';
import { Outbox } from '../../electron/data/write/outbox.js';
import { banned, openSite, openTestSite, type TestSite } from '../operations/helpers.js';
import { addPeople, addSession, until, waiting } from '../operations/fixtures/users.js';
import { engines } from '../sandbox/database.js';
import { startRedis } from '../sandbox/index.js';
import { redisUp } from './redis-up.js';

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
      await redisUp(limited.site);
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
      // Nothing is postponed: the server may accept it the next time.
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
      await redisUp(limited.site);
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

  test('what left of a row of which Redis refuses the rest is counted once, and what is behind the refused is not left', async () => {
    const { site } = desk;
    const username = `u${randomUUID().slice(0, 8)}`;
    const grant = (...patterns: string[]): Promise<unknown> =>
      site.redis.call('ACL', 'SETUSER', username, 'reset', 'on', '>pw', '&*', '+@all', ...patterns);
    const ours = `~${site.keys.prefix}*`;
    await grant(ours);
    const limited = await openSite({ ...site.config, redis: { ...site.config.redis, username, password: 'pw' } });
    await desk.site.outbox.close();
    try {
      await redisUp(limited.site);
      const foreign = `foreign:${randomUUID()}`;
      // More than fit into one command.
      const names = Array.from({ length: 300 }, (_, at) => site.keys.of('userInfo', `counted-${String(at)}`));
      await site.redis.mset(Object.fromEntries([foreign, ...names].map((name) => [name, '{}'])));
      await addSession(site, 'counted', 'counted-1');
      const row = ['counted', foreign, ...names];
      const { insertId } = await site.db.run(
        "INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES (1, ?, ?, '2026-01-01 00:00:00')",
        [JSON.stringify(row.slice(1)), JSON.stringify(row.slice(0, 1))],
      );
      const told = async (): Promise<unknown> => {
        const [found] = await site.db.rows(
          "SELECT keys_removed, sessions_ended, IF(done_at IS NULL, 'waits', 'done') AS state FROM console_cache_outbox WHERE id = ?",
          [insertId],
        );
        return found;
      };
      await limited.site.outbox.drain();
      await until(async () => (await limited.site.redis.exists(site.keys.of('session', 'counted-1'))) === 0);
      await limited.site.outbox.drain();
      expect(await site.redis.exists(...names)).toBe(0);
      expect(await told()).toEqual({ keys_removed: 300, sessions_ended: 1, state: 'waits' });
      await grant(ours, '~foreign:*');
      await until(async () => (await limited.site.outbox.pending()) === 0);
      expect(await told()).toEqual({ keys_removed: 301, sessions_ended: 1, state: 'done' });
    } finally {
      await limited.close();
      await site.redis.call('ACL', 'DELUSER', username);
      await site.db.run('DELETE FROM console_cache_outbox WHERE done_at IS NULL');
    }
  });

  test('a row that is committed during a round is carried by the time its own writer is answered', async () => {
    const { site } = desk;
    await site.outbox.close();
    const outbox = new Outbox(site.db, site.redis, site.keys);
    const [first, second] = ['round-first', 'round-second'].map((name) => site.keys.of('userInfo', name));
    const leave = async (key: string | undefined): Promise<string> =>
      (
        await site.db.run(
          "INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES (1, ?, '[]', UTC_TIMESTAMP(3) - INTERVAL 1 SECOND)",
          [JSON.stringify([key])],
        )
      ).insertId;
    try {
      for (const key of [first, second]) await site.redis.set(key ?? '', '{"n":1}');
      const left = await leave(first);
      const answered = await site.db.transaction(async (tx) => {
        await tx.rows('SELECT id FROM console_cache_outbox WHERE id = ? FOR UPDATE', [left]);
        // The round has looked, has carried the first row, and waits to record that.
        outbox.enable();
        await waiting(site, 1);
        const row = await leave(second);
        return { row, carried: outbox.drain() };
      });
      await answered.carried;
      expect(
        await site.db.rows('SELECT id FROM console_cache_outbox WHERE id = ? AND done_at IS NOT NULL', [answered.row]),
      ).toHaveLength(1);
      expect(await site.redis.exists(second ?? '')).toBe(0);
    } finally {
      await outbox.close();
      await site.db.run('DELETE FROM console_cache_outbox');
    }
  });
});

describe.each(engines())('a Redis that takes no writes for a while, on %s', (engine) => {
  let desk: TestSite;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    redis = await startRedis();
    const made = await openTestSite(engine);
    desk = await openSite({ mysql: made.site.config.mysql, redis: { ...redis.endpoint, prefix: 'waits:' } }, () =>
      made.close(),
    );
    await redisUp(desk.site);
  });
  afterAll(async () => {
    await desk.close();
    await redis.kill();
  });

  test.each([
    [
      'READONLY',
      // A replica of an unreachable master: it continues to answer with what it has.
      (): Promise<unknown> => desk.site.redis.call('REPLICAOF', '127.0.0.1', '1'),
      (): Promise<unknown> => desk.site.redis.call('REPLICAOF', 'NO', 'ONE'),
    ],
    [
      'LOADING',
      async (): Promise<unknown> => {
        const other = openRedis(redis.endpoint);
        await until(() => Promise.resolve(other.status === 'ready'));
        const text = (): string => randomBytes(600).toString('base64');
        await other.mset(...Array.from({ length: 1_000 }, (_, at) => [`load${String(at)}`, text()]).flat());
        // It looks for requests after each key, and takes this many microseconds per key.
        await other.call('CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024');
        await other.call('CONFIG', 'SET', 'key-load-delay', '10000');
        return void other
          .call('DEBUG', 'RELOAD')
          .catch(() => undefined)
          .finally(() => other.disconnect());
      },
      async (): Promise<unknown> => {
        await desk.site.redis.call('CONFIG', 'SET', 'key-load-delay', '0');
        return until(async () => !(await refused(desk.site, /^LOADING/)));
      },
    ],
  ] as const)(
    'that answers %s puts off no row: they are carried as soon as it takes them',
    async (words, shut, open) => {
      const { site } = desk;
      await site.outbox.close();
      const outbox = new Outbox(site.db, site.redis, site.keys);
      outbox.enable();
      await shut();
      await until(() => refused(site, new RegExp(`^${words}`)));
      await site.db.run('INSERT INTO console_cache_outbox (audit_id, redis_keys, sessions_of, created_at) VALUES ?', [
        Array.from({ length: 3 }, (_, at) => [
          1,
          JSON.stringify([site.keys.of('userInfo', String(at))]),
          '["lin"]',
          '2026-01-01 00:00:00',
        ]),
      ]);
      // So often that any postponed row would be postponed for long.
      for (let turn = 0; turn < 6; turn += 1) await outbox.drain();
      expect(await outbox.pending()).toBe(3);
      await open();
      await outbox.drain();
      expect(await outbox.pending()).toBe(0);
      await outbox.close();
    },
  );
});

/** True while Redis refuses a write with these words. */
async function refused({ redis }: TestSite['site'], words: RegExp): Promise<boolean> {
  return redis.set('probe', '1').then(
    () => false,
    (error: unknown) => error instanceof Error && words.test(error.message),
  );
}
