import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Guard, startGuard } from '../../build/lib/guard.mjs';
import { Refusal } from '../../electron/contract/errors.js';
import { contract, type OperationName } from '../../electron/contract/index.js';
import { createStorage, type HybridStorage } from '../../electron/storage/index.js';
import { engines } from '../sandbox/database.js';
import { type RedisEndpoint, type RunningServer, startRedis } from '../sandbox/index.js';
import { addPeople } from './fixtures/users.js';
import { banned, openTestSite, openSite, type TestSite } from './helpers.js';

const half = 'x\ud83d';
const nul = 'x\u0000y';

/** Inputs of people: names, notes, tags, searches, keys, names of views and files. `%` is the text. */
const inputs: readonly (readonly [OperationName, (text: string) => object])[] = [
  ['users.list', (search) => ({ filter: { search } })],
  ['users.list', (tag) => ({ filter: { tags: [tag] } })],
  ['users.count', (search) => ({ filter: { search }, exact: true })],
  ['users.get', (username) => ({ username })],
  ['users.export', (search) => ({ filter: { search } })],
  ['users.ban.preview', (name) => ({ who: { names: [name] }, reason: 'fraud' })],
  ['users.ban.preview', (note) => ({ who: { names: ['ann'] }, reason: 'fraud', note })],
  ['users.tag.preview', (tag) => ({ who: { names: ['ann'] }, add: [tag] })],
  ['users.apis.preview', (api) => ({ who: { names: ['ann'] }, apis: [api] })],
  ['users.password', (password) => ({ username: 'ann', password: `${password}longenough` })],
  ['cards.list', (name) => ({ filter: { user: name } })],
  ['cards.find', (text) => ({ text })],
  ['cards.issue.preview', (note) => ({ type: 'month', count: 2, note })],
  ['cards.import.read', (path) => ({ path, type: 'month' })],
  ['audit.list', (target) => ({ filter: { target } })],
  ['audit.list', (operator) => ({ filter: { operator } })],
  ['views.save', (name) => ({ page: 'users', name, state: {} })],
  ['views.save', (text) => ({ page: 'users', name: 'mine', state: { [text]: text } })],
  ['session.signIn', (username) => ({ username, password: username })],
  ['session.unlock', (name) => ({ name, minutes: 5 })],
  ['connections.test', (host) => ({ draft: draft({ host }) })],
  ['connections.test', (database) => ({ draft: draft({ database }) })],
  ['connections.save', (user) => ({ draft: draft({ user }) })],
  ['jobs.get', (id) => ({ id })],
  ['config.restore.preview', (name) => ({ names: [name] })],
];

const draft = (mysql: object): object => ({
  name: 'site',
  environment: 'staging',
  mysql: { host: '127.0.0.1', port: 1, user: 'u', database: 'd', ...mysql },
  redis: { host: '127.0.0.1', port: 1, db: 0, prefix: 'p:' },
  mysqlPassword: 'x',
});

/** Calls of a site, by method. */
const calls: readonly (readonly [string, (storage: HybridStorage, text: string) => Promise<unknown>])[] = [
  ['registerUser', (storage, text) => storage.registerUser(text, 'password')],
  ['verifyUser', (storage, text) => storage.verifyUser(text, text)],
  ['changePassword', (storage, text) => storage.changePassword('ann', text)],
  ['setPlayRecord', (storage, text) => storage.setPlayRecord('ann', `${text}+1`, play(text))],
  ['setFavorite', (storage, text) => storage.setFavorite('ann', `${text}+1`, favorite(text))],
  ['addSearchHistory', (storage, text) => storage.addSearchHistory('ann', text)],
  ['banUser', (storage, text) => storage.banUser(text, true)],
  ['setAdminConfig', (storage, text) => storage.setAdminConfig({ SiteConfig: { SiteName: text } })],
  [
    'setAdminConfig with users',
    (storage, text) =>
      storage.setAdminConfig({ UserConfig: { Users: [{ username: 'ann', role: 'user', tags: [text] }] } }),
  ],
];

const play = (title: string): Parameters<HybridStorage['setPlayRecord']>[2] => ({
  title,
  source_name: title,
  cover: title,
  year: '2020',
  index: 1,
  total_episodes: 1,
  play_time: 1,
  total_time: 2,
  save_time: Date.now(),
  search_title: title,
});
const favorite = (title: string): Parameters<HybridStorage['setFavorite']>[2] => ({
  title,
  source_name: title,
  cover: title,
  year: '2020',
  total_episodes: 1,
  save_time: Date.now(),
  search_title: title,
});

