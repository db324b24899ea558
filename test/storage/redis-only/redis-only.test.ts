import { scryptSync } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { legacy } from '../../../electron/data/legacy/keys.js';
import { RedisOnlyStorage } from '../../../electron/storage/redis-only.js';
import { startRedis } from '../../sandbox/index.js';
import type { RedisEndpoint, RunningServer } from '../../sandbox/types.js';
import { aCard, aFavorite, aPlay, refused, seconds, sha256 } from '../conformance/subject.js';

/** The site's own layout, key by key: this storage reads what the site wrote, and the site can read what it writes. */
describe('redis-only', () => {
  let server: RunningServer<RedisEndpoint>;
  let redis: Redis;
  let storage: RedisOnlyStorage;
  const open = (owner?: string): RedisOnlyStorage =>
    new RedisOnlyStorage(new Redis(server.endpoint.port), owner === undefined ? {} : { owner });

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.endpoint.port);
    storage = open('owner');
  });
  afterEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    await storage.close();
    await server.kill();
  });

  const config = (users: object[]): Promise<unknown> =>
    redis.set('admin:config', JSON.stringify({ ConfigFile: '', UserConfig: { Users: users } }));

  it('writes what the site reads', async () => {
    await config([]);
    const card = aCard();
    await storage.createCardKey(card);
    await storage.createUserV2('alice', 'secret', 'user', ['vip'], 'sub', ['api'], card.key);
    await storage.setPlayRecord('alice', 'src+1+2', aPlay());
    await storage.setFavorite('alice', 'src+1', aFavorite());
    await storage.addSearchHistory('alice', '词');
    await storage.updateUserLoginStats('alice', 5_000, true);
    await storage.setCache('k', { a: 1 }, 60);
    expect((await redis.keys('*')).map((key) => key.replace(/^(user:cardkey:alice:).*/, '$1…')).sort()).toEqual(
      [
        'admin:config',
        'cache:k',
        `cardkey:hash:${card.keyHash}`,
        'cardkey:status:used',
        'oidc:sub:sub',
        'u:alice:fav:src+1',
        'u:alice:info',
        'u:alice:pr:src+1+2',
        'u:alice:sh',
        'user:cardkey:alice:…',
        'user:points:alice',
        'user_login_stats:alice',
      ].sort(),
    );
    const info = await redis.hgetall('u:alice:info');
    expect(info).toMatchObject({
      role: 'user',
      banned: 'false',
      password: sha256('secret'),
      tags: '["vip"]',
      enabledApis: '["api"]',
      oidcSub: 'sub',
    });
    expect(info['created_at']).toMatch(/^\d{13}$/);
    expect(JSON.parse(info['cardKey'] ?? '')).toMatchObject({ boundKey: card.keyHash, expiresAt: card.expiresAt });
    expect(await redis.smembers('cardkey:status:used')).toEqual([card.keyHash]);
    expect(JSON.parse((await redis.get('u:alice:pr:src+1+2')) ?? '')).toEqual(
      aPlay({ save_time: expect.any(Number) as number }),
    );
    expect(JSON.parse((await redis.get('user_login_stats:alice')) ?? '')).toEqual({
      loginCount: 1,
      firstLoginTime: 5_000,
      lastLoginTime: 5_000,
      lastLoginDate: 5_000,
    });
    expect(await redis.ttl('u:alice:sh')).toBe(-1);
    expect(await redis.ttl('cache:k')).toBeGreaterThan(0);
  });

  it('takes the plain password of an old account, and keeps the next where the site looks for it', async () => {
    await redis.set('u:old:pwd', 'plain:secret');
    expect(await storage.verifyUser('old', 'plain:secret')).toBe(true);
    expect(await storage.verifyUserV2('old', 'wrong')).toBe(false);
    expect(await storage.getAllUsers()).toEqual(['old']);
    expect(await storage.getUserInfoV2('old')).toMatchObject({ username: 'old', role: 'user', banned: false });
    await refused(storage.registerUser('old', 'x'), 'conflict');
    await storage.changePassword('old', 'next');
    expect(await redis.get('u:old:pwd')).toBe('next');
    expect(await redis.hget('u:old:info', 'password')).toBe(sha256('next'));
    expect(await storage.verifyUser('old', 'next')).toBe(true);
    expect(await storage.verifyUser('old', 'plain:secret')).toBe(false);
  });

  it('takes the password under its own key for the newest, and knows the siblings’ scrypt', async () => {
    await redis.hset('u:both:info', { role: 'user', password: sha256('older') });
    await redis.set('u:both:pwd', 'newer');
    expect(await storage.verifyUser('both', 'older')).toBe(false);
    expect(await storage.verifyUser('both', 'newer')).toBe(true);
    const salt = 'ab'.repeat(16);
    const hash = scryptSync('secret', salt, 64).toString('hex');
    await redis.set('u:both:pwd', `${salt}:${hash}`);
    expect(await storage.verifyUser('both', 'secret')).toBe(true);
    expect(await storage.verifyUser('both', `${salt}:${hash}`)).toBe(false);
    await redis.set('u:both:pwd', '');
    expect(await storage.verifyUser('both', '')).toBe(false);
  });

  it('believes the config before the hash', async () => {
    await redis.hset('u:bob:info', { role: 'user', banned: 'false', password: 'x', tags: 'a, b', created_at: '1000' });
    expect(await storage.getUserInfoV2('bob')).toMatchObject({ tags: ['a', 'b'], createdAt: 1_000, banned: false });
    await redis.hset('u:bob:info', 'tags', 'single', 'banned', 'true');
    expect(await storage.getUserInfoV2('bob')).toMatchObject({ tags: ['single'], banned: true });
    const cardKey = { boundKey: 'h', expiresAt: 9, boundAt: 1 };
    await config([{ username: 'bob', role: 'admin', tags: ['c'], tvboxToken: 't', showAdultContent: true, cardKey }]);
    expect(await storage.getUserInfoV2('bob')).toEqual({
      username: 'bob',
      role: 'admin',
      banned: false,
      tags: ['c'],
      enabledApis: [],
      tvboxToken: 't',
      showAdultContent: true,
      createdAt: 1_000,
      cardKey,
    });
    await config([{ username: 'bob', role: 'admin', banned: true }]);
    expect(await storage.getUserInfoV2('bob')).toMatchObject({ banned: true });
  });

  it('reads what siblings keep in hashes, and writes there where the site does', async () => {
    const play = aPlay();
    await redis.hset('u:sib:pr', 'src+1', JSON.stringify(play));
    await redis.set('u:sib:skip:src+1', JSON.stringify({ enable: true, intro_time: 90, outro_time: -60 }));
    expect(await storage.getPlayRecord('sib', 'src+1')).toEqual(play);
    expect(await storage.getAllPlayRecords('sib')).toEqual({ 'src+1': play });
    expect((await storage.getSkipConfig('sib', 'src', '1'))?.segments).toEqual([
      { start: 0, end: 90, type: 'opening', autoSkip: true },
      { start: 0, end: 0, type: 'ending', autoSkip: true, mode: 'remaining', remainingTime: 60 },
    ]);
    await storage.deletePlayRecord('sib', 'src+1');
    expect(await redis.exists('u:sib:pr')).toBe(0);
    await redis.set('sys:migration:hash_v2', 'done');
    const sibling = open();
    await sibling.setPlayRecord('sib', 'src+2', play);
    expect(await redis.hkeys('u:sib:pr')).toEqual(['src+2']);
    expect(await sibling.getPlayRecord('sib', 'src+2')).toEqual(play);
    await sibling.close();
  });

  it('reads early cards, whose hash is in the name of the key alone', async () => {
    const hash = sha256('early');
    const early = { key: hash, keyType: 'week', status: 'unused', createdAt: seconds(), expiresAt: seconds(900) };
    await redis.set(legacy.card(hash), JSON.stringify(early));
    expect(await storage.getCardKey(hash)).toEqual({ ...early, key: '', keyHash: hash });
    await storage.registerUser('early', 'secret');
    expect(await storage.bindCardKey('early', 'early')).toMatchObject({ boundKey: hash });
    expect(await storage.getCardKey(hash)).toMatchObject({ status: 'used', boundTo: 'early' });
  });

  it('tells the reward of an invitation from the address', async () => {
    const invitation = {
      id: 'i',
      inviter: 'a',
      invitee: 'b',
      invitationCode: 'C',
      ipAddress: '1.2.3.4',
      rewarded: false,
      createdAt: 1,
    };
    await redis.set('invitation:invitee:b', JSON.stringify(invitation));
    expect(await storage.getInvitationByInvitee('b')).toEqual(invitation);
    await redis.set(
      'ip:reward:1.2.3.4',
      JSON.stringify({ id: 'r', ipAddress: '1.2.3.4', inviter: 'a', invitee: 'b', rewardTime: 7 }),
    );
    expect(await storage.getInvitationByInvitee('b')).toEqual({ ...invitation, rewarded: true, rewardTime: 7 });
  });

  it('knows the owner, who has no account here', async () => {
    expect(await storage.checkUserExist('owner')).toBe(true);
    expect(await storage.getUserInfoV2('owner')).toMatchObject({ role: 'owner', banned: false });
    expect(await storage.verifyUser('owner', '')).toBe(false);
    await refused(storage.banUser('owner', true), 'forbidden');
    await storage.setPlayRecord('owner', 'src+1', aPlay());
    expect(Object.keys(await storage.getAllPlayRecords('owner'))).toEqual(['src+1']);
  });

  it('takes no record for an account, nor a list for an account of points', async () => {
    await storage.registerUser('x', 'secret');
    await storage.setPlayRecord('x', 'src+1:info', aPlay());
    await storage.setPlayRecord('x', 'src+1:pwd', aPlay());
    expect(await storage.getAllUsers()).toEqual(['x']);
    await refused(storage.registerUser('history:x', 'secret'), 'invalid_input');
    await refused(storage.registerUser('x:pr:y', 'secret'), 'invalid_input');
  });

  it('leaves what it cannot read alone', async () => {
    await storage.registerUser('broken', 'secret');
    await redis.set('u:broken:pr:src+1', 'no json');
    expect(await storage.getPlayRecord('broken', 'src+1')).toBeNull();
    expect(await storage.getAllPlayRecords('broken')).toEqual({});
    await redis.set('admin:config', '[');
    await refused(storage.getAdminConfig(), 'unsupported');
    await refused(storage.banUser('broken', true), 'unsupported');
    await redis.set('user:points:broken', 'x');
    await refused(
      storage.updateUserPoints({
        username: 'broken',
        invitationCode: '',
        balance: 1,
        totalEarned: 1,
        totalRedeemed: 0,
        updatedAt: 0,
      }),
      'unsupported',
    );
    expect(await redis.get('user:points:broken')).toBe('x');
  });

  it('clears the site’s keys and nobody else’s', async () => {
    await storage.registerUser('x', 'secret');
    await storage.setCache('k', 1);
    await redis.set('another:program', 'stays');
    await storage.clearAllData();
    expect(await redis.keys('*')).toEqual(['another:program']);
  });

  it('keeps fields that nobody knows', async () => {
    await storage.registerUser('x', 'secret');
    await redis.set('user_login_stats:x', JSON.stringify({ loginCount: 1, lastLoginIp: '1.2.3.4' }));
    await storage.updateUserLoginStats('x', 9_000);
    expect(JSON.parse((await redis.get('user_login_stats:x')) ?? '')).toMatchObject({
      loginCount: 2,
      lastLoginIp: '1.2.3.4',
    });
  });

  it('refuses a Cluster', () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true });
    expect(() => new RedisOnlyStorage(cluster)).toThrow(expect.objectContaining({ code: 'unsupported' }) as Error);
    cluster.disconnect();
  });

  it('says that Redis is away, and goes on when it is back', async () => {
    // A server of its own: while it is down, ioredis would print what it thinks of the connections of the other tests.
    const gone = await startRedis();
    const other = new RedisOnlyStorage(
      new Redis(gone.endpoint.port, {
        enableOfflineQueue: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => 50,
      }).on('error', () => undefined),
      { patience: 300 },
    );
    await expect.poll(() => other.checkUserExist('x').catch(() => null)).toBe(false);
    await gone.kill();
    await refused(other.getPlayRecord('x', 's+1'), 'unavailable');
    await refused(
      other.addPointsRecord({ id: '1', username: 'x', type: 'earn', amount: 1, reason: 'r', createdAt: 1 }),
      'unavailable',
    );
    await gone.start();
    await expect.poll(() => other.checkUserExist('x').catch(() => null), { timeout: 10_000 }).toBe(false);
    await other.close();
    await gone.kill();
  });
});
