/**
 * A server takes no writes any more and another does, and what stands between leaves old connections where they are:
 * writes, reads and jobs move to the other server by themselves.
 */
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { JobRunner } from '../../../electron/jobs/runner.js';
import { createRunner } from '../../../electron/data/migrations/runner.js';
import { Database } from '../../../electron/data/mysql/database.js';
import { Site } from '../../../electron/data/site.js';
import { statusOf } from '../../../electron/operations/health/status.js';
import { createStorage } from '../../../electron/storage/index.js';
import { markStep, startMarks, until } from '../../jobs/support.js';
import { realFolder } from '../../migrations/support.js';
import { engines, redisEndpoint, redisPrefix } from '../../sandbox/database.js';
import { type Replicated, startReplicated } from '../../sandbox/replicated.js';

const poolSize = 5;

describe.each(engines())('a switch-over of %s', (engine) => {
  let servers: Replicated;
  let db: Database;
  const redis = { ...redisEndpoint(), prefix: redisPrefix() };
  let id = 0;

  beforeAll(async () => {
    servers = await startReplicated(engine);
    await createRunner({ connection: () => createConnection(servers.config), folder: realFolder }).apply();
    await servers.say(
      servers.first,
      'CREATE TABLE site.things (id INT PRIMARY KEY)',
      'CREATE TABLE site.marks (target VARCHAR(50) PRIMARY KEY)',
    );
    await servers.caughtUp();
  });
  beforeEach(async () => {
    await lead('first');
    db = await warm();
    id += 1;
  });
  afterEach(() => db.close());
  afterAll(() => servers.stop());

  /** The server that takes writes, and to which new connections lead. Data is not moved: each test has its own rows. */
  async function lead(to: 'first' | 'second'): Promise<void> {
    await servers.onlyReads(servers[to === 'first' ? 'second' : 'first'], true);
    await servers.onlyReads(servers[to], false);
    servers.balancer.lead(servers[to].endpoint);
  }

  /** A pool with all its connections. */
  async function warm(paces: ConstructorParameters<typeof Database>[1] = {}): Promise<Database> {
    const pool = new Database({ ...servers.config, poolSize }, paces);
    await whereAll(pool);
    return pool;
  }

  /** What all connections of a pool say of themselves. */
  async function ofAll(pool: Database, what: string): Promise<number[]> {
    const answers = await Promise.all(
      Array.from({ length: poolSize }, () =>
        pool.rows<{ said: string | number }>(`SELECT ${what} AS said, SLEEP(0.1) AS slept`),
      ),
    );
    return answers.map(([row]) => Number(row?.said));
  }

  /** The ports of the servers to which they lead. */
  const whereAll = (pool: Database): Promise<number[]> => ofAll(pool, '@@port');
  const numbers = (pool: Database): Promise<number[]> => ofAll(pool, 'CONNECTION_ID()');

  const all = (server: 'first' | 'second'): number[] =>
    Array.from({ length: poolSize }, () => servers[server].endpoint.port);
  const has = async (server: 'first' | 'second'): Promise<boolean> =>
    (await servers.say(servers[server], `SELECT id FROM site.things WHERE id = ${String(id)}`)) === id;

  test('is noticed by the first transaction: it begins anew there, and all connections follow', async () => {
    const held = db.rows<{ port: string | number }>('SELECT @@port AS port, SLEEP(1) AS slept');
    await lead('second');
    let runs = 0;
    await db.transaction(async (tx) => {
      runs += 1;
      await tx.run('INSERT INTO things VALUES (?)', [id]);
    });
    expect(runs).toBe(2);
    expect([await has('first'), await has('second')]).toEqual([false, true]);
    // One was in use meanwhile. It is left when it is given back.
    expect(Number((await held)[0]?.port)).toBe(servers.first.endpoint.port);
    expect(await whereAll(db)).toEqual(all('second'));
  });

  test('is noticed by the first write that commits itself', async () => {
    await lead('second');
    await db.run('INSERT INTO things VALUES (?)', [id]);
    expect([await has('first'), await has('second')]).toEqual([false, true]);
    expect(await whereAll(db)).toEqual(all('second'));
  });

  test('costs no write of many at once', async () => {
    await lead('second');
    await servers.say(servers.second, 'DELETE FROM site.things');
    await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        db.transaction((tx) => tx.run('INSERT INTO things VALUES (?)', [1_000 + at])),
      ),
    );
    expect(Number(await servers.say(servers.second, 'SELECT COUNT(*) FROM site.things'))).toBe(40);
  });

  test('costs no write while new connections lead to either, in turn', async () => {
    await lead('second');
    servers.balancer.lead(servers.first.endpoint, servers.second.endpoint);
    for (let at = 0; at < 10; at += 1) await db.run('REPLACE INTO things VALUES (?)', [id]);
    expect([await has('first'), await has('second')]).toEqual([false, true]);
  });

  test('that is not over yet refuses writes within seconds, and the first one afterwards is done', async () => {
    await servers.onlyReads(servers.first, true);
    const since = performance.now();
    const writes = await Promise.allSettled(
      Array.from({ length: 10 }, () => db.run('INSERT INTO things VALUES (?)', [id])),
    );
    expect(performance.now() - since).toBeLessThan(4_000);
    for (const write of writes) expect(write).toMatchObject({ status: 'rejected', reason: { code: 'read_only' } });
    expect(await whereAll(db)).toEqual(all('first'));
    await servers.onlyReads(servers.first, false);
    await db.run('INSERT INTO things VALUES (?)', [id]);
    expect(await has('first')).toBe(true);
  });

  test('that is not over yet costs a refused write its own connections, and not all of the pool each time', async () => {
    const many = await warm({ moveOnAfter: 60_000 });
    onTestFinished(() => many.close());
    await servers.onlyReads(servers.first, true);
    const refused = { code: 'read_only' };
    const before = await numbers(many);
    await expect(many.run('INSERT INTO things VALUES (?)', [id])).rejects.toMatchObject(refused);
    const between = await numbers(many);
    await expect(many.run('INSERT INTO things VALUES (?)', [id])).rejects.toMatchObject(refused);
    const after = await numbers(many);
    expect(between.filter((number) => before.includes(number))).toEqual([]);
    expect(after.filter((number) => between.includes(number))).not.toEqual([]);
  });

  test('is noticed by who only reads, too, but only once another server takes writes', async () => {
    const reader = await warm({ moves: 200 });
    const replica = await warm({ moves: 0 });
    onTestFinished(() => reader.close());
    onTestFinished(() => replica.close());
    const before = await numbers(reader);
    await servers.onlyReads(servers.first, true);
    const asked = performance.now() + 1_000;
    while (performance.now() < asked) await numbers(reader);
    expect(new Set(await numbers(reader))).toEqual(new Set(before));
    await servers.onlyReads(servers.second, false);
    servers.balancer.lead(servers.second.endpoint);
    await expect.poll(() => whereAll(reader), { timeout: 3_000 }).toEqual(all('second'));
    for (let at = 0; at < 5; at += 1) expect(await whereAll(replica)).toEqual(all('first'));
  });

  test('is shown: by the health of the storage, and by the lamp with what to do', async () => {
    const storage = createStorage({ engine: 'hybrid', mysql: servers.config, redis, warmUsers: 0 });
    const site = await Site.open({ mysql: servers.config, redis });
    onTestFinished(async () => {
      await storage.close();
      await site.close();
    });
    const lamp = async (): Promise<unknown> => (await statusOf(site, ({ en }) => en)).mysql;
    expect(await storage.health()).toMatchObject({ mysql: true, mysqlWrites: true });
    expect(await lamp()).toMatchObject({ note: null });
    await servers.onlyReads(servers.first, true);
    expect(await storage.health()).toMatchObject({ mysql: true, mysqlWrites: false });
    expect(await lamp()).toMatchObject({
      state: 'limited',
      note: expect.stringMatching(/^The database is read-only\n.*primary/) as string,
    });
    await servers.onlyReads(servers.first, false);
    expect(await storage.health()).toMatchObject({ mysql: true, mysqlWrites: true });
  });

  test('does not end a job: it goes on within ten seconds, with nothing lost or done twice', async () => {
    const site = await Site.open({ mysql: servers.config, redis });
    const jobs = new JobRunner(
      site,
      [markStep],
      () => true,
      () => undefined,
    );
    onTestFinished(async () => {
      await jobs.close();
      await site.close();
    });
    const get = () => jobs.get(job, (name) => name);
    const job = await startMarks(site, jobs, 400, { delay: 20 });
    await until(async () => (await get()).done > 50);
    await servers.onlyReads(servers.first, true);
    await servers.caughtUp();
    await servers.onlyReads(servers.second, false);
    servers.balancer.lead(servers.second.endpoint);
    const since = performance.now();
    const { done } = await get();
    await until(async () => (await get()).done > done, 10);
    expect(performance.now() - since).toBeLessThan(10_000);
    await until(async () => ['done', 'failed'].includes((await get()).state));
    expect(await get()).toMatchObject({ state: 'done', done: 400, failed: 0, error: null });
    expect(Number(await servers.say(servers.second, 'SELECT COUNT(*) FROM site.marks'))).toBe(400);
  });
});
