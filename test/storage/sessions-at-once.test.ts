/** A session is opened while its user's sessions are being ended: if it survives, it can still be ended later. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endSessions } from '../../electron/data/redis/sessions.js';
import { Site } from '../../electron/data/site.js';
import { createStorage, type HybridStorage } from '../../electron/storage/index.js';
import { migrate } from '../operations/helpers.js';
import { until } from '../operations/fixtures/users.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { type Proxy, startProxy } from '../sandbox/proxy.js';

describe.each(engines())('sessions that are opened while those of their user end, on %s', (engine) => {
  let database: TestDatabase;
  let slow: Proxy;
  /** Behind the proxy: the server has done what is held there, but its answer has not arrived. */
  let storage: HybridStorage;
  let behind: Site;
  let direct: Site;
  let tests = 0;

  beforeAll(async () => {
    database = await createDatabase(engine);
    await migrate(database.config);
  });
  beforeEach(async () => {
    slow = await startProxy(redisEndpoint());
    tests += 1;
    const prefix = `${redisPrefix()}${String(tests)}:`;
    const redis = { host: slow.host, port: slow.port, prefix };
    storage = createStorage({ engine: 'hybrid', mysql: database.config, redis, warmUsers: 0 });
    behind = new Site({ mysql: database.config, redis });
    direct = new Site({ mysql: database.config, redis: { ...redisEndpoint(), prefix } });
    await storage.ready();
    await until(() => Promise.resolve(behind.redisUp && direct.redisUp));
    await storage.registerUser(`ann${String(tests)}`, 'secret');
  });
  afterEach(async () => {
    slow.release();
    await Promise.all([storage.close(), behind.close(), direct.close()]);
    await slow.close();
  });
  afterAll(() => database.drop());

  const name = (): string => `ann${String(tests)}`;
  const end = async (site: Site): Promise<number> => {
    let ended = 0;
    await endSessions(site.redis, site.keys, [name()], (count) => (ended += count));
    return ended;
  };
  const alive = (id: string): Promise<number> => direct.redis.exists(direct.keys.of('session', id));
  const listed = (): Promise<string[]> => direct.redis.smembers(direct.keys.of('userSessions', name()));

  test('once those that are to end have been listed: it stays in the index', async () => {
    const old = await storage.createSession(name(), {});
    slow.hold(/smembers/i);
    const ending = end(behind);
    await expect.poll(() => slow.held()).toBe(1);
    // Not through the proxy, because another process opens it.
    const fresh = 'a-session-of-another-process';
    await direct.redis.set(direct.keys.of('session', fresh), JSON.stringify({ username: name() }));
    await direct.redis.sadd(direct.keys.of('userSessions', name()), fresh);
    slow.release();
    expect(await ending).toBe(1);
    expect([await alive(old), await alive(fresh), await listed()]).toEqual([0, 1, [fresh]]);
    expect(await end(direct)).toBe(1);
    expect([await alive(fresh), await listed()]).toEqual([0, []]);
  });

  test.each(['set', 'sadd', 'expire'])('once its %s is done: it has ended, or can be ended', async (step) => {
    slow.hold(new RegExp(`\\r\\n${step}\\r\\n.*(session|${name()}:)`, 'is'));
    const opening = storage.createSession(name(), {});
    await expect.poll(() => slow.held()).toBe(1);
    const ended = await end(direct);
    slow.release();
    const id = await opening;
    expect(await alive(id)).toBe(1 - ended);
    expect(await listed()).toEqual(ended === 1 ? [] : [id]);
    await end(direct);
    expect([await alive(id), await listed()]).toEqual([0, []]);
  });
});
