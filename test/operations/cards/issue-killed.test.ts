// @module-tag long
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { afterEach, describe, expect, test } from 'vitest';
import { hashOf } from '../../../electron/operations/cards/key.js';
import { engines, redisEndpoint } from '../../sandbox/database.js';
import { startMariadb, startMysql } from '../../sandbox/servers.js';
import type { RunningServer, SqlEndpoint } from '../../sandbox/types.js';
import { cardsOf, startIssue } from '../fixtures/issued.js';
import { migrate, openSite, type TestSite } from '../helpers.js';
import { until } from '../fixtures/users.js';

const count = 200_000;
const script = fileURLToPath(new URL('issue-until-killed.ts', import.meta.url));

describe.each(engines())('issuing while the console and %s are killed', (engine) => {
  let server: RunningServer<SqlEndpoint> | null = null;
  let desk: TestSite | null = null;
  let child: ChildProcess | null = null;
  afterEach(async () => {
    child?.kill('SIGKILL');
    await server?.start().catch(() => undefined);
    await desk?.close();
    await server?.kill();
    server = null;
    desk = null;
    child = null;
  });

  test('five times, the server once: exactly as many as were asked for, none twice, as the book says', async () => {
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
    const { jobId, batchId } = await startIssue(first, { type: 'month', count });
    await first.close();

    const open = await openSite(config);
    desk = open;
    const { db } = open.site;
    // Only the killed processes run the job; this console only reads.
    await open.jobs.close();
    const done = async (): Promise<number> => {
      const [row] = await db.rows<{ done: number }>('SELECT done FROM console_jobs WHERE id = ?', [jobId]);
      return row?.done ?? 0;
    };
    const progress: number[] = [];
    for (let kill = 0; kill < 5; kill += 1) {
      // Otherwise the lease of the killed process would have to expire first.
      await db.run('UPDATE console_jobs SET lease_until = UTC_TIMESTAMP(3) WHERE id = ?', [jobId]);
      const before = await done();
      child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(config)], { stdio: 'inherit' });
      // The first kill comes at any moment, perhaps before the first key; the others in the middle of the work.
      if (kill === 0) await wait(Math.random() * 3_000);
      else await until(async () => (await done()) > before, 30_000);
      if (kill === 2) {
        await running.kill();
        await wait(Math.random() * 300);
        await running.start();
        const at = await done();
        // The process continues by itself once the server is back. It may have lost its lease together with the running
        // chunk.
        await until(async () => (await done()) > at, 30_000);
      }
      await wait(Math.random() * 120);
      child.kill('SIGKILL');
      await once(child, 'exit');
      progress.push(await done());
    }
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    // At least the second kill must have come before the job was finished.
    expect(progress[1]).toBeLessThan(count);

    await open.close();
    const last = await openSite(config);
    desk = last;
    await last.site.db.run('UPDATE console_jobs SET lease_until = UTC_TIMESTAMP(3) WHERE id = ?', [jobId]);
    last.jobs.wake();
    expect(await last.settled(jobId)).toMatchObject({ state: 'done', done: count, skipped: 0, failed: 0 });
    const cards = await cardsOf(last, batchId);
    expect(cards).toHaveLength(count);
    expect(new Set(cards.map((card) => card.key_hash)).size).toBe(count);
    expect(new Set(cards.map((card) => card.plain_key)).size).toBe(count);
    for (const card of cards) if (hashOf(card.plain_key) !== card.key_hash) throw new Error('a hash of another key');
    const [all] = await last.site.db.rows<{ found: string }>('SELECT COUNT(*) AS found FROM card_keys');
    expect(Number(all?.found)).toBe(count);
  }, 180_000);
});
