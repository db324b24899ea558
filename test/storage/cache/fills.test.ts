import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { type Command, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Keys } from '../../../electron/data/redis/keys.js';
import { encoders, openRedis } from '../../../electron/data/redis/client.js';
import { createDatabase, redisEndpoint, redisPrefix, type TestDatabase } from '../../sandbox/database.js';
import { startRedis } from '../../sandbox/index.js';
import { bump, createNumbers, type Opened, openCache } from './support.js';

const text = '量'.repeat(3_000);
const fields = Object.fromEntries(Array.from({ length: 700 }, (_, at) => [`source+${String(at)}`, { at, text: '子' }]));
const never = (): Promise<never> => Promise.reject(new Error('asked MySQL'));

/** A proxy of Redis that does not know NX together with GET, as before version 7. */
async function olderRedis(port: number): Promise<Server> {
  const server = createServer((client) => {
    const redis = connect(port, '127.0.0.1');
    client.on('data', (data) => {
      redis.write(data.toString('latin1').replaceAll('$2\r\nNX\r\n$3\r\nGET', '$2\r\n??\r\n$3\r\nGET'), 'latin1');
    });
    redis.pipe(client);
    for (const end of [client, redis])
      end
        .on('error', () => undefined)
        .on('close', () => {
          client.destroy();
          redis.destroy();
        });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe.each(encoders)('what a fill brings, with the commands sent by %s', (encoder) => {
  let database: TestDatabase;
  const { host, port } = redisEndpoint();
  const redis = new Redis(port, host);
  const prefix = `${redisPrefix()}${encoder}:`;
  const opened: Opened[] = [];

  const open = async (name: string, more: Partial<Parameters<typeof openCache>[0]> = {}): Promise<Opened> => {
    const one = await openCache({
      mysql: database.config,
      redis: { host, port, encoder },
      prefix: prefix + name,
      ...more,
    });
    opened.push(one);
    return one;
  };
  const staged = (name: string): Promise<string[]> => redis.keys(`${prefix}${name}cache:fill:*`);
  const light = { n: 1 };

  /**
   * Fills a light and a heavy value, and a hash; all three then exist with their own expiry. Returns what else was
   * left.
   */
  async function fills(one: Opened, name: string): Promise<string[]> {
    const keys = new Keys(prefix + name);
    expect(await one.cache.get('userInfo', 'light', async () => light)).toEqual(light);
    expect(await one.cache.get('userInfo', 'heavy', async () => text)).toBe(text);
    expect(await one.cache.all('favorites', 'heavy', async () => fields)).toEqual(fields);
    await expect.poll(() => redis.get(keys.of('userInfo', 'light'))).toBe('{"n":1}');
    await expect.poll(() => redis.get(keys.of('userInfo', 'heavy'))).toBe(JSON.stringify(text));
    await expect.poll(() => redis.hlen(keys.of('favorites', 'heavy'))).toBe(700);
    expect(await redis.hexists(keys.of('favorites', 'heavy'), '~')).toBe(0);
    for (const key of [keys.of('userInfo', 'light'), keys.of('userInfo', 'heavy'), keys.of('favorites', 'heavy')]) {
      expect(await redis.pttl(key)).toBeGreaterThan(3_200_000);
      expect(await redis.pttl(key)).toBeLessThanOrEqual(3_960_000);
    }
    expect(await one.cache.get('userInfo', 'heavy', never)).toBe(text);
    expect(await one.cache.all('favorites', 'heavy', never)).toEqual(fields);
    return staged(name);
  }

  beforeAll(async () => {
    database = await createDatabase('mariadb');
    await createNumbers(database.config);
  });
  afterAll(async () => {
    await Promise.all(opened.map((one) => one.close()));
    redis.disconnect();
    await database.drop();
  });

  it('stands under its key, and leaves nothing beside it', async () => {
    expect(await fills(await open('plain:'), 'plain:')).toEqual([]);
  });

  it('goes where its lease was lost', async () => {
    let hold = false;
    const writer = await open('lost:');
    const reader = await open('lost:', {
      pause: async (point) => {
        if (!hold || point !== 'read:loaded') return;
        hold = false;
        await bump(writer, 'heavy');
      },
    });
    hold = true;
    expect(await reader.cache.get('userInfo', 'heavy', async () => text)).toBe(text);
    await expect.poll(() => staged('lost:')).toEqual([]);
    expect(await redis.get(`${prefix}lost:user:heavy:info`)).toBeNull();
  });

  it('comes as well from a Redis before 7', async () => {
    const server = await olderRedis(port);
    const older = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    const client = new Redis(older.port, older.host);
    await expect(client.set('any', 'x', 'NX', 'GET')).rejects.toThrow('syntax error');
    client.disconnect();
    const one = await open('older:', { redis: { ...older, encoder } });
    expect(await fills(one, 'older:')).toEqual([]);
    await one.close();
    server.close();
  });

  it('comes as well where keys may not be renamed', async () => {
    const user = `${prefix}unable`;
    await redis.acl('SETUSER', user, 'reset', 'on', '>secret', '~*', '&*', '+@all', '-rename');
    const client = openRedis({ host, port, encoder, username: user, password: 'secret', prefix: `${prefix}acl:` });
    await once(client, 'ready');
    await expect(client.rename('a', 'b')).rejects.toThrow(/permission/i);
    const one = await open('acl:', { client });
    // The first heavy value is not filled: that is how it is detected.
    await one.cache.get('userInfo', 'first', async () => text);
    await expect.poll(() => staged('acl:')).toEqual([]);
    expect(await fills(one, 'acl:')).toEqual([]);
    await one.close();
    await redis.acl('DELUSER', user);
  });

  it('comes as well where only the site’s own names may be written', async () => {
    const user = `${prefix}narrow`;
    const names = [`~${prefix}narrow:user:*`, `~${prefix}narrow:cache:epoch`];
    await redis.acl('SETUSER', user, 'reset', 'on', '>secret', ...names, '&*', '+@all');
    const client = openRedis({ host, port, encoder, username: user, password: 'secret', prefix: `${prefix}narrow:` });
    await once(client, 'ready');
    const one = await open('narrow:', { client });
    await one.cache.get('userInfo', 'first', async () => text);
    expect(await fills(one, 'narrow:')).toEqual([]);
    await one.close();
    await redis.acl('DELUSER', user);
  });

  it('is encoded and timed by the driver only if that was asked for', async () => {
    const one = await open('sent:');
    const sent: string[] = [];
    const plain = one.redis.sendCommand.bind(one.redis);
    one.redis.sendCommand = (command: Command) => {
      sent.push(command.constructor.name);
      return plain(command) as never;
    };
    await fills(one, 'sent:');
    // The driver's own form is the only one that it sends by itself.
    expect(new Set(sent)).toEqual(new Set(encoder === 'driver' ? ['Command'] : ['Quick', 'Ready']));
  });

  it('may be a hash of any size, also where it passes through a script', async () => {
    const one = await open('large:');
    const large = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`f${String(at)}`, at]));
    for (const part of ['plain', 'with {braces}']) {
      expect(await one.cache.all('favorites', part, async () => large)).toEqual(large);
      await expect.poll(() => redis.hlen(`${prefix}large:user:${part}:favorites`), { timeout: 10_000 }).toBe(100_000);
    }
  });

  it('is swept away where it was left behind before Redis was restarted', async () => {
    const server = await startRedis();
    try {
      const own = new Redis(server.endpoint.port, server.endpoint.host);
      const left = new Keys(prefix).staged(`${prefix}user:bob:play_records`, 'token') ?? '';
      await own.hset(left, 'a', '1');
      await open('', { redis: { ...server.endpoint, encoder } });
      expect(await own.exists(left)).toBe(0);
      own.disconnect();
    } finally {
      await Promise.all(opened.splice(-1).map((one) => one.close()));
      await server.kill();
    }
  });
});
