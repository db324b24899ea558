import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { main } from '../../build/demo/cli.js';
import { type DemoOptions, generateDemo, verifyDemo } from '../../build/demo/generate.js';
import { BOOK, TABLES } from '../../build/demo/ground.js';
import { AWKWARD_NAMES } from '../../build/demo/names.js';
import { digestOf } from '../../electron/operations/cards/batch-store.js';
import { readKey } from '../../electron/operations/cards/key.js';
import { Keys } from '../../electron/data/redis/keys.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { createDatabase, engines, redisPrefix, redisUrl, type TestDatabase } from '../sandbox/database.js';

const USERS = 900;
const NOW = new Date('2026-11-20T12:00:00Z');
const moon = { kind: 'grouped', prefix: 'MOON', symbols: 16, group: 4 } as const;
const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

const infoShape = z.object({ username: z.string(), role: z.string(), banned: z.boolean() });
const pointsShape = z.object({ username: z.string(), balance: z.number() });
const sessionShape = z.object({ username: z.string(), role: z.string() });
const configUser = z.object({
  username: z.string(),
  banned: z.literal(true).optional(),
  cardKey: z.object({ boundKey: z.string() }).optional(),
});
const configShape = z.object({ UserConfig: z.object({ Users: z.array(configUser) }) });

