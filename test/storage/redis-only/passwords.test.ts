import { scryptSync } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RedisOnlyStorage } from '../../../electron/storage/redis-only.js';
import { startRedis } from '../../sandbox/index.js';
import type { RedisEndpoint, RunningServer } from '../../sandbox/types.js';
import { sha256 } from '../conformance/subject.js';

const scryptOf = (password: string, salt = 'ab'.repeat(16)): string =>
  `${salt}:${scryptSync(password, salt, 64).toString('hex')}`;

/** A client whose writes can be held, after everything was read. */
class HeldRedis extends Redis {
  beforeWrite: (() => Promise<void>) | null = null;

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const held = command.name === 'eval' ? this.beforeWrite : null;
    if (held === null) return super.sendCommand(command, stream);
    this.beforeWrite = null;
    void held().then(() => super.sendCommand(command, stream));
    return command.promise;
  }
}

/**
 * Accounts that this storage creates or changes must work for the site's own code too, which signs in only by
 * `u:{u}:pwd`.
 */
describe('passwords of the redis-only engine', () => {
  let server: RunningServer<RedisEndpoint>;
  let redis: Redis;
  let client: HeldRedis;
  let storage: RedisOnlyStorage;

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.endpoint.port);
  });
  beforeEach(() => {
    client = new HeldRedis(server.endpoint.port);
    storage = new RedisOnlyStorage(client);
  });
  afterEach(async () => {
    await storage.close();
    await redis.flushall();
  });
  afterAll(async () => {
    redis.disconnect();
    await server.kill();
  });

  /** The site's sign-in: compares as typed, or by scrypt on the forks that hash. */
  const signsIn = async (user: string, password: string): Promise<boolean> => {
    const stored = await redis.get(`u:${user}:pwd`);
    const [salt = '', hash = ''] = stored?.split(':') ?? [];
    if (/^[0-9a-f]{128}$/.test(hash)) return scryptOf(password, salt) === stored;
    return stored !== null && stored === password;
  };
  /** Every text of a user's account in Redis. */
  const textsOf = async (user: string): Promise<string[]> => {
    const pwd = await redis.get(`u:${user}:pwd`);
    return [...(pwd === null ? [] : [pwd]), ...Object.values(await redis.hgetall(`u:${user}:info`))];
  };
  const kept = async (user: string, password: string, before?: string): Promise<void> => {
    expect(await signsIn(user, password)).toBe(true);
    expect(await storage.verifyUser(user, password)).toBe(true);
    if (before === undefined) return;
    expect(await signsIn(user, before)).toBe(false);
    expect(await storage.verifyUser(user, before)).toBe(false);
  };

  const plainSite = async (): Promise<void> => {
    await redis.set('u:site1:pwd', 'pw1');
    await redis.set('admin:config', JSON.stringify({ UserConfig: { Users: [] } }));
  };
  const hashingSite = async (): Promise<void> => {
    await redis.set('sys:migration:pwd_hash_v1', 'done');
    await redis.set('u:site1:pwd', scryptOf('pw1'));
  };

  it('that were changed sign in at a site that keeps them plain', async () => {
    await plainSite();
    await storage.changePassword('site1', 'NEW1');
    await kept('site1', 'NEW1', 'pw1');
    await redis.hset('u:v2:info', { role: 'user', password: sha256('pw2') });
    await storage.changePassword('v2', 'NEW2');
    await kept('v2', 'NEW2', 'pw2');
    expect(await redis.hget('u:v2:info', 'password')).toBe(sha256('NEW2'));
  });

  it('that were changed sign in at a site that hashes them, and lie nowhere in the clear nor by a weaker hash', async () => {
    await hashingSite();
    await redis.set('u:late:pwd', 'not hashed yet');
    await redis.hset('u:both:info', { role: 'user', password: sha256('pw2') });
    for (const [user, before] of [
      ['site1', 'pw1'],
      ['late', 'not hashed yet'],
      ['both', 'pw2'],
    ] as const) {
      await storage.changePassword(user, 'NEW');
      await kept(user, 'NEW', before);
      expect(await textsOf(user)).not.toContain('NEW');
    }
    expect(await redis.hget('u:site1:info', 'password')).toBeNull();
    expect(await redis.hget('u:both:info', 'password')).toBe(sha256('NEW'));
  });

  it('keep the form in which one stands, though the site says nothing', async () => {
    await redis.set('u:one:pwd', scryptOf('pw'));
    await storage.changePassword('one', 'NEW');
    await kept('one', 'NEW', 'pw');
    expect(await textsOf('one')).not.toContain('NEW');
  });

  it.each<[string, () => Promise<unknown>, boolean]>([
    ['a site that keeps them plain', plainSite, true],
    ['a site that hashes them', hashingSite, false],
    ['a site without accounts yet', () => redis.set('admin:config', '{}'), true],
  ])('of new accounts sign in at %s', async (_what, site, plain) => {
    await site();
    await storage.registerUser('ours1', 'secret1');
    await storage.createUserV2('ours2', 'secret2', 'user', ['vip']);
    await kept('ours1', 'secret1');
    await kept('ours2', 'secret2');
    expect((await textsOf('ours1')).includes('secret1')).toBe(plain);
  });

  it('are never written plain where there are only hashes, nor where there is no site', async () => {
    await storage.registerUser('first', 'secret');
    expect(await redis.exists('u:first:pwd')).toBe(0);
    await redis.set('admin:config', '{}');
    const other = new RedisOnlyStorage(new Redis(server.endpoint.port));
    await other.registerUser('second', 'secret');
    await other.changePassword('first', 'NEW');
    await other.close();
    for (const user of ['first', 'second']) {
      expect(await redis.exists(`u:${user}:pwd`)).toBe(0);
      expect(await storage.verifyUser(user, user === 'first' ? 'NEW' : 'secret')).toBe(true);
    }
  });

  it('of who signs in by OIDC are left out, and an empty one is nobody’s', async () => {
    await plainSite();
    await storage.createUserV2('oidc', 'random', 'user', [], 'sub');
    await storage.createUserV2('empty', '');
    expect(await redis.exists('u:oidc:pwd', 'u:empty:pwd')).toBe(0);
    expect(await storage.verifyUser('empty', '')).toBe(false);
    await storage.changePassword('site1', '');
    expect(await signsIn('site1', 'pw1')).toBe(false);
    expect(await storage.verifyUser('site1', '')).toBe(false);
  });

  it('are hashed when the site moves to hashes between the look and the write', async () => {
    await plainSite();
    let held = 0;
    client.beforeWrite = async () => {
      held += 1;
      await hashingSite();
    };
    await storage.registerUser('ours', 'secret');
    expect(held).toBe(1);
    await kept('ours', 'secret');
    expect(await textsOf('ours')).not.toContain('secret');
  });

  it('do not begin a list that would hide everybody else, and follow those that are there', async () => {
    await plainSite();
    await storage.registerUser('a', 'x');
    await storage.createUserV2('b', 'x');
    await storage.changePassword('site1', 'x');
    await storage.banUser('site1', true);
    expect(await redis.exists('users:list', 'sys:users')).toBe(0);
    await redis.zadd('users:list', 1, 'somebody');
    await redis.sadd('sys:users', 'somebody');
    await storage.registerUser('c', 'x');
    expect(await redis.zscore('users:list', 'c')).toBe(await redis.hget('u:c:info', 'created_at'));
    expect((await redis.smembers('sys:users')).toSorted()).toEqual(['c', 'somebody']);
    await storage.deleteUser('c');
    expect(await redis.zscore('users:list', 'c')).toBeNull();
    expect(await redis.smembers('sys:users')).toEqual(['somebody']);
    await storage.clearAllData();
    expect(await redis.exists('users:list', 'sys:users')).toBe(0);
  });
});
