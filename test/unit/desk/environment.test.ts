import { describe, expect, test } from 'vitest';
import { makeCertificate } from '../../operations/fixtures/certificate.js';
import { environmentConnection, environmentEncoder } from '../../../electron/operations/desk/environment.js';
import { dataFolder } from '../../../electron/operations/desk/data-folder.js';
import { siteConfig } from '../../../electron/operations/desk/site-config.js';
import { storageConfig } from '../../../electron/storage/environment.js';
import { connectionOptions } from '../../../electron/data/mysql/database.js';

describe('the environment’s connection', () => {
  test('is none without MYSQL_HOST', () => {
    expect(environmentConnection({ REDIS_URL: 'redis://x' })).toBeNull();
    expect(environmentConnection({ MYSQL_HOST: '' })).toBeNull();
  });

  test('is made of the seed’s variables, production unless told', () => {
    const made = environmentConnection({
      MYSQL_HOST: 'db',
      MYSQL_PORT: '3307',
      MYSQL_USER: 'moon',
      MYSQL_PASSWORD: 'p',
      MYSQL_DATABASE: 'site',
      REDIS_URL: 'rediss://u:r%40@cache:6380/2',
    });
    expect(made).toMatchObject({
      connection: {
        id: 'environment',
        origin: 'environment',
        environment: 'production',
        name: 'site@db',
        secrets: 'environment',
        mysql: { host: 'db', port: 3307, user: 'moon', database: 'site' },
        redis: { host: 'cache', port: 6380, db: 2, username: 'u', tls: { enabled: true }, prefix: 'moontv:' },
      },
      secrets: { mysqlPassword: 'p', redisPassword: 'r@' },
    });
    expect(JSON.stringify(made?.connection)).not.toContain('r@');
  });

  test('has the seed’s defaults', () => {
    expect(environmentConnection({ MYSQL_HOST: 'db', MYSQL_PORT: '' })?.connection).toMatchObject({
      mysql: { port: 3306, user: 'root', database: 'moontv' },
      redis: { host: '127.0.0.1', port: 6379, db: 0 },
    });
  });

  test('is the demo, in development, with MOONDESK_DEMO', () => {
    expect(
      environmentConnection({ MYSQL_HOST: 'db', MOONDESK_DEMO: '1', MOONDESK_ENVIRONMENT: 'production' })?.connection,
    ).toMatchObject({ id: 'demo', origin: 'demo', environment: 'development' });
  });

  test.each([
    [{ MYSQL_PORT: '99999' }, 'MYSQL_PORT'],
    [{ MYSQL_PORT: 'abc' }, 'MYSQL_PORT'],
    [{ MOONDESK_ENVIRONMENT: 'prod' }, 'MOONDESK_ENVIRONMENT'],
    [{ REDIS_URL: 'http://x' }, 'REDIS_URL'],
    [{ MOONDESK_MYSQL_TLS_CA: 'no such file' }, 'MOONDESK_MYSQL_TLS_CA'],
    [{ MOONDESK_MYSQL_SERVER_PUBLIC_KEY: '-----BEGIN PUBLIC KEY-----' }, 'MOONDESK_MYSQL_SERVER_PUBLIC_KEY'],
    [{ MOONDESK_REDIS_TLS: 'off', REDIS_URL: 'rediss://x' }, 'MOONDESK_REDIS_TLS'],
    [{ REDIS_URL: 'not an address' }, 'REDIS_URL'],
  ])('names the variable that is wrong: %j', (more, name) => {
    expect(() => environmentConnection({ MYSQL_HOST: 'db', ...more })).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(name) as string }),
    );
  });
});

