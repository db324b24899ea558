import { describe, expect, test } from 'vitest';
import { environmentConnection } from '../../../electron/operations/desk/environment.js';
import { dataFolder } from '../../../electron/operations/desk/folder.js';
import { siteConfig } from '../../../electron/operations/desk/site-config.js';

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
    [{ REDIS_URL: 'not an address' }, 'REDIS_URL'],
  ])('names the variable that is wrong: %j', (more, name) => {
    expect(() => environmentConnection({ MYSQL_HOST: 'db', ...more })).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(name) as string }),
    );
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
    expect(mysql.tls).toMatchObject({ rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' });
    expect(redis.tls).toMatchObject({ rejectUnauthorized: true, servername: 'cache.example' });
  });

  test('is not made with an address whose certificate nobody could check', () => {
    expect(() => siteConfig({ ...parts, mysql: { ...parts.mysql, host: '10.0.0.7' } }, {})).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });
});
