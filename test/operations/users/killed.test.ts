// @module-tag long
import { randomUUID } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { afterEach, describe, expect, test } from 'vitest';
import { engines, redisEndpoint } from '../../sandbox/database.js';
import { startMariadb, startMysql } from '../../sandbox/servers.js';
import type { RunningServer, SqlEndpoint } from '../../sandbox/types.js';
import { migrate, openSite, type TestSite } from '../helpers.js';
import { all, tally } from '../fixtures/tally.js';
import { addPeople, until } from '../fixtures/users.js';

describe.each(engines())('a bulk ban while %s is killed', (engine) => {
  let server: RunningServer<SqlEndpoint> | null = null;
  let open: TestSite[] = [];
  afterEach(async () => {
    await server?.start().catch(() => undefined);
    for (const desk of open) await desk.close();
    await server?.kill();
    open = [];
    server = null;
  });

  test('leaves everybody wholly banned or not at all, and the job goes on to its end', async () => {
    const running = await (engine === 'mysql' ? startMysql() : startMariadb());
    server = running;
    const { host, port, user, password } = running.endpoint;
    const connection = await createConnection({ host, port, user, password });
    await connection.query('CREATE DATABASE site CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
    connection.destroy();
    const config = {
      mysql: { host, port, user, password, database: 'site' },
      redis: { ...redisEndpoint(), prefix: `k${randomUUID().slice(0, 8)}:` },
    };
    await migrate(config.mysql);
    const desk = await openSite(config);
    open.push(desk);
    const names = Array.from({ length: 10_000 }, (_, at) => `kill${String(at)}`);
    await addPeople(
      desk.site.db,
      names.map((username, at) => ({ username, token: `t${String(at)}` })),
    );

    const input = { who: { filter: { search: 'kill' } }, reason: 'fraud' as const };
    const { fingerprint } = await desk.call('users.ban.preview', input);
    const answer = await desk.call('users.ban', { ...input, fingerprint });
    if (answer.done) throw new Error('was not a job');
    await until(async () => (await tally(desk)).done > 0, 30_000);
    // In the middle of a chunk, at a random moment.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    await running.kill();
    await expect(desk.call('users.count', { exact: true })).rejects.toMatchObject({ code: 'unavailable' });

    // Another console reads first, before the job can have done much more.
    await running.start();
    const second = await openSite(config);
    open.push(second);
    const between = await tally(second);
    expect(between).toEqual(all(between.done));
    expect(between.done).toBeGreaterThan(0);
    expect(between.done).toBeLessThan(10_000);
    const job = await second.settled(answer.jobId);
    expect(job).toMatchObject({ state: 'done', done: 10_000, skipped: 0, failed: 0 });
    expect(await tally(second)).toEqual(all(10_000));
    await until(async () => (await second.site.outbox.pending()) === 0);
  }, 120_000);

  test('goes on in another console when the first is gone as well', async () => {
    const running = await (engine === 'mysql' ? startMysql() : startMariadb());
    server = running;
    const { host, port, user, password } = running.endpoint;
    const connection = await createConnection({ host, port, user, password });
    await connection.query('CREATE DATABASE site CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci');
    connection.destroy();
    const config = {
      mysql: { host, port, user, password, database: 'site' },
      redis: { ...redisEndpoint(), prefix: `k${randomUUID().slice(0, 8)}:` },
    };
    await migrate(config.mysql);
    const first = await openSite(config);
    await addPeople(
      first.site.db,
      Array.from({ length: 8_000 }, (_, at) => ({ username: `gone${String(at)}`, token: `t${String(at)}` })),
    );
    const input = { who: { filter: {} }, reason: 'fraud' as const };
    const { fingerprint } = await first.call('users.ban.preview', input);
    const answer = await first.call('users.ban', { ...input, fingerprint });
    if (answer.done) throw new Error('was not a job');
    await running.kill();
    await first.close();
    await running.start();
    const second = await openSite(config);
    open.push(second);
    expect(await second.settled(answer.jobId)).toMatchObject({ state: 'done', done: 8_000 });
    expect(await tally(second)).toEqual(all(8_000));
  }, 120_000);
});
