import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../electron/contract/errors.js';
import { openRedis } from '../../../electron/data/redis/client.js';
import { RedisOnlyStorage } from '../../../electron/storage/redis-only.js';
import { until } from '../../operations/fixtures/users.js';
import { startRedis } from '../../sandbox/index.js';
import type { RedisEndpoint, RunningServer } from '../../sandbox/types.js';
import { aPlay } from '../conformance/subject.js';

/** What is reported about a Redis that answers and refuses, and what to do about it. */
describe('the redis-only engine on a Redis that refuses', () => {
  let server: RunningServer<RedisEndpoint>;
  let admin: Redis;
  const open = (more: object = {}): RedisOnlyStorage =>
    new RedisOnlyStorage(openRedis({ ...server.endpoint, ...more }));

  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis({ ...server.endpoint, replyMapping: 'legacy', enableReadyCheck: false });
    await admin.set('admin:config', '{"ConfigFile":""}');
  });
  afterEach(() => admin.config('SET', 'key-load-delay', '0'));
  afterAll(async () => {
    admin.disconnect();
    await server.kill();
  });

  const write = (storage: RedisOnlyStorage): Promise<unknown> => storage.setPlayRecord('va', 's+1', aPlay());
  const change = (storage: RedisOnlyStorage): Promise<unknown> => storage.registerUser('va', 'secret');
  const together = (storage: RedisOnlyStorage): Promise<unknown> => storage.addSearchHistory('va', '词');
  const read = (storage: RedisOnlyStorage): Promise<unknown> => storage.getAdminConfig();
  /** The account's rights, except some. */
  const account = async (...less: string[]): Promise<RedisOnlyStorage> => {
    await admin.call('ACL', 'SETUSER', 'desk', 'reset', 'on', '>pw', '~*', '&*', '+@all', ...less);
    return open({ username: 'desk', password: 'pw' });
  };
  const saying = ({
    code,
    words,
    step,
  }: {
    readonly code: ErrorCode;
    readonly words: RegExp;
    readonly step: RegExp;
  }) => ({
    code,
    text: { en: expect.stringMatching(words) as string },
    hint: { en: expect.stringMatching(step) as string },
  });

  test('one whose memory is full', async () => {
    const storage = open();
    await admin.config('SET', 'maxmemory', '1');
    try {
      const full = { code: 'unavailable', words: /^Redis refused a command: OOM/, step: /maxmemory/ } as const;
      for (const call of [write, change, together]) await expect(call(storage)).rejects.toMatchObject(saying(full));
      expect(await read(storage)).toEqual({ ConfigFile: '' });
    } finally {
      await admin.config('SET', 'maxmemory', '0');
      await storage.close();
    }
  });

  test('one with too few replicas, and a replica itself', async () => {
    const storage = open();
    try {
      await admin.config('SET', 'min-replicas-to-write', '1');
      const few = { code: 'unavailable', words: /NOREPLICAS/, step: /min-replicas-to-write/ } as const;
      for (const call of [write, change, together]) await expect(call(storage)).rejects.toMatchObject(saying(few));
      await admin.config('SET', 'min-replicas-to-write', '0');
      await admin.call('REPLICAOF', '127.0.0.1', '1');
      const replica = { code: 'read_only', words: /takes no writes/, step: /read-only replica/ } as const;
      for (const call of [write, change, together]) await expect(call(storage)).rejects.toMatchObject(saying(replica));
    } finally {
      await admin.config('SET', 'min-replicas-to-write', '0');
      await admin.call('REPLICAOF', 'NO', 'ONE');
      await storage.close();
    }
  });

  test('an account that may not read, and one without scripts', async () => {
    const blind = await account('-get');
    await expect(read(blind)).rejects.toMatchObject(
      saying({
        code: 'unavailable',
        words: /^Redis refused a command: NOPERM.*'get'/,
        step: /ACL SETUSER/,
      }),
    );
    await blind.close();
    const mute = await account('-eval', '-evalsha');
    await expect(change(mute)).rejects.toMatchObject(
      saying({ code: 'unavailable', words: /NOPERM.*'eval'/, step: /ACL SETUSER/ }),
    );
    await mute.close();
  });

  test('one whose commands were renamed away: what was asked is not told on', async () => {
    const renamed = await startRedis({ words: ['--rename-command', 'SET', '', '--rename-command', 'EVAL', ''] });
    const storage = new RedisOnlyStorage(openRedis(renamed.endpoint));
    const unknown = {
      code: 'unavailable',
      words: /^Redis refused a command: ERR unknown command '\w+'$/i,
      step: /rename-command/,
    } as const;
    await expect(storage.setAdminConfig({ ConfigFile: 'secret', UserConfig: { Users: [] } })).rejects.toMatchObject(
      saying(unknown),
    );
    await expect(change(storage)).rejects.toMatchObject(saying(unknown));
    await storage.close();
    await renamed.kill();
  });

  test('a node of a cluster that is not whole', async () => {
    const node = await startRedis({ settings: { cluster_enabled: 'yes' } });
    const storage = new RedisOnlyStorage(openRedis(node.endpoint));
    await expect(read(storage)).rejects.toMatchObject(
      saying({ code: 'unavailable', words: /CLUSTERDOWN/, step: /redis-cli --cluster check/ }),
    );
    await storage.close();
    await node.kill();
  });

  test('one that loads its data under a standing connection is waited for, and not for ever', async () => {
    const [storage, hasty] = [open(), new RedisOnlyStorage(openRedis(server.endpoint), { patience: 200 })];
    expect(await read(storage)).toEqual(await read(hasty));
    await admin.call('DEBUG', 'POPULATE', '600', 'film', '2000');
    await admin.config('SET', 'loading-process-events-interval-bytes', '1024');
    await admin.config('SET', 'key-load-delay', '20000');
    const reloaded = admin.call('DEBUG', 'RELOAD');
    const watch = new Redis({ ...server.endpoint, enableReadyCheck: false });
    await until(async () => /^loading:1/m.test(await watch.info('persistence')));
    const [first, written] = [read(storage), together(storage)];
    await expect(read(hasty)).rejects.toMatchObject(
      saying({ code: 'unavailable', words: /LOADING/, step: /tried again by itself/ }),
    );
    expect(await watch.info('persistence')).toMatch(/^loading:1/m);
    await watch.config('SET', 'key-load-delay', '0');
    expect(await first).toEqual({ ConfigFile: '' });
    await written;
    expect(await storage.getSearchHistory('va')).toContain('词');
    await reloaded;
    watch.disconnect();
    await storage.close();
    await hasty.close();
  });
});
