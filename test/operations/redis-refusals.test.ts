import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../electron/contract/connections.js';
import type { Lamp, Lamps } from '../../electron/contract/desk.js';
import { type Guard, startGuard } from '../../build/lib/guard.mjs';
import { readArguments } from '../../electron/terminal/arguments.js';
import { pendingWords, proofIn } from '../../electron/terminal/pending.js';
import { TerminalSession } from '../../electron/terminal/session.js';
import type { RedisConfig } from '../../electron/data/redis/client.js';
import type { DatabaseConfig } from '../../electron/data/mysql/database.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';
import { type RedisEndpoint, type RunningServer, startRedis } from '../sandbox/index.js';
import { environmentOf, openConsole } from './console.js';
import { banned, migrate, openSite, type TestSite } from './helpers.js';
import { addPeople, addSession, until } from './fixtures/users.js';
import { redisUp } from '../storage/redis-up.js';

const prefix = 'refusals:';

/** The three lamps as the window and the terminal get them. */
const lampsOf = (desk: TestSite): Promise<Lamps> => desk.call('health.lamps', {});

const redisLampOf = async (desk: TestSite): Promise<Lamp> => (await lampsOf(desk)).redis;

/** What `connections.test` reports about Redis. */
async function triedRedis(mysql: DatabaseConfig, redis: RedisConfig): Promise<Diagnosis> {
  const desk = await openConsole();
  const { host, port, user, database, password } = mysql;
  try {
    const found = await desk.ask('connections.test', {
      draft: {
        name: 'site',
        environment: 'staging',
        mysql: { host, port, user, database },
        redis: { host: redis.host, port: redis.port, username: redis.username, db: redis.db ?? 0, prefix },
        mysqlPassword: password,
        redisPassword: redis.password,
      },
    });
    const [, part] = found;
    if (part === undefined) throw new Error('a part is missing');
    return part;
  } finally {
    await desk.close();
  }
}

/** One way in which a reachable Redis refuses commands. */
interface Refusing {
  readonly what: string;
  /** Makes the server refuse; returns a function that repairs it. */
  refuse(admin: Redis, folder: string): Promise<() => Promise<unknown>>;
  readonly words: RegExp;
  readonly state: Lamp['state'];
  readonly fault: string;
  /** The explanation in the message. */
  readonly means: RegExp;
  readonly step: RegExp;
  /** Whether a ban still ends sessions. */
  readonly ends: boolean;
}

/** The ACL of the account: everything, except what is given. */
const rights = (...less: string[]): string[] => ['SETUSER', 'desk', 'reset', 'on', '>pw', '&*', ...less];
const all = rights(`~${prefix}*`, '+@all');
const byAcl =
  (...less: string[]): Refusing['refuse'] =>
  async (admin) => {
    await admin.call('ACL', ...rights(...less));
    return () => admin.call('ACL', ...all);
  };

const noSessions = /bans, new passwords and demotions end no session/;
const off = /The cache is off, and every read goes to MySQL/;

