import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createStorage, Refusal } from '../../electron/storage/index.js';
import { connect } from '../../electron/data/mysql/connect.js';
import { Database, type DatabaseConfig } from '../../electron/data/mysql/database.js';
import { openConsole } from '../operations/console.js';
import { redisEndpoint, redisPrefix } from '../sandbox/database.js';
import { type Asking, type FalseMysql, falseMysql } from './false-mysql.js';

/**
 * A host that by its text is not this machine, while the system connects it to this machine: no packet of these tests
 * leaves it.
 */
const beyond = '0.0.0.0';
const password = 'a secret worth having';
const ways: [Asking, boolean][] = [
  ['caching_sha2_password', false],
  ['caching_sha2_password', true],
  ['sha256_password', false],
  ['sha256_password', true],
  ['mysql_clear_password', false],
  ['mysql_clear_password', true],
  ['mysql_old_password', false],
];

function otherKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();
}

function configOf(server: FalseMysql, more: Partial<DatabaseConfig> = {}): DatabaseConfig {
  return { host: beyond, port: server.port, user: 'moon', password, database: 'moontv', poolSize: 2, ...more };
}

/** The refusal of a query. */
async function refusal(config: DatabaseConfig): Promise<unknown> {
  const db = new Database(config);
  try {
    return await db.rows('SELECT 1').then(
      () => null,
      (error: unknown) => error,
    );
  } finally {
    await db.close();
  }
}

describe('a false MySQL without TLS', () => {
  test.each(ways)(
    'that asks by %s (another plugin in its greeting: %s) never gets the password',
    async (asking, switches) => {
      const server = await falseMysql(asking, { switches });
      const error = await refusal(configOf(server));
      expect(server.asked()).toBeGreaterThan(0);
      expect(server.passwords).toEqual([]);
      expect(error).toBeInstanceOf(Error);
      if (asking !== 'mysql_old_password')
        expect(error).toMatchObject({
          code: 'unavailable',
          details: { fault: 'plain_password' },
          hint: { en: expect.stringContaining('MOONDESK_MYSQL_SERVER_PUBLIC_KEY') as string },
        });
      await expect(connect(configOf(server))).rejects.toThrow();
      expect(server.passwords).toEqual([]);
      await server.close();
    },
  );

  test.each<Asking>(['caching_sha2_password', 'sha256_password'])(
    'that asks by %s gets what it cannot read where a key is pinned',
    async (asking) => {
      const server = await falseMysql(asking);
      expect(await refusal(configOf(server, { serverPublicKey: otherKey() }))).toBeInstanceOf(Refusal);
      expect(await refusal(configOf(server, { serverPublicKey: otherKey(), host: '127.0.0.1' }))).toBeInstanceOf(
        Refusal,
      );
      expect(server.asked()).toBeGreaterThan(0);
      expect(server.passwords).toEqual([]);
      await server.close();
    },
  );

  test('gets it where that was allowed by name, or on this machine: so the above is the mend’s doing', async () => {
    for (const more of [{ allowPlainPassword: true }, { host: '127.0.0.1' }, { host: 'localhost' }]) {
      const server = await falseMysql('caching_sha2_password');
      await refusal(configOf(server, more));
      expect(server.passwords[0]).toBe(password);
      await server.close();
    }
  });

  test('is told as such by the storage and by the console, which open nothing', async () => {
    const server = await falseMysql('caching_sha2_password');
    const storage = createStorage({
      engine: 'hybrid',
      mysql: configOf(server),
      redis: { ...redisEndpoint(), prefix: redisPrefix() },
      warmUsers: 0,
    });
    await expect(storage.ready()).rejects.toMatchObject({ code: 'unavailable', details: { fault: 'plain_password' } });
    await storage.close();
    const desk = await openConsole();
    const draft = {
      name: 'false',
      environment: 'staging' as const,
      mysqlPassword: password,
      mysql: { host: beyond, port: server.port, user: 'moon', database: 'moontv' },
      redis: { ...redisEndpoint(), prefix: redisPrefix() },
    };
    const [sql] = await desk.ask('connections.test', { draft });
    expect(sql).toMatchObject({ ok: false, fault: 'plain_password', hint: expect.stringContaining('TLS') as string });
    const { id } = await desk.ask('connections.save', { draft });
    expect(await desk.call('connections.open', { id })).toMatchObject({
      ok: false,
      error: { code: 'unavailable', details: { fault: 'plain_password' } },
    });
    expect(server.passwords).toEqual([]);
    await desk.close();
    await server.close();
  });
});
