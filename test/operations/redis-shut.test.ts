import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../electron/contract/connections.js';
import type { Lamp } from '../../electron/contract/desk.js';
import { type Guard, startGuard } from '../../build/lib/guard.mjs';
import type { RedisConfig } from '../../electron/data/redis/client.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';
import { type RedisEndpoint, type RunningServer, startRedis } from '../sandbox/index.js';
import { openConsole, type TestConsole } from './console.js';
import { migrate, openSite, type TestSite } from './helpers.js';

const prefix = 'shut:';

describe.each(engines())('a Redis that lets nobody in, or is not what it was, on %s', (engine) => {
  let guard: Guard;
  let database: TestDatabase;
  let desk: TestConsole;
  let site: TestSite | null = null;
  const servers: RunningServer<RedisEndpoint>[] = [];

  beforeAll(async () => {
    guard = startGuard();
    database = await createDatabase(engine);
    await migrate(database.config);
  });
  beforeEach(async () => {
    desk = await openConsole();
  });
  afterEach(async () => {
    await desk.close();
    await site?.close();
    site = null;
    await Promise.all(servers.splice(0).map((server) => server.kill()));
  });
  afterAll(async () => {
    await guard.close();
    await database.drop();
  });

  const start = async (...given: Parameters<typeof startRedis>): Promise<RunningServer<RedisEndpoint>> => {
    const server = await startRedis({ guard, ...given[0] });
    servers.push(server);
    return server;
  };
  const tried = async (redis: RedisConfig): Promise<Diagnosis | undefined> => {
    const { host, port, user, database: schema, password } = database.config;
    const [, found] = await desk.ask('connections.test', {
      draft: {
        name: 'site',
        environment: 'staging',
        mysql: { host, port, user, database: schema },
        redis: { host: redis.host, port: redis.port, username: redis.username, db: redis.db ?? 0, prefix },
        mysqlPassword: password,
        redisPassword: redis.password,
      },
    });
    return found;
  };
  const redisLamp = async (): Promise<Lamp> => {
    if (site === null) throw new Error('no site');
    return (await site.call('health.lamps', {})).redis;
  };
  /** The lamp once its note matches. */
  const lampOf = async (redis: RedisConfig, says: RegExp): Promise<Lamp> => {
    site ??= await openSite({ mysql: database.config, redis: { ...redis, prefix } });
    await expect.poll(async () => (await redisLamp()).note, { timeout: 20_000 }).toMatch(says);
    return redisLamp();
  };

  test.each([0, 3])('a wrong password, in database %d: it is the password that is said to be wrong', async (db) => {
    const { endpoint } = await start({ settings: { requirepass: 'right' } });
    for (const [password, says] of [
      ['wrong', /password for Redis is wrong/],
      [undefined, /asks for a password/],
    ] as const) {
      const config = { ...endpoint, db, ...(password === undefined ? {} : { password }) };
      expect(await tried(config)).toMatchObject({ ok: false, fault: 'wrong_password' });
      const lamp = await lampOf(config, says);
      expect(lamp.state).toBe('down');
      expect(lamp.note).not.toMatch(/database/);
      await site?.close();
      site = null;
    }
  });

  test('a password that is mended on the server: green without a click', async () => {
    const { endpoint } = await start({ settings: { requirepass: 'right' } });
    await lampOf({ ...endpoint, db: 3, password: 'mended' }, /password for Redis is wrong/);
    const admin = new Redis({ ...endpoint, password: 'right' });
    await admin.config('SET', 'requirepass', 'mended');
    admin.disconnect();
    await expect.poll(redisLamp, { timeout: 20_000 }).toMatchObject({ state: 'ok', note: null });
  });

  test('one that is loading its data says so, and is green once it has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moondesk-loading-'));
    const server = await start({ folder, settings: { appendonly: 'no', save: '9000 1', rdbcompression: 'no' } });
    let admin = new Redis(server.endpoint);
    await admin.call('DEBUG', 'POPULATE', '600', 'film', '2000');
    await admin.call('SAVE');
    admin.disconnect();
    const { endpoint } = server;
    await server.stop();
    // Loading all keys takes twelve seconds unless the delay is lifted; between two keys, Redis answers calls. `start`
    // waits until the server answers.
    const settings = { appendonly: 'no', key_load_delay: 20_000, loading_process_events_interval_bytes: 1_024 };
    const loading = start({ folder, port: endpoint.port, settings });
    try {
      const lamp = await lampOf(endpoint, /loading/i);
      expect(lamp.state).toBe('down');
      expect(lamp.note).toMatch(/Redis is still loading its data\nWait a little/);
      expect(await tried(endpoint)).toMatchObject({
        ok: false,
        fault: 'other',
        message: expect.stringMatching(/loading/) as string,
      });
    } finally {
      admin = new Redis({ ...endpoint, enableReadyCheck: false });
      await admin.config('SET', 'key-load-delay', '0');
      admin.disconnect();
      await loading;
    }
    await expect.poll(redisLamp, { timeout: 20_000 }).toMatchObject({ state: 'ok', note: null });
    await rm(folder, { recursive: true, force: true });
  });

  test('a node of a cluster that is not whole', async () => {
    const { endpoint } = await start({ settings: { cluster_enabled: 'yes' } });
    const lamp = await lampOf(endpoint, /CLUSTERDOWN/);
    expect(lamp).toMatchObject({ state: 'down' });
    expect(lamp.note).toMatch(/bans, new passwords and demotions end no session/);
    expect(lamp.note).toMatch(/redis-cli --cluster check/);
    expect(await tried(endpoint)).toMatchObject({ ok: false, fault: 'read_only' });
  });

  test('one whose EVAL and EVALSHA were renamed away; UNLINK is not missed', async () => {
    const words = ['EVAL', 'EVALSHA', 'UNLINK'].flatMap((command) => ['--rename-command', command, '']);
    const { endpoint } = await start({ words });
    const lamp = await lampOf(endpoint, /unknown command/);
    expect(lamp).toMatchObject({ state: 'limited' });
    expect(lamp.note).toMatch(/^Redis refuses EVALSHA \(ERR unknown command 'evalsha'\)\. The cache is off/);
    expect(lamp.note).toMatch(/rename-command/);
    expect(await tried(endpoint)).toMatchObject({ ok: false, fault: 'refused_command' });
  });

  test('TLS for one in the clear: the lamp says so, as the trial does, and says what to do', async () => {
    const { endpoint } = await start();
    const lamp = await lampOf({ ...endpoint, tls: {} }, /does not speak TLS/);
    expect(lamp.state).toBe('down');
    expect(lamp.note).toMatch(/^Redis is away; .*\nThe Redis at .* does not speak TLS\nSwitch TLS off/);
  });

  test('one that is gone: where nothing listens, and what to do', async () => {
    const { endpoint, kill } = await start();
    await kill();
    servers.length = 0;
    const lamp = await lampOf(endpoint, /nothing listens there/);
    expect(lamp).toMatchObject({
      state: 'down',
      note: expect.stringMatching(/^Redis is away; .*\n.*\nCheck the port/) as string,
    });
  });

  test('one whose SET and HSET were renamed away: both in one word, and the same at every look', async () => {
    const words = ['SET', 'HSET'].flatMap((command) => ['--rename-command', command, '']);
    const { endpoint } = await start({ words });
    const lamp = await lampOf(endpoint, /unknown command/);
    expect(lamp.note).toMatch(
      /^Redis refuses SET \(ERR unknown command 'set'\); HSET \(ERR unknown command 'hset'\)\. /,
    );
    expect((await lampOf(endpoint, /unknown command/)).note).toBe(lamp.note);
  });

  test('one without UNLINK alone is as good as any', async () => {
    const { endpoint } = await start({ words: ['--rename-command', 'UNLINK', ''] });
    site = await openSite({ mysql: database.config, redis: { ...endpoint, prefix } });
    await expect.poll(redisLamp, { timeout: 20_000 }).toMatchObject({ state: 'ok', note: null });
    expect(await tried(endpoint)).toMatchObject({ ok: true });
  });
});