const ways: readonly Refusing[] = [
  {
    what: 'a replica that takes no writes',
    refuse: async (admin) => {
      await admin.call('REPLICAOF', '127.0.0.1', '1');
      return () => admin.call('REPLICAOF', 'NO', 'ONE');
    },
    words: /READONLY/,
    state: 'down',
    fault: 'read_only',
    means: noSessions,
    step: /replica: connect to its master/,
    ends: false,
  },
  {
    what: 'one that cannot write its snapshot',
    refuse: async (admin, folder) => {
      await rm(folder, { recursive: true });
      await admin.bgsave().catch(() => undefined);
      await until(async () => /rdb_last_bgsave_status:err/.test(await admin.info('persistence')));
      return () => admin.config('SET', 'stop-writes-on-bgsave-error', 'no');
    },
    words: /MISCONF/,
    state: 'down',
    fault: 'read_only',
    means: noSessions,
    step: /disk space/,
    ends: false,
  },
  {
    what: 'one whose memory is full',
    refuse: async (admin) => {
      await admin.config('SET', 'maxmemory', '1');
      return () => admin.config('SET', 'maxmemory', '0');
    },
    words: /OOM/,
    state: 'limited',
    fault: 'refused_command',
    means: off,
    step: /maxmemory/,
    ends: true,
  },
  {
    what: 'an account that may only read',
    refuse: byAcl(`~${prefix}*`, '+@read', '+@connection', '+info'),
    words: /NOPERM.*'(unlink|del)'/,
    state: 'down',
    fault: 'read_only',
    means: noSessions,
    step: /ACL SETUSER/,
    ends: false,
  },
  {
    what: 'an account without scripts',
    refuse: byAcl(`~${prefix}*`, '+@all', '-@scripting'),
    words: /NOPERM.*'evalsha'/,
    state: 'limited',
    fault: 'refused_command',
    means: off,
    step: /ACL SETUSER/,
    ends: true,
  },
  {
    what: 'an account without EVAL alone',
    refuse: async (admin) => {
      // A server that has the scripts already needs no EVAL.
      await admin.script('FLUSH');
      return byAcl(`~${prefix}*`, '+@all', '-eval')(admin, '');
    },
    words: /NOPERM.*'eval'/,
    state: 'limited',
    fault: 'refused_command',
    means: off,
    step: /ACL SETUSER/,
    ends: true,
  },
  {
    what: 'an account that may not ask whether a key is there',
    refuse: byAcl(`~${prefix}*`, '+@all', '-exists'),
    words: /EXISTS \(NOPERM[^)]*'exists' command\)/,
    state: 'limited',
    fault: 'refused_command',
    means: /How many sessions somebody has cannot be told/,
    step: /ACL SETUSER/,
    ends: true,
  },
  {
    what: 'an account that may not sign anybody in at the site',
    refuse: byAcl(`~${prefix}*`, '+@all', '-sadd', '-lpush'),
    words: /SADD \(NOPERM[^)]*\); LPUSH \(NOPERM/,
    state: 'limited',
    fault: 'refused_command',
    means: /can neither sign anybody in nor keep what was searched for/,
    step: /ACL SETUSER/,
    ends: true,
  },
  {
    what: 'an account for other keys',
    refuse: byAcl('~others:*', '+@all'),
    words: /NOPERM/,
    state: 'down',
    fault: 'read_only',
    means: noSessions,
    step: /every key under the site’s prefix/,
    ends: false,
  },
  {
    what: 'an account that may not touch sessions',
    refuse: byAcl(`~${prefix}user:*`, `~${prefix}admin:*`, `~${prefix}cache:*`, '+@all'),
    words: /NOPERM/,
    state: 'down',
    fault: 'read_only',
    means: noSessions,
    step: /ACL SETUSER/,
    ends: false,
  },
];

