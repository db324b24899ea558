/** The blocks of a write with many keys: one command for all of them, and a separate outcome for each. */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Guard, startGuard } from '../../../build/lib/guard.mjs';
import { Blocks } from '../../../electron/data/cache/blocks.js';
import { CacheCommands, keysAtOnce } from '../../../electron/data/cache/commands.js';
import { Deadlines } from '../../../electron/data/cache/deadline.js';
import { openRedis } from '../../../electron/data/redis/client.js';
import { Keys } from '../../../electron/data/redis/keys.js';
import { type RedisEndpoint, type RunningServer, startRedis } from '../../sandbox/index.js';
import { type Proxy, startProxy } from '../../sandbox/proxy.js';

describe('many keys of one write', () => {
  const keys = new Keys('many:');
  let guard: Guard;
  let server: RunningServer<RedisEndpoint>;
  let admin: Redis;
  const clients: Redis[] = [];
  const open = async (config: Partial<RedisEndpoint & { username: string; password: string }> = {}): Promise<Redis> => {
    const client = openRedis({ ...server.endpoint, ...config });
    clients.push(client);
    await once(client, 'ready');
    return client;
  };
  const blocksOf = (client: Redis, token: string, timeoutMs = 5_000): Blocks =>
    new Blocks(new CacheCommands(client, keys), new Deadlines(timeoutMs), token);
  const names = (count: number): string[] =>
    Array.from({ length: count }, (_, at) => keys.of('userInfo', `u${String(at)}`));
  const strings = (some: readonly string[]): { key: string; kind: 'string'; changes: null }[] =>
    some.map((key) => ({ key, kind: 'string', changes: null }));
  /** Scripts that the server was asked to run since the last check. */
  const asked = async (): Promise<number> => {
    const stats = await admin.info('commandstats');
    await admin.config('RESETSTAT');
    return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
  };

  beforeAll(async () => {
    guard = startGuard();
    server = await startRedis({ guard });
    admin = new Redis({ ...server.endpoint, replyMapping: 'legacy' });
  });
  beforeEach(async () => {
    await admin.flushall();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });
  afterAll(async () => {
    admin.disconnect();
    await server.kill();
    await guard.close();
  });

  it('are blocked by one command and lifted by one, a value, a hash, another type and nothing side by side', async () => {
    const [text = '', list = '', none = ''] = names(3);
    const [hash, whole, next] = [
      keys.of('favorites', 'ann'),
      keys.of('playRecords', 'ann'),
      keys.of('favorites', 'ben'),
    ];
    await admin.set(text, '{"n":1}', 'EX', 60);
    await admin.rpush(list, 'no', 'value');
    await admin.hset(hash, 'x', '1', 'y', '1');
    await admin.pexpire(hash, 60_000);
    await admin.hset(whole, 'x', '1');
    await admin.hset(next, 'x', '1');
    await admin.pexpire(next, 60_000);
    const client = await open();
    const blocks = blocksOf(client, 'mine');
    // A script that the server does not know is sent twice.
    await blocksOf(client, 'other').place(strings([none]));
    await blocksOf(client, 'other').lift(strings([none]));
    await admin.del(none);
    await asked();
    const targets = [
      ...strings([text, list, none]),
      {
        key: hash,
        kind: 'hash',
        changes: {
          set: [
            ['x', '2'],
            ['z', '3'],
          ],
          remove: ['y'],
        },
      },
      { key: whole, kind: 'hash', changes: null },
      { key: next, kind: 'hash', changes: { set: [], remove: ['x'] } },
    ] as const;
    expect(await blocks.place(targets)).toBe(true);
    expect(await asked()).toBe(1);
    for (const key of [text, list, none]) expect(await admin.get(key)).toMatch(/^~B:0:[01]\|mine=\d+$/);
    expect(await admin.hget(hash, '~')).toMatch(/^~B:[1-9]\d+:1\|mine=\d+$/);
    expect(await admin.hget(whole, '~')).toMatch(/^~B:0:1\|mine=\d+$/);

    const { whole: all, removed } = await blocks.lift(targets);
    expect([all, removed()]).toEqual([true, 5]);
    expect(await asked()).toBe(1);
    expect(await admin.hgetall(hash)).toEqual({ x: '2', z: '3' });
    expect(await admin.pttl(hash)).toBeGreaterThan(50_000);
    expect(await admin.exists(text, list, none, whole)).toBe(0);
    expect(await admin.hgetall(next)).toEqual({ '~': '~N' });
  });

  it('are as many for one command as Redis can do in a moment', async () => {
    const blocks = blocksOf(await open(), 'mine');
    const some = names(600);
    await admin.mset(Object.fromEntries(some.map((key) => [key, '{}'])));
    await admin.script('FLUSH');
    await asked();
    expect(await blocks.place(strings(some))).toBe(true);
    const lifted = await blocks.lift(strings(some));
    expect([lifted.whole, lifted.removed()]).toEqual([true, 600]);
    expect(await admin.dbsize()).toBe(0);
    // Three of each, and the first of each once more in full: the server did not know it.
    expect(await asked()).toBe(8);
  });

  it('stay blocked by whoever else blocks them, each for itself, and are counted once', async () => {
    const [one = '', both = '', other = ''] = names(3);
    await admin.mset({ [one]: '1', [both]: '2', [other]: '3' });
    const client = await open();
    const [first, second] = [blocksOf(client, 'first'), blocksOf(client, 'second')];
    await first.place(strings([one, both]));
    await second.place(strings([both, other]));
    const lifted = await first.lift(strings([one, both]));
    expect([lifted.whole, lifted.removed()]).toEqual([true, 2]);
    expect(await admin.exists(one)).toBe(0);
    expect(await admin.get(both)).toMatch(/^~B:0:0\|second=\d+$/);
    expect(await admin.get(other)).toMatch(/^~B:0:1\|second=\d+$/);
    // Another writer's token, or none, leaves what the second holds.
    const commands = new CacheCommands(client, keys);
    let carried = 0;
    for (const token of ['first', ''])
      expect(await commands.lift([{ key: both }, { key: other }], token, (count) => (carried += count))).toBeNull();
    for (const key of [both, other]) expect(await admin.get(key)).toMatch(/^~B:0:0\|second=\d+$/);
    // Each value's removal was reported once: the last one's to the process that carried the second's row before its
    // writer lifted.
    expect([carried, (await second.lift(strings([both, other]))).removed()]).toEqual([1, 0]);
    expect(await admin.dbsize()).toBe(0);
  });

  it('stop at no key that the account may not touch, and one that it may is lifted all the same', async () => {
    await admin.call('ACL', 'SETUSER', 'part', 'on', '>secret', '+@all', '~many:user:*');
    const [mine = '', more = ''] = names(2);
    const foreign = keys.of('cardKey', 'closed');
    expect([mine, foreign].map((key) => key.startsWith('many:user:'))).toEqual([true, false]);
    await admin.mset({ [mine]: '1', [foreign]: '2', [more]: '3' });
    const client = await open({ username: 'part', password: 'secret' });
    const commands = new CacheCommands(client, keys);
    const blocks = new Blocks(commands, new Deadlines(5_000), 'mine');
    const targets = strings([mine, foreign, more]);
    expect(await blocks.place(targets)).toBe(false);
    for (const key of [mine, more]) expect(await admin.get(key)).toMatch(/^~B:0:1\|mine=\d+$/);
    const { whole, removed } = await blocks.lift(targets);
    expect([whole, removed()]).toEqual([false, 2]);
    expect(await admin.exists(mine, more)).toBe(0);
    expect(await admin.get(foreign)).toBe('2');
    const failure = await commands.lift([{ key: mine }, { key: foreign }]);
    expect(failure?.message).toMatch(/^NOPERM/);
    // One refused key says nothing about others: they go together again.
    await asked();
    expect(await commands.lift([{ key: mine }, { key: more }])).toBeNull();
    expect(await asked()).toBe(1);
  });

  it('stop at no refused one, however many follow', async () => {
    await admin.call('ACL', 'SETUSER', 'part', 'on', '>secret', '+@all', '~many:user:*');
    const some = [keys.of('cardKey', 'closed'), ...names(300)];
    const [foreign = '', ...mine] = some;
    await admin.mset(Object.fromEntries(some.map((key) => [key, '1'])));
    const blocks = blocksOf(await open({ username: 'part', password: 'secret' }), 'mine');
    expect(await blocks.place(strings(some))).toBe(false);
    const blocked = await admin.mget(mine);
    expect(blocked.filter((text) => text?.startsWith('~B:') !== true)).toEqual([]);
    const { whole, removed } = await blocks.lift(strings(some));
    expect([whole, removed()]).toEqual([false, 300]);
    expect(await admin.keys('*')).toEqual([foreign]);
  });

  it('are told apart where a command is refused within the script: what cannot be set is deleted, and counted', async () => {
    const [before = '', after = ''] = names(2);
    const hash = keys.of('favorites', 'ann');
    await admin.mset({ [before]: '1', [after]: '3' });
    await admin.hset(hash, 'x', '1');
    await admin.pexpire(hash, 60_000);
    const targets = [
      ...strings([before]),
      { key: hash, kind: 'hash', changes: { set: [['x', '2']], remove: [] } },
      ...strings([after]),
    ] as const;
    await blocksOf(await open(), 'mine').place(targets);
    await admin.call('ACL', 'SETUSER', 'fieldless', 'on', '>secret', '+@all', '-hset', '~*');
    const client = await open({ username: 'fieldless', password: 'secret' });
    const blocks = blocksOf(client, 'mine');
    const { whole, removed } = await blocks.lift(targets);
    expect([whole, removed()]).toEqual([true, 3]);
    expect(await admin.dbsize()).toBe(0);
    // A block of a hash needs it too: the others are blocked, and the result says that one is not.
    await admin.hset(hash, 'x', '1');
    expect(await blocksOf(client, 'mine').place(targets)).toBe(false);
    for (const key of [before, after]) expect(await admin.get(key)).toMatch(/^~B:0:0\|mine=\d+$/);
  });

  it('go one by one where a server takes no more than one at once, and are not tried together again', async () => {
    const client = await open();
    const commands = new CacheCommands(client, keys);
    const some = names(3);
    await admin.mset(Object.fromEntries(some.map((key) => [key, '1'])));
    const send = client.sendCommand.bind(client);
    // Like a proxy in front of a cluster: it does not forward a script with several keys.
    let refused = 0;
    client.sendCommand = (command, stream) => {
      const [, count] = command.args as unknown[];
      if (command.name !== 'evalsha' || Number(count) === 1) return send(command, stream);
      refused += 1;
      const error = new Error('ERR all keys must be in the same slot');
      error.name = 'ReplyError';
      command.reject(error);
      return command.promise;
    };
    let removed = 0;
    expect(
      await commands.lift(
        some.map((key) => ({ key })),
        '',
        (count) => (removed += count),
      ),
    ).toBeNull();
    expect([removed, refused]).toEqual([3, 1]);
    expect(
      await commands.block(
        some.map((key) => [key, 'string'] as const),
        'mine',
        30_000,
      ),
    ).toBeNull();
    expect(refused).toBe(1);
    for (const key of some) expect(await admin.get(key)).toMatch(/^~B:/);
  });

  it('go together again where a server took nothing for a moment', async () => {
    const client = await open();
    const commands = new CacheCommands(client, keys);
    const some = names(3).map((key) => ({ key }));
    await admin.mset(Object.fromEntries(some.map(({ key }) => [key, '1'])));
    const send = client.sendCommand.bind(client);
    let busy = true;
    client.sendCommand = (command, stream) => {
      if (!busy) return send(command, stream);
      busy = false;
      const error = new Error('BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.');
      error.name = 'ReplyError';
      command.reject(error);
      return command.promise;
    };
    expect(await commands.lift(some)).toBeNull();
    expect([busy, await admin.dbsize()]).toEqual([false, 0]);
    await asked();
    expect(await commands.lift(some)).toBeNull();
    expect(await asked()).toBe(1);
  });

  describe('behind a network', () => {
    let proxy: Proxy;
    beforeEach(async () => {
      proxy = await startProxy(server.endpoint);
    });
    afterEach(() => proxy.close());

    it('count what left once Redis says so, however late', async () => {
      const some = names(3);
      await admin.mset(Object.fromEntries(some.map((key) => [key, '1'])));
      const client = await open({ host: proxy.host, port: proxy.port });
      const blocks = blocksOf(client, 'mine', 200);
      expect(await blocks.place(strings(some))).toBe(true);
      proxy.hold();
      const { whole, removed } = await blocks.lift(strings(some));
      expect([whole, removed()]).toEqual([false, 0]);
      expect(await admin.dbsize()).toBe(0);
      proxy.release();
      await expect.poll(removed).toBe(3);
    });

    it('are not blocked again by a renewal that was under way as they were lifted', async () => {
      const client = await open({ host: proxy.host, port: proxy.port });
      const blocks = new Blocks(new CacheCommands(client, keys), new Deadlines(60_000), 'mine', 50);
      const [last = '', ...first] = names(keysAtOnce + 1);
      // The blocks of a rolled-back attempt are lifted after the rest, and renewed until then.
      await blocks.place(strings(first));
      await blocks.place(strings([last]));
      proxy.hold();
      await expect.poll(() => proxy.held()).toBeGreaterThan(0);
      const lift = blocks.lift(strings([last]));
      proxy.release();
      expect((await lift).whole).toBe(true);
      await client.ping();
      expect(await admin.dbsize()).toBe(0);
    });

    it('are lifted again where the answer was lost, which takes away what was filled meanwhile and no other block', async () => {
      const [filled = '', blocked = '', gone = ''] = names(3);
      const some = [filled, blocked, gone];
      await admin.mset(Object.fromEntries(some.map((key) => [key, '1'])));
      const client = await open({ host: proxy.host, port: proxy.port });
      const blocks = blocksOf(client, 'mine', 60_000);
      await blocks.place(strings(some));
      proxy.hold();
      const lift = blocks.lift(strings(some));
      await expect.poll(() => admin.dbsize()).toBe(0);
      proxy.cut();
      const { whole, removed } = await lift;
      expect([whole, removed()]).toEqual([false, 0]);
      await admin.set(filled, '2');
      await blocksOf(await open(), 'other').place(strings([blocked]));
      // By the process that carries the row.
      let carried = 0;
      const failure = await new CacheCommands(await open(), keys).lift(
        some.map((key) => ({ key })),
        'mine',
        (count) => (carried += count),
      );
      expect([failure, carried]).toEqual([null, 1]);
      expect(await admin.keys('*')).toEqual([blocked]);
      expect(await admin.get(blocked)).toMatch(/^~B:0:0\|other=\d+$/);
    });
  });
});
