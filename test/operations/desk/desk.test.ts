import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contract } from '../../../electron/contract/index.js';
import { createDatabase, engines, type TestDatabase } from '../../sandbox/database.js';
import { startRedis } from '../../sandbox/servers.js';
import { environmentOf, makeOwner, openConsole, type TestConsole } from '../console.js';

describe('a desk without a connection', () => {
  test('lists every operation of the contract, in the language that is asked for', async () => {
    const desk = await openConsole();
    try {
      const list = await desk.ask('desk.operations', {});
      expect(list.map(({ name }) => name).toSorted()).toEqual(Object.keys(contract).toSorted());
      expect(list.find(({ name }) => name === 'users.ban')).toEqual({
        name: 'users.ban',
        summary: 'Ban users',
        kind: 'write',
        role: 'admin',
        scope: 'site',
        needs: 'console',
      });
      expect(Number.isNaN(Date.parse((await desk.ask('desk.ping', {})).at))).toBe(false);
      expect(await desk.ask('session.state', {})).toEqual({
        connection: null,
        operator: null,
        ended: null,
        locked: true,
        unlockedUntil: null,
        database: null,
        needsOwner: false,
      });
      expect(await desk.code('session.signIn', { username: 'a', password: 'b' })).toBe('unavailable');
    } finally {
      await desk.close();
    }
  });

  test('whose environment cannot be reached says why, and goes on', async () => {
    const desk = await openConsole({ MYSQL_HOST: '127.0.0.1', MYSQL_PORT: '1' });
    try {
      expect(desk.desk.failure).toMatchObject({ code: 'unavailable', details: { fault: 'unreachable' } });
      expect((await desk.ask('connections.list', {})).connections).toMatchObject([{ id: 'environment' }]);
      expect(await desk.call('session.signIn', { username: 'a', password: 'b' })).toMatchObject({
        error: { code: 'unavailable', details: { fault: 'unreachable' } },
      });
    } finally {
      await desk.close();
    }
  });

  test('whose environment is wrong says which variable', async () => {
    const desk = await openConsole({ MYSQL_HOST: 'db', MYSQL_PORT: 'many' });
    try {
      expect(desk.desk.failure).toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('MYSQL_PORT') as string,
      });
    } finally {
      await desk.close();
    }
  });
});

describe.each(engines())('an open desk on %s', (engine) => {
  let database: TestDatabase;
  let desk: TestConsole;
  beforeAll(async () => {
    database = await createDatabase(engine);
    desk = await openConsole(environmentOf(database, { MOONDESK_DEMO: '1' }));
    await makeOwner(desk, 'moon');
  });
  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  test('the demo has its name in the caller’s language and is open for writing', async () => {
    expect(await desk.ask('session.state', {})).toMatchObject({
      connection: { id: 'demo', name: 'Demo site', environment: 'development', demo: true },
      locked: false,
    });
    expect((await desk.ask('connections.list', {})).connections).toMatchObject([{ name: 'Demo site', origin: 'demo' }]);
    expect(await desk.code('connections.remove', { id: 'demo' })).toBe('unsupported');
    expect((await desk.ask('session.lock', {})).locked).toBe(true);
    expect((await desk.ask('session.unlock', { name: '演示站点', minutes: 1 })).locked).toBe(false);
  });

  test('the lamps are lit', async () => {
    const lamps = await desk.ask('health.lamps', {});
    expect(lamps).toMatchObject({
      mysql: { note: null },
      redis: { note: null },
      pool: { size: 20 },
      pendingInvalidations: 0,
    });
    expect([lamps.mysql.state, lamps.redis.state]).not.toContain('down');
  });

  test('views are saved for this connection, replaced by name, and removed', async () => {
    const view = {
      page: 'users',
      name: '久未登录',
      state: { filter: { neverSignedIn: true }, sort: 'created' },
    } as const;
    await desk.ask('views.save', view);
    await desk.ask('views.save', { ...view, state: { sort: 'points' } });
    expect(await desk.ask('views.list', { page: 'users' })).toEqual([{ ...view, state: { sort: 'points' } }]);
    expect(await desk.ask('views.list', { page: 'audit' })).toEqual([]);
    expect(await desk.ask('views.remove', { page: 'users', name: view.name })).toEqual({ removed: true });
    expect(await desk.ask('views.remove', { page: 'users', name: view.name })).toEqual({ removed: false });
    expect(await desk.code('views.save', { ...view, state: { big: 'x'.repeat(70_000) } })).toBe('invalid_input');
  });

  test('a damaged file of views is kept aside, and one starts anew', async () => {
    await writeFile(join(desk.folder, 'views.json'), '{"version":1,"vie');
    await desk.ask('views.save', { page: 'users', name: 'a', state: {} });
    const kept = (await readdir(desk.folder)).find((name) => name.startsWith('views.json.damaged'));
    expect(await readFile(join(desk.folder, kept ?? ''), 'utf8')).toBe('{"version":1,"vie');
    expect(await desk.ask('views.list', { page: 'users' })).toHaveLength(1);
  });
});

describe('the lamps', () => {
  test('tell Redis going away and coming back, and stay quick when it stalls', async () => {
    const [engine = 'mariadb'] = engines();
    const redis = await startRedis();
    const database = await createDatabase(engine);
    const { host, port } = redis.endpoint;
    const desk = await openConsole(
      environmentOf(database, { REDIS_URL: `redis://${host}:${String(port)}/0`, MOONDESK_DEMO: '1' }),
    );
    const lamp = async (): Promise<string> => (await desk.ask('health.lamps', {})).redis.state;
    try {
      await makeOwner(desk, 'moon');
      await expect.poll(lamp, { timeout: 10_000 }).toMatch(/ok|slow/);
      process.kill(redis.pid(), 'SIGSTOP');
      const since = performance.now();
      expect(await lamp()).toBe('down');
      expect(performance.now() - since).toBeLessThan(3_900);
      process.kill(redis.pid(), 'SIGCONT');
      await expect.poll(lamp, { timeout: 15_000 }).toMatch(/ok|slow/);
      await redis.kill();
      await expect.poll(lamp, { timeout: 10_000 }).toBe('down');
      expect((await desk.ask('health.lamps', {})).mysql.state).not.toBe('down');
      await redis.start();
      await expect.poll(lamp, { timeout: 15_000 }).toMatch(/ok|slow/);
    } finally {
      await desk.close();
      await redis.stop();
      await database.drop();
    }
  });
});