describe.each(engines())('what people type and send, on %s', (engine) => {
  let desk: TestSite;
  let storage: HybridStorage;
  beforeAll(async () => {
    desk = await openTestSite(engine);
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, { username: 'ann' }]);
    await desk.call('users.list', { filter: {} });
    storage = createStorage({ engine: 'hybrid', ...desk.site.config, warmUsers: 0 });
  });
  afterAll(async () => {
    await storage.close();
    await desk.close();
  });

  test('every input with half of a symbol is refused by its field, and nothing is written', async () => {
    const written = async (): Promise<unknown> => desk.site.db.rows('SELECT COUNT(*) AS found FROM console_audit');
    const before = await written();
    for (const [operation, input] of inputs) {
      expect(contract[operation]).toBeDefined();
      const answer = await desk.console.call(operation, input(half));
      const failure = answer.ok ? 'ok' : answer.error;
      expect([operation, failure]).toMatchObject([operation, { code: 'invalid_input' }]);
      expect([operation, answer.ok ? '' : answer.error.hint]).toEqual([
        operation,
        expect.stringMatching(/half a symbol|must have the form/),
      ]);
    }
    expect(await written()).toEqual(before);
  });

  test('a zero character, a very long text or a symbol of four bytes is never an unexpected error', async () => {
    for (const text of [nul, '𝔄'.repeat(40), 'long '.repeat(20_000), '\'"\\%_;--'])
      for (const [operation, input] of inputs) {
        const answer = await desk.console.call(operation, input(text));
        expect([operation, text.slice(0, 9), answer.ok ? 'ok' : answer.error]).not.toMatchObject([
          operation,
          text.slice(0, 9),
          { code: 'internal' },
        ]);
      }
  });

  test.each(calls)('%s of a site takes odd texts, or refuses them by a code', async (_name, call) => {
    for (const text of [half, nul, '𝔄'.repeat(40), 'long '.repeat(20_000), '\'"\\%_;--']) {
      const error = await call(storage, text).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect([
        text.slice(0, 9),
        error === null || (error instanceof Refusal && error.code !== 'internal') ? 'fine' : error,
      ]).toEqual([text.slice(0, 9), 'fine']);
    }
  });
});

describe('a Redis with limits', () => {
  let guard: Guard;
  let redis: RunningServer<RedisEndpoint>;
  let admin: Redis;
  let base: TestSite;
  const engine = engines()[0] ?? 'mariadb';
  beforeAll(async () => {
    guard = startGuard();
    redis = await startRedis({ guard, settings: { maxclients: 60 } });
    admin = new Redis({ ...redis.endpoint, replyMapping: 'legacy' });
    base = await openTestSite(engine);
    await addPeople(base.site.db, [{ username: 'boss', role: 'owner' }, { username: 'ann' }, { username: 'ben' }]);
  });
  afterAll(async () => {
    await base.close();
    admin.disconnect();
    await redis.kill();
    await guard.close();
  });
  const opened = (): Promise<TestSite> =>
    openSite({ mysql: base.site.config.mysql, redis: { ...redis.endpoint, prefix: `l${randomUUID().slice(0, 6)}:` } });

  test('that takes no more clients: the lamp says so, changes are made, and it recovers by itself', async () => {
    await admin.config('SET', 'maxclients', '2');
    const [one, two] = [
      new Redis({ ...redis.endpoint, lazyConnect: true }),
      new Redis({ ...redis.endpoint, lazyConnect: true }),
    ];
    for (const client of [one, two]) client.on('error', () => undefined);
    await Promise.allSettled([one.connect(), two.connect()]);
    const desk = await opened();
    try {
      const lamp = async (): Promise<string> => {
        const { redis: found } = await desk.call('health.lamps', {});
        return `${found.state}: ${found.note ?? ''}`;
      };
      await expect.poll(lamp, { timeout: 15_000 }).toMatch(/down: .*Redis has no connection left\nRaise maxclients/s);
      await banned(desk, ['ann']);
      await admin.config('SET', 'maxclients', '60');
      await expect.poll(lamp, { timeout: 20_000 }).toBe('ok: ');
    } finally {
      await admin.config('SET', 'maxclients', '60');
      for (const client of [one, two]) client.disconnect();
      await desk.close();
    }
  });

  test('that takes no large values: the config is written and read, from MySQL', async () => {
    await admin.config('SET', 'proto-max-bulk-len', '1mb');
    const desk = await opened();
    const storage = createStorage({ engine: 'hybrid', ...desk.site.config, warmUsers: 0 });
    try {
      const SiteConfig = { Announcement: '公告'.repeat(400_000) };
      const config = await storage.getAdminConfig();
      await storage.setAdminConfig({ ...config, SiteConfig });
      for (let time = 0; time < 3; time += 1)
        expect((await storage.getAdminConfig())?.['SiteConfig']).toEqual(SiteConfig);
      await banned(desk, ['ben']);
      expect(
        (await storage.getAdminConfig())?.UserConfig?.Users?.find(({ username }) => username === 'ben')?.['banned'],
      ).toBe(true);
    } finally {
      await admin.config('SET', 'proto-max-bulk-len', '512mb');
      await storage.close();
      await desk.close();
    }
  });
});
