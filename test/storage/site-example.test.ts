import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChanged } from '../../build/bundle/build.mjs';
import { Database } from '../../electron/data/mysql/database.js';
import { migrate } from '../operations/helpers.js';
import { createDatabase, engines, redisUrl, type TestDatabase } from '../sandbox/database.js';
import { play } from './hybrid/test-storage.js';

const script = fileURLToPath(new URL('../../docs/site-example/site.mjs', import.meta.url));

describe.each(engines())('the example of a site on %s', (engine) => {
  let database: TestDatabase;
  let site: ChildProcess;
  let address = '';
  let cookie = '';

  const ask = async (method: string, path: string, body?: unknown): Promise<{ status: number; value: unknown }> => {
    const response = await fetch(address + path, {
      method,
      headers: { cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return { status: response.status, value: await response.json() };
  };

  beforeAll(async () => {
    await buildChanged({ only: ['storage'] });
    database = await createDatabase(engine);
    await migrate(database.config);
    const { host, port, user, password } = database.config;
    site = spawn(process.execPath, [script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        MYSQL_HOST: host,
        MYSQL_PORT: String(port),
        MYSQL_USER: user,
        MYSQL_PASSWORD: password,
        MYSQL_DATABASE: database.config.database,
        REDIS_URL: redisUrl(),
        MOONDESK_REDIS_PREFIX: `t${randomUUID().slice(0, 8)}:`,
        PORT: '0',
      },
    });
    const [line] = (await once(site.stdout ?? site, 'data')) as [Buffer];
    address = line.toString().trim();
  });
  afterAll(async () => {
    if (site.exitCode === null) site.kill('SIGKILL');
    await database.drop();
  });

  test('who has not signed in sees nothing', async () => {
    expect(await ask('GET', '/plays')).toEqual({ status: 401, value: { error: 'unauthenticated' } });
    expect(await ask('POST', '/login', { username: 'alice', password: 'secret' })).toMatchObject({ status: 401 });
    expect(await ask('GET', '/nowhere')).toMatchObject({ status: 404 });
  });

  test('a viewer registers, signs in, plays, keeps favourites, and signs out', async () => {
    const alice = { username: 'alice', password: 'secret' };
    expect(await ask('POST', '/register', alice)).toMatchObject({ status: 200 });
    expect(await ask('POST', '/register', alice)).toMatchObject({ status: 409 });
    expect(await ask('POST', '/login', { ...alice, password: 'wrong' })).toMatchObject({ status: 401 });
    expect(await ask('POST', '/login', alice)).toEqual({ status: 200, value: { username: 'alice', role: 'user' } });

    const { save_time: _, ...record } = play();
    expect(await ask('PUT', '/plays/src+1%2B2', { ...record, play_time: 100 })).toMatchObject({ status: 200 });
    await ask('PUT', '/plays/src+1%2B2', { ...record, play_time: 160 });
    expect((await ask('GET', '/plays')).value).toEqual({
      'src+1+2': { ...record, play_time: 160, save_time: expect.any(Number) as number },
    });
    await ask('PUT', '/favorites/live_a+live_1', { ...record, origin: 'live' });
    expect((await ask('GET', '/favorites')).value).toMatchObject({ 'live_a+live_1': { origin: 'live' } });
    expect(await ask('PUT', '/favorites/nokey', record)).toMatchObject({ status: 400 });
    await ask('DELETE', '/favorites/live_a+live_1');
    expect((await ask('GET', '/favorites')).value).toEqual({});

    await ask('POST', '/logout');
    expect(await ask('GET', '/plays')).toMatchObject({ status: 401 });
  });

  test('what was counted is in MySQL once the site has ended in order', async () => {
    site.kill('SIGTERM');
    expect(await once(site, 'exit')).toEqual([0, null]);
    const db = new Database(database.config);
    expect(
      await db.rows('SELECT source, content_id, play_count, total_watch_time, unique_users FROM content_stats'),
    ).toEqual([{ source: 'src', content_id: '1+2', play_count: 2, total_watch_time: '160', unique_users: 1 }]);
    await db.close();
  });
});
