/**
 * What a runner keeps to when something else happens: another takes its lease, the server is away, a row that it needs
 * is locked.
 */
import { EventEmitter, once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import type { Job } from '../../electron/contract/jobs.js';
import { claimable } from '../../electron/jobs/rows.js';
import { JobRunner } from '../../electron/jobs/runner.js';
import type { ItemJob } from '../../electron/jobs/job-handler.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { Site } from '../../electron/data/site.js';
import { realFolder } from '../migrations/support.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { type Proxy, startProxy } from '../sandbox/proxy.js';
import { waiting } from '../operations/fixtures/users.js';
import { markStep, startMarks, until } from './support.js';

describe.each(engines())('a runner of jobs on %s', (engine) => {
  let database: TestDatabase;
  let proxy: Proxy;
  /** The runner's own site, which may be cut off; and one that is not. */
  let site: Site;
  let outside: Site;
  let jobs: JobRunner;
  /** How often the runner has reported that a job moved, failed or ended. */
  let told = 0;

  const open = (step: ItemJob): void => {
    told = 0;
    jobs = new JobRunner(
      site,
      [step],
      () => true,
      () => {
        told += 1;
      },
      undefined,
      { step: 10, longest: 40 },
    );
  };
  const get = (id: string): Promise<Job> => jobs.get(id, (name) => name);
  const marks = async (): Promise<number> =>
    Number((await outside.db.rows<{ n: string }>('SELECT COUNT(*) AS n FROM marks'))[0]?.n);
  const row = async (id: string): Promise<Record<string, unknown> | undefined> =>
    (
      await outside.db.rows<Record<string, unknown>>(
        'SELECT state, done, next_seq, lease_owner, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), lease_until) / 1000000 AS ahead FROM console_jobs WHERE id = ?',
        [id],
      )
    )[0];

  beforeAll(async () => {
    database = await createDatabase(engine);
    await createRunner({ connection: () => createConnection(database.config), folder: realFolder }).apply();
    proxy = await startProxy(database.config);
    const redis = { ...redisEndpoint(), prefix: redisPrefix() };
    outside = await Site.open({ mysql: database.config, redis });
    site = await Site.open({ mysql: { ...database.config, port: proxy.port }, redis });
    await outside.db.run('CREATE TABLE marks (target VARCHAR(50) PRIMARY KEY)');
    await outside.db.run('CREATE TABLE held (id INT PRIMARY KEY, n INT NOT NULL)');
    await outside.db.run('INSERT INTO held VALUES (1, 0)');
  });
  beforeEach(async () => {
    for (const table of ['marks', 'console_jobs', 'console_job_items']) await outside.db.run(`DELETE FROM ${table}`);
  });
  afterEach(() => jobs.close());
  afterAll(async () => {
    await site.close();
    await outside.close();
    await proxy.close();
    await database.drop();
  });

  it('whose lease another has taken between two chunks stops, and touches the job no more', async () => {
    let taken: Promise<unknown> = Promise.resolve();
    let runs = 0;
    open({
      ...markStep,
      async run(chunk, context) {
        runs += 1;
        if (runs === 1) {
          // It waits for the chunk's commit, and gets the row before the next chunk asks for it.
          taken = outside.db.run("UPDATE console_jobs SET lease_owner = 'another' WHERE id = ?", [context.jobId]);
          await until(
            async () => (await statements(outside, "UPDATE console_jobs SET lease_owner = 'another'%")) === 1,
          );
        }
        return markStep.run(chunk, context);
      },
    });
    const id = await startMarks(site, jobs, 40);
    // Once for the first chunk, once for the end.
    await until(() => Promise.resolve(told >= 2));
    await taken;
    await jobs.close();
    expect({ runs, marks: await marks() }).toEqual({ runs: 1, marks: 10 });
    expect(await row(id)).toMatchObject({ state: 'running', done: 10, next_seq: 10, lease_owner: 'another' });
  });

  it('holds its lease for fifteen seconds from its last chunk on', async () => {
    const seen: number[] = [];
    open({
      ...markStep,
      async run(chunk, context) {
        seen.push(Number((await row(context.jobId))?.['ahead']));
        // As if this chunk had taken most of the time.
        await chunk.tx.run('UPDATE console_jobs SET lease_until = lease_until - INTERVAL 10 SECOND WHERE id = ?', [
          context.jobId,
        ]);
        return markStep.run(chunk, context);
      },
    });
    const id = await startMarks(site, jobs, 30);
    await until(async () => (await get(id)).state === 'done');
    expect(seen).toHaveLength(3);
    for (const ahead of seen) {
      // With a longer lease, a dead console's job would wait as long; with a shorter one, two consoles would run it.
      expect(ahead).toBeLessThanOrEqual(15);
      expect(ahead).toBeGreaterThan(7.5);
    }
  });

  it('lets go of its job when it is closed: the next console takes it up at once', async () => {
    open({ ...markStep, run: (chunk, context) => wait(20).then(() => markStep.run(chunk, context)) });
    const id = await startMarks(site, jobs, 400);
    await until(async () => Number((await row(id))?.['done']) > 0);
    await jobs.close();
    expect(await row(id)).toMatchObject({ state: 'waiting', lease_owner: null, ahead: null });
  });

  it('is closed once its chunk is done', async () => {
    const chunk = new EventEmitter();
    const [begun, passed] = [once(chunk, 'begun'), once(chunk, 'passed')];
    open({
      ...markStep,
      async run(change, context) {
        chunk.emit('begun');
        await passed;
        return markStep.run(change, context);
      },
    });
    await startMarks(site, jobs, 10);
    await begun;
    const order: string[] = [];
    const closed = jobs.close().then(() => order.push('closed'));
    await outside.db.rows('SELECT 1');
    order.push('passed');
    chunk.emit('passed');
    await closed;
    expect(order).toEqual(['passed', 'closed']);
    expect(await marks()).toBe(10);
  });

  it('takes no lease that lasts, and every one whose console is gone', async () => {
    open(markStep);
    await jobs.close();
    const id = await startMarks(site, jobs, 10);
    const leased = (until: string): Promise<unknown> =>
      outside.db.run(`UPDATE console_jobs SET state = 'running', lease_owner = 'a', lease_until = ${until}`);
    await leased('UTC_TIMESTAMP(3) + INTERVAL 15 SECOND');
    expect(await claimable(outside.db, 'b', 15)).toEqual([]);
    await leased('UTC_TIMESTAMP(3) - INTERVAL 1 SECOND');
    expect(await claimable(outside.db, 'b', 15)).toEqual([id]);
    expect(await row(id)).toMatchObject({ lease_owner: 'b' });
  });

  it('steers a job as it is once its row can be had: one that ends meanwhile has ended', async () => {
    open(markStep);
    await jobs.close();
    const id = await startMarks(site, jobs, 10);
    const steered = await outside.db.transaction(async (tx) => {
      await tx.run("UPDATE console_jobs SET state = 'done' WHERE id = ?", [id]);
      const asked = jobs.steer(id, 'cancel').then(
        () => 'steered',
        (error: unknown) => (error as { code?: string }).code,
      );
      await waiting(outside, 1);
      return { asked };
    });
    expect(await steered.asked).toBe('conflict');
    expect(await row(id)).toMatchObject({ state: 'done' });
  });

  it('counts its tries from its last chunk on', async () => {
    const refused = (): Refusal =>
      new Refusal(
        'read_only',
        { zh: '只读', en: 'Read-only' },
        { cause: Object.assign(new Error('read only'), { code: 'ER_OPEN_AS_READONLY', errno: 1036 }) },
      );
    let tried = -1;
    open({
      ...markStep,
      run(chunk, context) {
        const seq = context.items[0]?.seq ?? 0;
        if (tried === seq) return markStep.run(chunk, context);
        tried = seq;
        return Promise.reject(refused());
      },
    });
    // More chunks than tries that a server has that takes no writes.
    const id = await startMarks(site, jobs, 150);
    await until(async () => ['done', 'failed'].includes((await get(id)).state));
    expect(await get(id)).toMatchObject({ state: 'done', done: 150, error: null });
  });

  it('fails no job for good for what passes: it stops, says why, and the next look goes on with it', async () => {
    let blocked = true;
    open({
      ...markStep,
      run(chunk, context) {
        if (!blocked) return markStep.run(chunk, context);
        const cause = Object.assign(new Error('Lock wait timeout exceeded'), { errno: 1205 });
        return Promise.reject(new Refusal('conflict', { zh: '冲突', en: 'Conflict' }, { cause }));
      },
    });
    const id = await startMarks(site, jobs, 20);
    await until(async () => (await get(id)).state === 'failed');
    blocked = false;
    expect(await get(id)).toMatchObject({ error: '冲突' });
    expect(await row(id)).toMatchObject({ state: 'running', done: 0 });
    await until(async () => (await get(id)).state === 'done', 10);
    expect(await marks()).toBe(20);
  });

  it('goes on with a job however often it has tried in vain while the server was away', async () => {
    open({
      ...markStep,
      async run(chunk, context) {
        const did = await markStep.run(chunk, context);
        if (context.items[0]?.seq === 10 && told === 1) proxy.cut();
        return did;
      },
    });
    const id = await startMarks(site, jobs, 30);
    await until(() => Promise.resolve(told >= 12), 10);
    expect(await marks()).toBe(10);
    expect(await row(id)).toMatchObject({ state: 'running', done: 10 });
    proxy.speak();
    await until(async () => (await row(id))?.['state'] === 'done');
    expect(await row(id)).toMatchObject({ done: 30 });
    expect(await marks()).toBe(30);
  });

  it('waits for a row that is held for longer than the server lets it wait, and goes on', async () => {
    const waits: ItemJob = {
      ...markStep,
      async run(chunk, context) {
        await chunk.tx.run('SET SESSION innodb_lock_wait_timeout = 1');
        await chunk.tx.run('UPDATE held SET n = n + 1 WHERE id = 1');
        return markStep.run(chunk, context);
      },
    };
    open(waits);
    const holder = await createConnection(database.config);
    try {
      await holder.query('START TRANSACTION');
      await holder.query('SELECT n FROM held WHERE id = 1 FOR UPDATE');
      const id = await startMarks(site, jobs, 20);
      await until(async () => (await get(id)).error !== null);
      expect(await get(id)).toMatchObject({ state: 'running', done: 0, failed: 0 });
      await holder.query('COMMIT');
      await until(async () => ['done', 'failed'].includes((await get(id)).state));
      expect(await get(id)).toMatchObject({ state: 'done', done: 20, error: null });
      expect(await outside.db.rows('SELECT n FROM held')).toEqual([{ n: 2 }]);
    } finally {
      holder.destroy();
    }
  });
});

async function statements(site: Site, like: string): Promise<number> {
  const rows = await site.db.rows(
    'SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID() AND INFO LIKE ?',
    [like],
  );
  return rows.length;
}