describe.each(engines())('the demo on %s', (engine) => {
  const prefix = `${redisPrefix()}${engine}:`;
  const keys = new Keys(prefix);
  let database: TestDatabase;
  let connection: Connection;
  let redis: Redis;
  let options: DemoOptions;

  const rows = async (sql: string): Promise<RowDataPacket[]> => (await connection.query<RowDataPacket[]>(sql))[0];
  const checksums = async (): Promise<string[]> => {
    const found = await rows(`CHECKSUM TABLE ${[...TABLES, ...BOOK].join(', ')}`);
    return found.map((row) => `${String(row['Table']).replace(/^.*\./, '')} ${String(row['Checksum'])}`);
  };
  const cached = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of redis.scanStream({ match: `${prefix}*`, count: 1000 }))
      found.push(...z.array(z.string()).parse(page));
    return found.sort();
  };

  beforeAll(async () => {
    database = await createDatabase(engine);
    connection = await createConnection({ ...database.config, charset: 'utf8mb4', timezone: 'Z', dateStrings: true });
    await createRunner({ connection, folder: MIGRATIONS }).apply();
    redis = new Redis(redisUrl());
    options = { mysql: database.config, redisUrl: redisUrl(), redisPrefix: prefix, users: USERS, seed: 7, now: NOW };
    await generateDemo(options);
  });

  afterAll(async () => {
    redis.disconnect();
    await connection.end();
    await database.drop();
  });

  it('keeps every invariant', async () => {
    expect(await verifyDemo(connection, NOW)).toEqual([]);
  });

  it('notices a broken invariant', async () => {
    await connection.query('UPDATE user_points SET balance = balance + 1, updated_at = updated_at WHERE id = 5');
    expect((await verifyDemo(connection, NOW)).map(({ rule }) => rule)).toEqual([
      '1, 2 balance and totals agree with the ledger',
    ]);
    await connection.query('UPDATE user_points SET balance = balance - 1, updated_at = updated_at WHERE id = 5');
  });

  it('has the awkward names, the staff and the ring', async () => {
    const names = new Set((await rows('SELECT username FROM users')).map((row) => String(row['username'])));
    expect(names.size).toBe(USERS);
    expect(AWKWARD_NAMES.filter((name) => !names.has(name))).toEqual([]);
    const staff = await rows("SELECT username, role FROM users WHERE role <> 'user' ORDER BY id");
    expect(staff.map((row) => String(row['username']))).toEqual(['moonowner', 'admin_lin', 'admin_zhou', 'admin_chen']);
    const [ring] = await rows(`SELECT COUNT(*) AS members, COUNT(l.id) AS seen FROM invitations i
      LEFT JOIN user_login_stats l ON l.username = i.invitee WHERE i.ip_address LIKE '203.0.113.%'`);
    expect(ring).toEqual({ members: 59, seen: 0 });
  });

  it('has an admin config that agrees with the tables', async () => {
    const [row] = await rows(
      "SELECT CAST(config_value AS CHAR) AS config FROM admin_configs WHERE config_key = 'main_config'",
    );
    const config = configShape.parse(JSON.parse(String(row?.['config'])));
    const entries = config.UserConfig.Users;
    const banned = await rows('SELECT username FROM users WHERE banned ORDER BY id');
    expect(banned.length).toBeGreaterThan(0);
    expect(entries.filter((entry) => entry.banned === true).map((entry) => entry.username)).toEqual(
      banned.map((row) => String(row['username'])),
    );
    const bound = new Map(
      (await rows('SELECT key_hash, bound_to FROM card_keys')).map((row) => [
        String(row['key_hash']),
        row['bound_to'] as unknown,
      ]),
    );
    const wrong = entries.filter(
      ({ username, cardKey }) => cardKey !== undefined && bound.get(cardKey.boundKey) !== username,
    );
    expect(wrong).toEqual([]);
    const holders = await rows('SELECT DISTINCT bound_to FROM card_keys WHERE bound_to IS NOT NULL');
    expect(entries.filter(({ cardKey }) => cardKey !== undefined)).toHaveLength(holders.length);
  });

  it('keeps a book of card keys: batches whose cards lie together, one that leaked, some issued again, a membership renewed twice', async () => {
    const batches = await rows(
      `SELECT b.id, b.kind, b.key_type, b.wanted, b.issued, r.first_id, r.last_id, r.cards, r.digest FROM console_card_batches b
       LEFT JOIN console_card_ranges r ON r.batch_id = b.id ORDER BY b.id`,
    );
    expect(batches.filter((row) => row['kind'] === 'issue').length).toBeGreaterThan(5);
    for (const batch of batches) {
      const cards = await rows(
        `SELECT key_hash, plain_key, key_type FROM card_keys WHERE id BETWEEN ${String(batch['first_id'])} AND ${String(batch['last_id'])} ORDER BY id`,
      );
      expect(new Set(cards.map((row) => String(row['key_type'])))).toEqual(new Set([batch['key_type']]));
      expect([batch['cards'], batch['wanted'], batch['issued']].map(Number)).toEqual(Array(3).fill(cards.length));
      expect(batch['digest']).toBe(digestOf(cards.map((row) => String(row['key_hash']))));
      for (const { plain_key: key } of cards)
        expect(readKey(String(key).toLowerCase(), [moon]).candidates.map((each) => each.key)).toContain(key);
    }
    const outside = await rows(
      `SELECT COUNT(*) AS found FROM card_keys c WHERE c.plain_key LIKE 'MOON-%'
         AND NOT EXISTS (SELECT 1 FROM console_card_ranges r WHERE c.id BETWEEN r.first_id AND r.last_id)`,
    );
    expect(outside).toEqual([{ found: 0 }]);
    const [marks] = await rows(
      `SELECT SUM(m.revoked_at IS NOT NULL) AS revoked, SUM(m.replaced_by IS NOT NULL) AS replaced, SUM(m.replaces IS NOT NULL) AS replacing,
         SUM(m.revoked_at IS NOT NULL AND (c.status <> 'expired' OR c.expires_at > m.revoked_at)) AS alive, SUM(c.key_hash <> m.key_hash) AS strange
       FROM console_card_marks m JOIN card_keys c ON c.id = m.card_id`,
    );
    expect(Number(marks?.['revoked'])).toBeGreaterThan(0);
    expect(Number(marks?.['replaced'])).toBe(Number(marks?.['replacing']));
    expect([marks?.['alive'], marks?.['strange']].map(Number)).toEqual([0, 0]);
    const chain = await rows(
      `SELECT COUNT(*) AS cards, COUNT(DISTINCT c.expires_at) AS ends FROM card_keys c WHERE c.expires_at > '2026-11-20 12:00:00'
       AND c.bound_to = (SELECT bound_to FROM card_keys k JOIN console_card_ranges r ON k.id = r.first_id JOIN console_card_batches b ON b.id = r.batch_id WHERE b.kind = 'renewal' LIMIT 1)`,
    );
    expect(chain).toEqual([{ cards: 3, ends: 1 }]);
  });

  it('warms a cache that agrees with the tables', async () => {
    const accounts = await rows(
      `SELECT u.username, u.role, u.banned, p.balance FROM users u JOIN user_points p ON p.username = u.username`,
    );
    const wanted = { infos: [] as object[], points: [] as object[], sessions: [] as object[] };
    const found = { infos: [] as object[], points: [] as object[], sessions: [] as object[] };
    for (const { username, role, banned, balance } of accounts) {
      const name = String(username);
      const info = await redis.get(keys.of('userInfo', name));
      const points = await redis.get(keys.of('userPoints', name));
      if (info !== null) {
        const value = infoShape.parse(JSON.parse(info));
        found.infos.push([value.username, value.role, value.banned]);
        wanted.infos.push([name, role, banned === 1]);
      }
      if (points !== null) {
        const value = pointsShape.parse(JSON.parse(points));
        found.points.push([value.username, value.balance]);
        wanted.points.push([name, balance]);
      }
      for (const id of await redis.smembers(keys.of('userSessions', name))) {
        const value = sessionShape.parse(JSON.parse((await redis.get(keys.of('session', id))) ?? '{}'));
        found.sessions.push([value.username, value.role, 0]);
        wanted.sessions.push([name, role, banned]);
      }
    }
    expect(found).toEqual(wanted);
    expect(found.infos).toHaveLength(USERS / 10);
    expect(found.sessions.length).toBeGreaterThan(5);
    for (const key of await cached()) expect(await redis.ttl(key)).toBeGreaterThan(0);
  });

  it('refuses a site with rows in it, and replaces it when told to: the same seed, the same rows and keys', async () => {
    const before = await checksums();
    const keysBefore = await cached();
    await expect(generateDemo(options)).rejects.toThrow('not empty');
    expect(await checksums()).toEqual(before);
    await generateDemo({ ...options, replace: true, localInfile: false });
    expect(await checksums()).toEqual(before);
    expect(await cached()).toEqual(keysBefore);
    await generateDemo({ ...options, replace: true, seed: 8, warmCache: false });
    expect(await checksums()).not.toEqual(before);
    expect(await cached()).toEqual([]);
  });

  it('is called from a terminal, and says with its exit code how it went', async () => {
    const { host, port, user, password, database: name } = database.config;
    const env = {
      MYSQL_HOST: host,
      MYSQL_PORT: String(port),
      MYSQL_USER: user,
      MYSQL_PASSWORD: password,
      MYSQL_DATABASE: name,
      REDIS_URL: redisUrl(),
    };
    const small = ['--users', '50', '--prefix', prefix, '--no-cache'];
    expect(await main(small, env)).toBe(1); // there are rows
    expect(await main([...small, '--replace', '--verify'], env)).toBe(0);
    expect(await main([...small, '--users', '9'], env)).toBe(2);
    expect(await main(['--bogus'], env)).toBe(2);
  });

  it('refuses a database without the tables', async () => {
    const empty = await createDatabase(engine);
    try {
      await expect(generateDemo({ ...options, mysql: empty.config })).rejects.toThrow("lacks the site's tables");
    } finally {
      await empty.drop();
    }
  });
});