describe('an address of Redis is read alike by the console and by the storage', () => {
  test.each([
    ['redis://cache', { host: 'cache', port: 6379, db: 0 }],
    ['redis://cache:6380/3', { host: 'cache', port: 6380, db: 3 }],
    ['redis://cache/3/', { host: 'cache', port: 6379, db: 3 }],
    ['redis://cache?db=3', { host: 'cache', port: 6379, db: 3 }],
    ['redis://cache:6379/?family=0&db=15', { host: 'cache', port: 6379, db: 15 }],
    ['redis://cache/3?db=3', { host: 'cache', port: 6379, db: 3 }],
    ['redis:///5', { host: '127.0.0.1', port: 6379, db: 5 }],
    ['redis://[::1]:6379', { host: '::1', port: 6379, db: 0 }],
    ['redis://[fd00::7]/2', { host: 'fd00::7', port: 6379, db: 2 }],
    ['REDIS://cache', { host: 'cache', port: 6379, db: 0 }],
    [' redis://cache ', { host: 'cache', port: 6379, db: 0 }],
    ['redis://:pass@cache', { host: 'cache', port: 6379, db: 0, password: 'pass' }],
    ['redis://me:p%40ss@cache', { host: 'cache', port: 6379, db: 0, username: 'me', password: 'p@ss' }],
    ['redis://me:p@ss@cache', { host: 'cache', port: 6379, db: 0, username: 'me', password: 'p@ss' }],
    ['redis://me:50%@cache', { host: 'cache', port: 6379, db: 0, username: 'me', password: '50%' }],
    ['redis://me:a%zz@cache', { host: 'cache', port: 6379, db: 0, username: 'me', password: 'a%zz' }],
    ['redis://me:a/b#c?d@cache/1', { host: 'cache', port: 6379, db: 1, username: 'me', password: 'a/b#c?d' }],
    ['redis://me:a:b@[::1]:6380/1', { host: '::1', port: 6380, db: 1, username: 'me', password: 'a:b' }],
    ['redis://me:密码@cache', { host: 'cache', port: 6379, db: 0, username: 'me', password: '密码' }],
  ])('%s', (address, expected) => {
    const { prefix: _, ...site } = storageConfig({ REDIS_URL: address }).redis;
    expect(site).toEqual(expected);
    const console = environmentConnection({ MYSQL_HOST: 'db', REDIS_URL: address });
    const { host, port, db, username } = console?.connection.redis ?? {};
    const { redisPassword: password } = console?.secrets ?? {};
    expect({ ...site, host, port, db, username, password }).toMatchObject(expected);
  });

  test.each([
    ['rediss://cache', { servername: 'cache' }],
    // A name that is an address may not be sent; Node warns about it.
    ['rediss://10.0.0.7', {}],
    ['rediss://[::1]', {}],
  ])('%s asks for TLS', (address, expected) => {
    expect(storageConfig({ REDIS_URL: address }).redis.tls).toEqual(expected);
    const made = environmentConnection({ MYSQL_HOST: 'db', REDIS_URL: address })?.connection;
    expect(made?.redis.tls).toMatchObject({ enabled: true, verify: true });
    if (made !== undefined) expect(siteConfig(made, {}).redis.tls).toMatchObject(expected);
  });

  test.each([
    'cache:6379',
    'http://cache',
    'redis:cache',
    'redis://cache:port',
    'redis://cache:0',
    'redis://cache:70000',
    'redis://cache/db',
    'redis://cache/1?db=2',
    'redis://cache?db=first',
    'redis://[::1',
    'redis://me:secret@ca che',
    'redis://ca che',
  ])('%s is refused, and what it has of a password is not repeated', (address) => {
    for (const read of [storageConfig, (all: NodeJS.ProcessEnv) => environmentConnection({ ...all, MYSQL_HOST: 'db' })])
      try {
        read({ REDIS_URL: address });
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('REDIS_URL') as string });
        expect(JSON.stringify(error)).not.toContain('secret');
      }
  });

  test('the address of a kvrocks is refused by the name of its own variable', () => {
    const read = () => storageConfig({ NEXT_PUBLIC_STORAGE_TYPE: 'kvrocks', KVROCKS_URL: 'rocks:6666' });
    expect(read).toThrow('KVROCKS_URL');
  });

  test.each(['REDIS_SENTINELS', 'REDIS_CLUSTER_NODES', 'MYSQL_REPLICA_HOSTS'])('%s names ports that exist', (name) => {
    for (const list of ['a:0', 'a,b:65536'])
      expect(() => storageConfig({ [name]: list })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    expect(() => storageConfig({ [name]: 'a:1,b:65535,[::1]' })).not.toThrow();
  });

  test('an empty prefix is the usual one: without any, keys would be those of the old layout', () => {
    const prefixes = (all: NodeJS.ProcessEnv) => [
      storageConfig(all).redis.prefix,
      environmentConnection({ ...all, MYSQL_HOST: 'db' })?.connection.redis.prefix,
    ];
    expect(prefixes({ MOONDESK_REDIS_PREFIX: '' })).toEqual(['moontv:', 'moontv:']);
    expect(prefixes({})).toEqual(['moontv:', 'moontv:']);
  });
});

