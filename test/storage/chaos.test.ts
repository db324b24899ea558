// @module-tag long
import { mkdtempSync, rmSync } from 'node:fs';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { createStorage, type HybridConfig, type HybridStorage } from '../../electron/storage/index.js';
import { Keys } from '../../electron/data/redis/keys.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { engines } from '../sandbox/database.js';
import { startMariadb, startMysql, startRedis } from '../sandbox/index.js';
import type { RedisEndpoint, RunningServer, SqlEndpoint } from '../sandbox/types.js';
import { doubled, lostWrites, readLog } from './chaos/findings.js';
import type { Entry, Plan } from './chaos/plan.js';
import { type Scope, staleReads, staleValues } from './chaos/stale.js';
import { aCard } from './conformance/subject.js';

const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));
const worker = fileURLToPath(new URL('./chaos/worker.ts', import.meta.url));
const operations = 10_000;
const names = (start: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${start}${at}`);

interface Servers {
  readonly sql: RunningServer<SqlEndpoint>;
  readonly redis: RunningServer<RedisEndpoint>;
}

async function openSite({ sql, redis }: Servers): Promise<HybridConfig> {
  const { host, port, user, password } = sql.endpoint;
  const database = 'chaos';
  const connection = await createConnection({ host, port, user, password, timezone: 'Z' });
  await connection.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  await connection.changeUser({ database });
  await createRunner({ connection, folder: migrations }).apply();
  await connection.end();
  return {
    engine: 'hybrid',
    mysql: { host, port, user, password, database },
    redis: { ...redis.endpoint, prefix: 'chaos:' },
    warmUsers: 0,
  };
}

async function populate(storage: HybridStorage): Promise<Pick<Plan, 'users' | 'cards' | 'inviters' | 'addresses'>> {
  const [users, inviters] = [names('user', 24), names('inviter', 4)];
  for (const name of [...users, ...inviters]) await storage.registerUser(name, 'secret');
  for (const username of users)
    await storage.addPointsRecord({
      id: `start-${username}`,
      username,
      type: 'admin_adjust',
      amount: 1_500,
      reason: 'start',
      adminUsername: 'admin',
      createdAt: Date.now(),
    });
  const cards = Array.from({ length: 60 }, () => aCard());
  for (const card of cards) await storage.createCardKey(card);
  return { users, inviters, cards: cards.map(({ key }) => key), addresses: names('10.1.0.', 120) };
}

/** Starts a process, and calls back after each further hundred operations. */
function launch(plan: Plan, progress: () => void): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(process.execPath, ['--import', 'tsx', worker, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', progress);
  return { child, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

/** Redis fails twice and MySQL once, each while there is much to do, and comes back. */
async function disturb({ sql, redis }: Servers, reached: (share: number) => Promise<void>): Promise<void> {
  const outage = async (share: number, server: Servers['sql'] | Servers['redis'], ms: number): Promise<void> => {
    await reached(share);
    await server.kill();
    await sleep(ms);
    await server.start();
  };
  await outage(0.15, redis, 1_500);
  await outage(0.35, sql, 800);
  await outage(0.55, redis, 800);
}

describe.each(engines())('chaos on %s', (engine) => {
  it('loses nothing, doubles nothing, and leaves nothing stale', { timeout: 240_000 }, async () => {
    const servers: Servers = {
      sql: await (engine === 'mysql' ? startMysql() : startMariadb()),
      redis: await startRedis(),
    };
    const sampled = sample(servers.redis.endpoint);
    const folder = mkdtempSync(join(tmpdir(), 'moondesk-chaos-'));
    const children: ChildProcess[] = [];
    const open: HybridStorage[] = [];
    try {
      const site = await openSite(servers);
      const first = createStorage(site);
      open.push(first);
      await first.ready();
      const stage = await populate(first);

      let done = 0;
      const reached = async (share: number): Promise<void> => {
        const enough = (): boolean => done >= operations * share || children.every(({ exitCode }) => exitCode !== null);
        while (!enough()) await sleep(20);
      };
      const plans = [0, 1].map((number): Plan => ({
        site,
        ...stage,
        process: number,
        operations: operations / 2,
        log: join(folder, `${number}.log`),
      }));
      const running = plans.map((plan) => launch(plan, () => (done += 100)));
      children.push(...running.map(({ child }) => child));
      const [codes] = await Promise.all([Promise.all(running.map(({ ended }) => ended)), disturb(servers, reached)]);
      expect(codes).toEqual([0, 0]);

      const connection = await createConnection({ ...site.mysql, timezone: 'Z' });
      const redis = new Redis(servers.redis.endpoint.port, servers.redis.endpoint.host);
      const truth = createStorage({ ...site, redis: { ...site.redis, prefix: 'truth:' } });
      open.push(truth);
      try {
        await quiet(connection);
        const log = plans.flatMap((plan): Entry[] => readLog(plan.log));
        const registered = log.filter(({ what, kind }) => what === 'done' && kind === 'register').map(({ of }) => of);
        const hashes = (await first.getAllCardKeys()).map(({ keyHash }) => keyHash);
        const banned = names('ban_0.', 12).concat(names('ban_1.', 12));
        const scope = { users: [...stage.users, ...stage.inviters, ...registered, ...banned], hashes };
        const keys = new Keys(site.redis.prefix);
        expect(await staleValues(redis, keys, truth, scope)).toEqual([]);
        expect(sampled()).toBeGreaterThan(20);
        expect(await staleReads(first, truth, scope)).toEqual([]);
        expect(log.filter(({ what }) => what === 'seen')).toEqual([]);
        expect(await lostWrites(connection, log)).toEqual([]);
        expect(await doubled(connection, log)).toEqual([]);
        await noticed({ connection, redis, keys, truth, first, log, scope });
        // The failures had an effect, and the rest continued.
        const refusals = log.filter(({ code }) => code === 'unavailable').length;
        expect(refusals).toBeGreaterThan(0);
        expect(log.filter(({ what }) => what === 'done').length).toBeGreaterThan(operations / 4);
      } finally {
        redis.disconnect();
        await connection.end();
      }
    } finally {
      sampled();
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(open.map((storage) => storage.close().catch(() => undefined)));
      await Promise.all([servers.sql.kill(), servers.redis.kill()]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Samples the number of keys; returns the maximum: without a cache nothing could be stale. */
function sample({ host, port }: RedisEndpoint): () => number {
  const client = new Redis(port, host, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  let most = 0;
  const timer = setInterval(() => {
    client.dbsize().then(
      (size) => (most = Math.max(most, size)),
      () => undefined,
    );
  }, 100);
  return () => {
    clearInterval(timer);
    client.disconnect();
    return most;
  };
}

/** Breaks each promise by hand, and expects that the checks above notice: a check that cannot fail proves nothing. */
async function noticed(end: {
  readonly connection: Connection;
  readonly redis: Redis;
  readonly keys: Keys;
  readonly truth: HybridStorage;
  readonly first: HybridStorage;
  readonly log: readonly Entry[];
  readonly scope: Scope;
}): Promise<void> {
  const { connection, redis, keys, truth, first, log, scope } = end;
  const [user = ''] = scope.users;
  const key = keys.of('playRecords', user);
  // A storage that found Redis away tries it again after a while. Filled, and not only leased: a pending fill would
  // overwrite the planted value.
  const filled = async (): Promise<boolean> => {
    await first.getAllPlayRecords(user);
    const [mark, fields] = [await redis.hget(key, '~'), await redis.hlen(key)];
    return fields > 0 && (mark === null || mark === '~N');
  };
  await expect.poll(filled, { timeout: 20_000, interval: 200 }).toBe(true);
  await redis.hset(key, 'own+old', JSON.stringify({ title: 'old' }));
  expect(await staleValues(redis, keys, truth, scope)).toEqual([`plays ${user}`]);
  expect(await staleReads(first, truth, scope)).toContain(`plays ${user}`);
  await connection.query("DELETE FROM points_records WHERE id LIKE 'chaos-%' ORDER BY id LIMIT 1");
  expect((await lostWrites(connection, log))[0]).toMatch(/^points /);
  await connection.query(
    "INSERT INTO ip_reward_records (id, ip_address, inviter, invitee) SELECT 'twice', ip_address, inviter, invitee FROM ip_reward_records LIMIT 1",
  );
  const broken = (await doubled(connection, log)).map((rule) => rule.replace(/:.*/s, ''));
  expect(broken).toContain('one reward an address');
  expect(broken).toContain('balance and totals are the ledger’s');
}

/** Waits until every recorded invalidation has been carried to Redis. */
async function quiet(connection: Connection): Promise<void> {
  const until = Date.now() + 30_000;
  for (;;) {
    const [rows] = await connection.query('SELECT id FROM console_cache_outbox LIMIT 1');
    if (Array.isArray(rows) && rows.length === 0) return;
    if (Date.now() > until) throw new Error('Invalidations are left in the outbox.');
    await sleep(100);
  }
}
