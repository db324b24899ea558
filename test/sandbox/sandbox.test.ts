import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, endpointOf, engines, redisPrefix, redisUrl, type TestDatabase } from './database.js';
import { startMariadb, startRedis } from './index.js';
import { isFree } from './ports.js';

describe.each(engines())('the sandbox: %s', (engine) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createDatabase(engine);
  });
  afterAll(() => db.drop());

  it('is the real server, set as the sites have theirs', async () => {
    const connection = await createConnection(db.config);
    try {
      const [rows] = await connection.query(
        `SELECT VERSION() AS version, @@collation_database AS collation, @@local_infile AS local_files,
                @@innodb_flush_log_at_trx_commit AS flush_each, @@port AS server_port`,
      );
      expect(rows).toEqual([
        {
          version: engine === 'mysql' ? expect.stringMatching(/^9\./) : expect.stringMatching(/MariaDB/),
          collation: 'utf8mb4_unicode_ci',
          local_files: 1,
          flush_each: 1,
          server_port: endpointOf(engine).port,
        },
      ]);
    } finally {
      await connection.end();
    }
  });
});

describe('the sandbox', () => {
  it('has a Redis, and a prefix of its own for each file', async () => {
    const redis = new Redis(redisUrl());
    try {
      await redis.set(`${redisPrefix()}greeting`, '你好');
      expect(await redis.get(`${redisPrefix()}greeting`)).toBe('你好');
      expect(await redis.info('server')).toMatch(/redis_version:/);
    } finally {
      await redis.quit();
    }
  });

  it('brings a killed server back on its port, with what was committed', async () => {
    const server = await startMariadb();
    const { host, port, user, password } = server.endpoint;
    const ask = async (sql: string): Promise<unknown> => {
      const connection = await createConnection({ host, port, user, password });
      try {
        const [rows] = await connection.query(sql);
        return rows;
      } finally {
        await connection.end();
      }
    };
    try {
      await ask('CREATE DATABASE kept');
      await ask('CREATE TABLE kept.t (n INT) ENGINE=InnoDB');
      await ask('INSERT INTO kept.t VALUES (42)');
      const before = server.pid();
      await server.kill();
      await server.start();
      expect(server.pid()).not.toBe(before);
      expect(await ask('SELECT n FROM kept.t')).toEqual([{ n: 42 }]);
    } finally {
      await server.kill();
    }
  });

  it('keeps what Redis acknowledged through a kill', async () => {
    const server = await startRedis();
    const { host, port } = server.endpoint;
    const ask = async <T>(work: (redis: Redis) => Promise<T>): Promise<T> => {
      const redis = new Redis(port, host);
      try {
        return await work(redis);
      } finally {
        redis.disconnect();
      }
    };
    try {
      await ask((redis) => redis.set('kept', 'yes'));
      await server.kill();
      await server.start();
      expect(await ask((redis) => redis.get('kept'))).toBe('yes');
    } finally {
      await server.kill();
    }
  });

  it('leaves nothing behind when its process is killed', async () => {
    const script = fileURLToPath(new URL('./killed-run.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const [line] = (await once(lines, 'line')) as [string];
    const told = JSON.parse(line) as { ports: number[]; pids: number[]; folders: string[] };
    expect(told.folders.map((folder) => existsSync(folder))).not.toContain(false);

    child.kill('SIGKILL');
    await once(child, 'exit');

    const until = Date.now() + 10_000;
    while (told.folders.some((folder) => existsSync(folder)) && Date.now() < until) await sleep(50);
    expect(told.folders.filter((folder) => existsSync(folder))).toEqual([]);
    expect(await Promise.all(told.ports.map(isFree))).toEqual(told.ports.map(() => true));
  });
});
