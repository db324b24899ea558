import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Job } from '../../electron/contract/jobs.js';
import { Refusal } from '../../electron/contract/errors.js';
import { JobRunner } from '../../electron/jobs/runner.js';
import type { ItemJob } from '../../electron/jobs/job-handler.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { Site, type SiteConfig } from '../../electron/data/site.js';
import { realFolder } from '../migrations/support.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { markStep, startMarks, until } from './support.js';

describe.each(engines())('jobs on %s', (engine) => {
  let database: TestDatabase;
  let config: SiteConfig;
  let site: Site;
  let jobs: JobRunner;
  let mayRun = true;

  const get = (id: string): Promise<Job> => jobs.get(id, (name) => name);
  const marks = async (): Promise<number> =>
    Number((await site.db.rows<{ n: string }>('SELECT COUNT(*) AS n FROM marks'))[0]?.n);
  const images = async (): Promise<number> =>
    Number((await site.db.rows<{ n: string }>('SELECT COUNT(*) AS n FROM console_audit_targets'))[0]?.n);
  const outcomes = async (): Promise<string[]> =>
    (await site.db.rows<{ outcome: string }>('SELECT outcome FROM console_audit ORDER BY id')).map(
      (row) => row.outcome,
    );

  beforeAll(async () => {
    database = await createDatabase(engine);
    await createRunner({ connection: () => createConnection(database.config), folder: realFolder }).apply();
    config = { mysql: database.config, redis: { ...redisEndpoint(), prefix: redisPrefix() } };
    site = await Site.open(config);
    await site.db.run('CREATE TABLE marks (target VARCHAR(50) PRIMARY KEY)');
  });
  beforeEach(async () => {
    mayRun = true;
    await jobs?.close();
    for (const table of ['marks', 'console_jobs', 'console_job_items', 'console_audit', 'console_audit_targets'])
      await site.db.run(`DELETE FROM ${table}`);
    jobs = new JobRunner(
      site,
      [markStep],
      () => mayRun,
      () => undefined,
    );
  });
  afterAll(async () => {
    await jobs.close();
    await site.close();
    await database.drop();
  });

  it('does the whole set in chunks and ends its audit entry', async () => {
    const id = await startMarks(site, jobs, 95);
    await until(async () => (await get(id)).state === 'done');
    expect(await get(id)).toMatchObject({ total: 95, done: 95, failed: 0 });
    expect(await marks()).toBe(95);
    expect(await images()).toBe(95);
    expect(await outcomes()).toEqual(['done']);
  });

  it('waits and goes on when its connection is killed between two statements', async () => {
    let killed = '';
    const step: ItemJob = {
      ...markStep,
      async run(chunk, context) {
        if (killed === '') {
          const [own] = await chunk.tx.rows<{ id: string | number }>('SELECT CONNECTION_ID() AS id');
          killed = String(own?.id);
          await site.db.run(`KILL ${killed}`);
          const still = (): Promise<unknown[]> =>
            site.db.rows('SELECT id FROM information_schema.processlist WHERE id = ?', [killed]);
          await until(async () => (await still()).length === 0);
        }
        return markStep.run(chunk, context);
      },
    };
    await jobs.close();
    jobs = new JobRunner(
      site,
      [step],
      () => mayRun,
      () => undefined,
    );
    const id = await startMarks(site, jobs, 25);
    await until(async () => ['done', 'failed'].includes((await get(id)).state));
    expect(await get(id)).toMatchObject({ state: 'done', done: 25, failed: 0, error: null });
    expect(killed).not.toBe('');
  });

  it('pauses within a second, goes on, and can be cancelled; what is committed stays', async () => {
    const id = await startMarks(site, jobs, 1_000, { delay: 20 });
    await until(async () => (await get(id)).done > 30);
    await jobs.steer(id, 'pause');
    await until(async () => (await get(id)).state === 'paused', 1);
    const held = await marks();
    expect((await get(id)).done).toBe(held);
    await jobs.steer(id, 'run');
    await until(async () => (await get(id)).done > held + 30);
    await jobs.steer(id, 'cancel');
    await until(async () => (await get(id)).state === 'cancelled', 1);
    const kept = await marks();
    expect(kept).toBeLessThan(1_000);
    expect((await get(id)).done).toBe(kept);
    await expect(jobs.steer(id, 'run')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('waits while the connection is locked', async () => {
    mayRun = false;
    const id = await startMarks(site, jobs, 20);
    expect((await get(id)).state).toBe('waiting');
    mayRun = true;
    jobs.wake();
    await until(async () => (await get(id)).state === 'done');
  });

  it('stops when the connection is locked under way, and goes on when it is unlocked', async () => {
    const id = await startMarks(site, jobs, 300, { delay: 20 });
    await until(async () => (await get(id)).done > 30);
    mayRun = false;
    await until(async () => (await get(id)).state === 'waiting', 2);
    const held = await marks();
    expect(held).toBeLessThan(300);
    mayRun = true;
    jobs.wake();
    await until(async () => (await get(id)).state === 'done');
    expect(await marks()).toBe(300);
  });

  it('is put down as paused by the next console where the one that was asked to is gone', async () => {
    mayRun = false;
    const id = await startMarks(site, jobs, 20);
    await site.db.run(
      "UPDATE console_jobs SET state = 'running', wanted = 'pause', lease_owner = 'gone', lease_until = UTC_TIMESTAMP(3) WHERE id = ?",
      [id],
    );
    mayRun = true;
    jobs.wake();
    await until(async () => (await get(id)).state === 'paused');
    expect(await marks()).toBe(0);
  });

  it('ends, with its last chunk taken back, when whoever started it lost the right; says why in both languages', async () => {
    let standing = true;
    const strict = new JobRunner(
      site,
      [markStep],
      () => true,
      () => undefined,
      () =>
        standing ? Promise.resolve() : Promise.reject(new Refusal('forbidden', { zh: '已被封禁', en: 'Was banned' })),
    );
    mayRun = false;
    const id = await startMarks(site, strict, 300, { delay: 10 });
    await until(async () => (await get(id)).done > 30);
    standing = false;
    await until(async () => (await get(id)).state === 'failed');
    expect((await get(id)).done).toBe(await marks());
    expect(await get(id)).toMatchObject({ error: '已被封禁', code: 'forbidden' });
    expect((await jobs.get(id, String, (text) => text.en)).error).toBe('Was banned');
    await strict.close();
  });

  it('is steered by an admin only where no owner started it', async () => {
    mayRun = false;
    const id = await startMarks(site, jobs, 20);
    await expect(jobs.steer(id, 'cancel', { by: { operator: 'helper', role: 'admin' } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await site.db.run("UPDATE console_jobs SET operator = 'other', operator_role = 'admin' WHERE id = ?", [id]);
    await jobs.steer(id, 'cancel', { by: { operator: 'helper', role: 'admin' } });
    expect((await get(id)).state).toBe('cancelled');
  });

  it('that was an undo and is cancelled leaves the change open to be undone again', async () => {
    mayRun = false;
    await site.db.run(
      "INSERT INTO console_audit (id, at, operator, operator_role, origin, operation, input, outcome) VALUES (900, UTC_TIMESTAMP(3), 'a', 'owner', 'window', 'test', '{}', 'done')",
    );
    const id = await startMarks(site, jobs, 20);
    const audit = (await get(id)).audits[0] ?? '';
    await site.db.run('UPDATE console_audit SET undo_of = 900 WHERE id = ?', [audit]);
    await site.db.run('UPDATE console_audit SET undone_by = ? WHERE id = 900', [audit]);
    await jobs.steer(id, 'cancel');
    expect(await site.db.rows('SELECT undone_by FROM console_audit WHERE id = 900')).toEqual([{ undone_by: null }]);
  });

  it('keeps the chunks before a failing one, says why, and undoes the failing one wholly', async () => {
    const id = await startMarks(site, jobs, 50, { failAt: 25 });
    await until(async () => (await get(id)).state === 'failed');
    expect(await get(id)).toMatchObject({ done: 20, error: 'this one cannot be done', code: null });
    expect(await marks()).toBe(20);
    expect(await images()).toBe(20);
  });

  it('is never run by two consoles at once', async () => {
    const other = new JobRunner(
      site,
      [markStep],
      () => true,
      () => undefined,
    );
    const id = await startMarks(site, jobs, 200, { delay: 2 });
    for (let turn = 0; turn < 20; turn += 1) {
      other.wake();
      jobs.wake();
    }
    await until(async () => (await get(id)).state === 'done');
    await other.close();
    expect(await marks()).toBe(200);
  });

  it('goes on after kill -9 of the console that ran it: nothing lost, nothing doubled', async () => {
    mayRun = false;
    const id = await startMarks(site, jobs, 400, { delay: 15 });
    const console = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('runs-until-killed.ts', import.meta.url)), JSON.stringify(config)],
      { stdio: 'inherit' },
    );
    try {
      await until(async () => (await get(id)).done > 50);
    } finally {
      console.kill('SIGKILL');
    }
    const done = (await get(id)).done;
    expect(done).toBeLessThan(400);
    // Its lease has to expire first.
    await site.db.run('UPDATE console_jobs SET lease_until = UTC_TIMESTAMP(3) WHERE id = ?', [id]);
    mayRun = true;
    jobs.wake();
    await until(async () => (await get(id)).state === 'done');
    expect(await get(id)).toMatchObject({ done: 400 });
    expect(await marks()).toBe(400);
    expect(await images()).toBe(400);
  });

  it('lists what has not ended first, then the newest first, exports as well', async () => {
    const exported = jobs.ephemeral('users.export', 'moonowner', () => Promise.resolve());
    await until(async () => (await get(exported)).state === 'done');
    const old = await startMarks(site, jobs, 1_000, { delay: 20 });
    await until(async () => (await get(old)).state === 'running');
    await jobs.steer(old, 'pause');
    await until(async () => (await get(old)).state === 'paused', 1);
    // More have ended since than are listed, and each began later.
    await site.db.run(
      `INSERT INTO console_jobs (id, operation, input, operator, operator_role, origin, total, state, audit_id, created_at, finished_at)
       SELECT CONCAT('ended', seq), operation, input, operator, operator_role, origin, total, 'done', audit_id,
         UTC_TIMESTAMP(3) + INTERVAL seq SECOND, UTC_TIMESTAMP(3) FROM console_jobs JOIN console_job_items ON job_id = ? WHERE id = ? AND seq < 120`,
      [old, old],
    );
    const listed = (await jobs.list((operation) => operation)).map(({ id }) => id);
    expect(listed[0]).toBe(old);
    expect(listed.slice(1, 4)).toEqual(['ended119', 'ended118', 'ended117']);
    expect(listed.at(-1)).toBe(exported);
  });

  it('runs an export beside: progress, cancel, end', async () => {
    const id = jobs.ephemeral('users.export', 'moonowner', async (job, signal) => {
      job.total(1_000);
      for (let at = 0; at < 1_000; at += 1) {
        signal.throwIfAborted();
        job.moved(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    await until(async () => (await get(id)).done > 5);
    await jobs.steer(id, 'cancel');
    await until(async () => (await get(id)).state === 'cancelled', 1);
    expect((await get(id)).done).toBeLessThan(1_000);
  });
});
