import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobRunner } from '../../electron/jobs/runner.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { Site } from '../../electron/data/site.js';
import { followJob } from '../../electron/terminal/follow.js';
import { realFolder } from '../migrations/support.js';
import { engines, redisEndpoint, redisPrefix } from '../sandbox/database.js';
import { startMariadb, startMysql } from '../sandbox/index.js';
import { markStep, startMarks, until } from './support.js';

/** Its own server: read-only is a setting of the whole server. */
/** With what to do. */
const readOnly = expect.stringMatching(/^数据库处于只读状态。.*read_only/) as string;

describe.each(engines())('a job whose %s refuses every write', (engine) => {
  let server: Awaited<ReturnType<typeof startMariadb>>;
  let site: Site;
  let jobs: JobRunner;
  const say = async (...texts: string[]): Promise<void> => {
    const { host, port, user, password } = server.endpoint;
    const connection = await createConnection({ host, port, user, password });
    for (const text of texts) await connection.query(text);
    await connection.end();
  };

  beforeAll(async () => {
    server = await (engine === 'mysql' ? startMysql() : startMariadb());
    await say(
      'CREATE DATABASE site',
      "CREATE USER plain@'%' IDENTIFIED BY 'plain'",
      "GRANT ALL ON site.* TO plain@'%'",
    );
    const { host, port } = server.endpoint;
    const mysql = { host, port, user: 'plain', password: 'plain', database: 'site' };
    await createRunner({ connection: () => createConnection(mysql), folder: realFolder }).apply();
    site = await Site.open({ mysql, redis: { ...redisEndpoint(), prefix: redisPrefix() } });
    await site.db.run('CREATE TABLE marks (target VARCHAR(50) PRIMARY KEY)');
    jobs = new JobRunner(
      site,
      [markStep],
      () => true,
      () => undefined,
      undefined,
      { step: 100, longest: 500 },
    );
  });
  afterAll(async () => {
    await jobs.close();
    await site.close();
    await server.kill();
  });

  it('waits for a while and says why, then stops, ends the terminal, and goes on once writes are taken', async () => {
    const get = (id: string) => jobs.get(id, (name) => name);
    const id = await startMarks(site, jobs, 600, { delay: 20 });
    await until(async () => (await get(id)).done > 20);
    await say('SET GLOBAL read_only = 1');
    try {
      const followed = followJob({ cancelled: false, left: false, job: get, cancelJob: () => Promise.resolve() }, id);
      await until(async () => (await get(id)).error !== null);
      expect(await get(id)).toMatchObject({ state: 'running', error: readOnly });
      // Both the follower and the waiter for the end are told, although the server could not record it.
      expect(await followed).toMatchObject({ state: 'failed', error: readOnly });
      await jobs.settled(id);
    } finally {
      await say('SET GLOBAL read_only = 0');
    }
    // Nobody has to resume it: the next look goes on with it, with nothing lost or repeated.
    const { done } = await get(id);
    await until(async () => (await get(id)).done > done, 10);
    await until(async () => (await get(id)).state === 'done', 60);
    expect(await get(id)).toMatchObject({ done: 600, error: null });
    const [marks] = await site.db.rows<{ n: string | number }>('SELECT COUNT(*) AS n FROM marks');
    expect(Number(marks?.n)).toBe(600);
  }, 120_000);
});