describe('the data folder', () => {
  test.each([
    [{ MOONDESK_DATA: '/data' }, 'linux', '/data'],
    [{ XDG_CONFIG_HOME: '/xdg' }, 'linux', '/xdg/moondesk'],
    [{}, 'linux', '/data/me/.config/moondesk'],
    [{}, 'darwin', '/data/me/Library/Application Support/moondesk'],
    [{ APPDATA: '/roaming' }, 'win32', '/roaming/moondesk'],
  ] as const)('%j on %s is %s', (environment, platform, expected) => {
    expect(dataFolder(environment, platform, '/data/me')).toBe(expected);
  });
});

describe('TLS', () => {
  const parts = environmentConnection({
    MYSQL_HOST: 'db.example',
    MOONDESK_MYSQL_TLS: 'on',
    REDIS_URL: 'rediss://cache.example',
  })?.connection;
  if (parts === undefined) throw new Error('no connection');

  test('checks the certificate and its name on both sides', () => {
    const { mysql, redis } = siteConfig(parts, {});
    expect(connectionOptions(mysql).ssl).toMatchObject({
      rejectUnauthorized: true,
      verifyIdentity: true,
      minVersion: 'TLSv1.2',
    });
    expect(redis.tls).toMatchObject({ rejectUnauthorized: true, servername: 'cache.example' });
  });

  test('checks an address as it checks a name', () => {
    const { mysql } = siteConfig({ ...parts, mysql: { ...parts.mysql, host: '10.0.0.7' } }, {});
    expect(connectionOptions(mysql).ssl).toMatchObject({ rejectUnauthorized: true, verifyIdentity: true });
  });

  test('is as the variables say: an authority by its PEM, Redis by its own', () => {
    const { cert } = makeCertificate('db.example');
    const { mysql, redis } = environmentConnection({
      MYSQL_HOST: 'db.example',
      MOONDESK_MYSQL_TLS_CA: cert,
      MOONDESK_MYSQL_PLAIN_PASSWORD: 'allow',
      REDIS_URL: 'redis://cache.example',
      MOONDESK_REDIS_TLS: 'insecure',
    })?.connection ?? { mysql: null, redis: null };
    expect(mysql).toMatchObject({ tls: { enabled: true, verify: true, ca: cert }, allowPlainPassword: true });
    expect(redis).toMatchObject({ tls: { enabled: true, verify: false } });
  });

  test('says for all connections how commands are sent', () => {
    expect(environmentEncoder({})).toBeUndefined();
    expect(environmentEncoder({ MOONDESK_REDIS_ENCODER: 'driver' })).toBe('driver');
    expect(() => environmentEncoder({ MOONDESK_REDIS_ENCODER: 'ours' })).toThrow('MOONDESK_REDIS_ENCODER');
    const { connection } = environmentConnection({ MYSQL_HOST: 'db' }) ?? {};
    expect(connection === undefined ? null : siteConfig(connection, {}, { encoder: 'driver' }).redis).toMatchObject({
      encoder: 'driver',
    });
  });
});
