import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { runAudited } from '../../electron/data/write/audited-change.js';
import { Site } from '../../electron/data/site.js';
import { migrate } from '../operations/helpers.js';
import { until } from '../operations/fixtures/users.js';
import { createDatabase, engines, redisEndpoint } from '../sandbox/database.js';
import { startRedis } from '../sandbox/index.js';
import { redisUp } from './redis-up.js';

const author = { operator: 'boss', role: 'owner', origin: 'window' } as const;

describe.each(engines())('the blocks of a change on %s', (engine) => {
  test('are not renewed once the outbox has carried its row: the key is read from Redis again', async () => {
    const database = await createDatabase(engine);
    await migrate(database.config);
    const redis = { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` };
    const site = new Site({ mysql: database.config, redis }, { renewMs: 50 });
    try {
      await redisUp(site);
      await site.has('console');
      const [key, clock] = [site.keys.of('userInfo', 'ann'), site.keys.of('userInfo', 'clock')];
      await site.redis.set(key, '{"n":1}');
      const { auditId } = await runAudited(site, { author, operation: 'users.expire', input: {} }, (under) => {
        under.invalidate([key]);
        return Promise.resolve(null);
      });
      expect(
        await site.db.rows('SELECT 1 FROM console_cache_outbox WHERE audit_id = ? AND done_at IS NOT NULL', [auditId]),
      ).toHaveLength(1);

      // Blocks begun after those of the change show when theirs would have been renewed, twice.
      const blocks = site.cache.blocks();
      await blocks.place([{ key: clock, kind: 'string' }]);
      for (let turn = 0; turn < 2; turn += 1) {
        await site.redis.pexpire(clock, 10_000);
        await until(async () => (await site.redis.pttl(clock)) > 20_000);
      }
      await blocks.lift([]);

      expect(await site.redis.get(key)).toBeNull();
      await site.cache.ready();
      expect(await site.cache.get('userInfo', 'ann', async () => ({ n: 2 }))).toEqual({ n: 2 });
      await until(async () => (await site.redis.get(key)) === '{"n":2}');
      const never = (): Promise<never> => Promise.reject(new Error('asked MySQL'));
      expect(await site.cache.get('userInfo', 'ann', never)).toEqual({ n: 2 });
    } finally {
      await site.close();
      await database.drop();
    }
  });

  test('the end of a job waits for what its chunks have left to Redis', async () => {
    const database = await createDatabase(engine);
    await migrate(database.config);
    // Its own server: it is paused.
    const server = await startRedis();
    const site = new Site({ mysql: database.config, redis: server.endpoint });
    try {
      await redisUp(site);
      await site.has('console');
      const name = site.keys.of('userInfo', 'ann');
      await site.redis.set(name, '{"n":1}');
      const draft = { author, operation: 'users.ban', input: {}, jobId: 'job' };
      // Redis accepts no writes for a while: the chunk does not wait for it.
      await site.redis.call('CLIENT', 'PAUSE', '700', 'WRITE');
      const { auditId } = await runAudited(site, draft, (chunk) => {
        chunk.record({ kind: 'user', target: 'ann', before: {}, after: {} });
        chunk.invalidate([name]);
        return Promise.resolve(null);
      });
      const waiting = async (): Promise<number> =>
        (
          await site.db.rows('SELECT 1 FROM console_cache_outbox WHERE audit_id = ? AND done_at IS NULL', [
            Number(auditId),
          ])
        ).length;
      expect(await waiting()).toBe(1);
      await runAudited(site, { ...draft, auditId }, () => Promise.resolve(null));
      expect(await waiting()).toBe(0);
      expect(await site.redis.get(name)).toBeNull();
    } finally {
      await site.close();
      await server.stop();
      await database.drop();
    }
  });

  test('the proof says what was ended and removed, whoever carries beside the writer and however slow Redis is', async () => {
    const database = await createDatabase(engine);
    await migrate(database.config);
    // Its own server: it is paused.
    const server = await startRedis();
    const config = { mysql: database.config, redis: server.endpoint };
    const [site, other] = [new Site(config), new Site(config)];
    try {
      for (const one of [site, other]) {
        await redisUp(one);
        await one.has('console');
        await one.cache.ready();
      }
      const ended = new AbortController();
      const beside = (async () => {
        while (!ended.signal.aborted) await other.outbox.drain();
      })();
      for (const pauseMs of [0, 0, 0, 0, 0, 400, 900]) {
        const name = `u${randomUUID().slice(0, 8)}`;
        const key = site.keys.of('userInfo', name);
        await site.redis.set(key, '{"n":1}');
        await site.redis.sadd(site.keys.of('userSessions', name), `s-${name}`);
        await site.redis.set(site.keys.of('session', `s-${name}`), '{}');
        const { auditId } = await runAudited(site, { author, operation: 'users.ban', input: {} }, async (under) => {
          under.invalidate([key]);
          under.endSessions([name]);
          if (pauseMs > 0) await other.redis.call('CLIENT', 'PAUSE', String(pauseMs), 'ALL');
          return null;
        });
        const row = async (): Promise<Record<string, unknown> | undefined> =>
          (
            await site.db.rows<Record<string, unknown>>(
              'SELECT keys_removed, sessions_ended FROM console_cache_outbox WHERE audit_id = ? AND done_at IS NOT NULL',
              [Number(auditId)],
            )
          )[0];
        await until(async () => Number((await row())?.['sessions_ended']) === 1);
        // All carriers have reported it.
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        expect(await row()).toEqual({ keys_removed: 1, sessions_ended: 1 });
      }
      ended.abort();
      await beside;
    } finally {
      for (const one of [site, other]) await one.close();
      await server.stop();
      await database.drop();
    }
  });
});