describe.each(engines())('a Redis that answers and refuses, on %s', (engine) => {
  let guard: Guard;
  let database: TestDatabase;
  let redis: RunningServer<RedisEndpoint>;
  let admin: Redis;
  let folder: string;

  beforeAll(async () => {
    guard = startGuard();
    database = await createDatabase(engine);
    await migrate(database.config);
    folder = await mkdtemp(join(tmpdir(), 'moondesk-refusing-'));
    redis = await startRedis({ guard, folder, settings: { appendonly: 'no', save: '9000 1' } });
    admin = new Redis({ ...redis.endpoint, replyMapping: 'legacy' });
    await admin.call('ACL', ...all);
  });
  afterAll(async () => {
    admin.disconnect();
    await redis.kill();
    await guard.close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  test('is green where it takes everything, and nothing of the trying stays', async () => {
    const config = { ...redis.endpoint, username: 'desk', password: 'pw', prefix };
    const desk = await openSite({ mysql: database.config, redis: config });
    await redisUp(desk.site);
    expect(await redisLampOf(desk)).toMatchObject({ state: 'ok', note: null });
    expect(await triedRedis(database.config, config)).toMatchObject({ ok: true, fault: null });
    expect(await admin.keys('*~*')).toEqual([]);
    await desk.close();
  });

  test('the terminal says what is not in effect yet, and why; of what is, it says nothing', async () => {
    const config = { ...redis.endpoint, username: 'desk', password: 'pw', prefix };
    const console = await openConsole(
      environmentOf(database, {
        REDIS_URL: `redis://desk:pw@${config.host}:${String(config.port)}/0`,
        MOONDESK_REDIS_PREFIX: prefix,
      }),
    );
    const site = console.desk.site;
    if (site === null) throw new Error('nothing is open');
    const hash = createHash('sha256').update('secret').digest('hex');
    await addPeople(site.db, [{ username: 'chief', role: 'owner' }, { username: 'now' }, { username: 'later' }]);
    await site.db.run("UPDATE users SET password_hash = ? WHERE username = 'chief'", [hash]);
    const words = readArguments(['users.ban', '--as', 'chief', '--language', 'zh-CN'], {}, { width: 80, version: '0' });
    if ('text' in words) throw new Error(words.text);
    const terminal = new TerminalSession(console.router, console.desk, words);
    const ban = async (name: string): Promise<string> => {
      const input = { who: { names: [name] }, reason: 'fraud' };
      const { fingerprint } = (await terminal.send('users.ban.preview', input)) as { fingerprint: string };
      const value = await terminal.send('users.ban', { ...input, fingerprint });
      return pendingWords(terminal, proofIn(value), 'zh-CN');
    };
    try {
      await redisUp(site);
      await terminal.call('session.signIn', { username: 'chief', password: 'secret' });
      await terminal.call('session.unlock', {
        name: (await terminal.call('session.state', {})).connection?.name ?? '',
        minutes: 5,
      });
      expect(await ban('now')).toBe('');
      await admin.call('ACL', ...rights(`~${prefix}*`, '+@read', '+@connection', '+info'));
      const said = await ban('later');
      expect(said).toMatch(/^moondesk: 已写入，但尚未生效：登录会话、缓存。/);
      expect(said).toMatch(/Redis 拒绝了 .*NOPERM/);
      expect(said).toMatch(/封禁、改密码与降级不会结束已登录的会话/);
    } finally {
      await admin.call('ACL', ...all);
      await console.close();
    }
  });

  test.each(ways)(
    '$what: the lamp and the trial say what is refused, what it means and what to do; mended, it is carried',
    async (way) => {
      const config = { ...redis.endpoint, username: 'desk', password: 'pw', prefix };
      const desk = await openSite({ mysql: database.config, redis: config });
      const name = `u${String(ways.indexOf(way))}`;
      const session = desk.site.keys.of('session', `${name}-1`);
      await redisUp(desk.site);
      await addPeople(desk.site.db, [{ username: name }]);
      await addSession(desk.site, name, `${name}-1`);
      await desk.site.redis.set(desk.site.keys.of('userInfo', name), '{}');
      expect((await redisLampOf(desk)).state).toBe('ok');
      // What the console of the previous test left in the outbox is processed within a second and a half.
      await until(async () => (await desk.site.outbox.pending()) === 0, 5_000);

      const mend = await way.refuse(admin, folder);
      try {
        const lamp = await redisLampOf(desk);
        expect(lamp.state).toBe(way.state);
        for (const said of [way.words, way.means, way.step]) expect(lamp.note).toMatch(said);
        const tried = await triedRedis(database.config, config);
        expect(tried).toMatchObject({ ok: false, fault: way.fault });
        expect(tried.message).toMatch(way.words);
        expect(tried.message).toMatch(way.means);
        expect(tried.hint).toMatch(way.step);

        const id = await banned(desk, [name]);
        const proof = async (): Promise<Record<string, string>> =>
          Object.fromEntries(
            (await desk.call('audit.get', { id })).proof.places.map(({ place, state }) => [place, state]),
          );
        expect(await proof()).toMatchObject({ database: 'done', sessions: way.ends ? 'done' : 'pending' });
        expect(await admin.exists(session)).toBe(way.ends ? 0 : 1);
        expect((await lampsOf(desk)).pendingInvalidations).toBe(way.ends ? 0 : 1);

        await mend();
        await until(async () => (await proof())['sessions'] === 'done', 20_000);
        expect(await proof()).toMatchObject({ sessions: 'done', cache: 'done' });
        expect(await admin.exists(session, desk.site.keys.of('userInfo', name))).toBe(0);
        await until(async () => (await redisLampOf(desk)).state === 'ok');
      } finally {
        await mend();
        await desk.close();
      }
    },
  );
});
