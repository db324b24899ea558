// @module-tag long
import { randomUUID } from 'node:crypto';
import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Guard, startGuard } from '../../build/lib/guard.mjs';
import { Refusal } from '../../electron/contract/errors.js';
import { connectionOptions, type DatabaseConfig } from '../../electron/data/mysql/database.js';
import { createStorage } from '../../electron/storage/index.js';
import { engines, redisEndpoint } from '../sandbox/database.js';
import { type RunningServer, type SqlEndpoint, startMariadb, startMysql } from '../sandbox/index.js';
import { banned, migrate, openSite, type TestSite } from './helpers.js';
import { addPeople } from './fixtures/users.js';
import { imported, reported } from './fixtures/card-files.js';

/** What became of one thing that somebody did: `done`, or the code, the message and the next step. */
type Outcome = 'done' | { readonly code: string; readonly message: string; readonly hint: string };

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // Both languages of everything that is said.
    expect(error.hint, error.message).toBeDefined();
    return { code: error.code, message: error.text.en, hint: error.hint?.en ?? '' };
  }
}

/** The work that a limit may hit, on a site with the users u0 to u599, and what of it must be done or refused. */
const works = {
  list: (desk: TestSite) => desk.call('users.list', { filter: { search: 'u1' } }),
  'thirty lists at once': (desk: TestSite) =>
    Promise.all(Array.from({ length: 30 }, () => desk.call('users.list', { filter: {} }))),
  lamps: (desk: TestSite) => desk.call('health.lamps', {}),
  schema: (desk: TestSite) => desk.call('connections.schema', {}),
  config: (desk: TestSite) => desk.call('config.state', {}),
  ban: (desk: TestSite) => banned(desk, ['u1']),
  'change as a job': (desk: TestSite) => tagged(desk),
  issue: (desk: TestSite) => issued(desk),
  import: (desk: TestSite) => importedCards(desk),
  export: (desk: TestSite) => exported(desk),
  'storage reads': (desk: TestSite) => onStorage(desk, (storage) => storage.getAllPlayRecords('u3')),
  'storage writes': (desk: TestSite) =>
    onStorage(desk, (storage) => storage.setPlayRecord('u3', 'a+1', play(String(Math.random())))),
  'storage writes a large config': (desk: TestSite) =>
    onStorage(desk, async (storage) => {
      const before = await storage.getAdminConfig();
      await storage.setAdminConfig({ ...before, announcement: '公告'.repeat(250_000) });
      await storage.setAdminConfig({ ...before });
    }),
  'storage writes the config': (desk: TestSite) =>
    onStorage(desk, async (storage) => storage.setAdminConfig({ ...(await storage.getAdminConfig()), note: 'n' })),
} as const;

type Work = keyof typeof works;
const reading = [
  'list',
  'thirty lists at once',
  'lamps',
  'schema',
  'config',
  'export',
  'storage reads',
] as const satisfies readonly Work[];
const all = Object.keys(works) as Work[];
const writing = all.filter((work) => !(reading as readonly string[]).includes(work));

const onOwnConnections = all.filter((work) => work.startsWith('storage'));

interface Limit {
  readonly what: string;
  /** Said by an administrator before, and after. On one engine only where the statements are missing. */
  readonly set: Partial<Record<'mariadb' | 'mysql', readonly string[]>>;
  readonly lift: Partial<Record<'mariadb' | 'mysql', readonly string[]>>;
  /** True if it is set before the console is opened. */
  readonly before?: true;
  /** What the account says until it is refused, after the console was opened; '' if it only connects. */
  readonly exhaust?: string;
  readonly refuses: readonly Work[];
  readonly code?: string;
  readonly says?: RegExp;
  readonly hints?: RegExp;
}

const onBoth = (...statements: string[]): Limit['set'] => ({ mariadb: statements, mysql: statements });
const user = "'site'@'%'";
const perHour = (name: string, exhaust: string): Pick<Limit, 'set' | 'lift' | 'before' | 'exhaust'> => ({
  before: true,
  set: onBoth(`ALTER USER ${user} WITH ${name} ${exhaust === '' ? '40' : '300'}`, 'FLUSH PRIVILEGES'),
  exhaust,
  lift: onBoth(`ALTER USER ${user} WITH ${name} 0`, 'FLUSH PRIVILEGES'),
});

const limits: readonly Limit[] = [
  {
    what: 'a server that only reads',
    set: { mariadb: ['SET GLOBAL read_only = ON'], mysql: ['SET GLOBAL super_read_only = ON'] },
    lift: {
      mariadb: ['SET GLOBAL read_only = OFF'],
      mysql: ['SET GLOBAL super_read_only = OFF', 'SET GLOBAL read_only = OFF'],
    },
    refuses: writing,
    code: 'read_only',
    says: /read-only/,
    hints: /primary/,
  },
  {
    what: 'sessions that only read by default',
    set: { mariadb: ['SET GLOBAL tx_read_only = 1'], mysql: ['SET GLOBAL transaction_read_only = 1'] },
    lift: { mariadb: ['SET GLOBAL tx_read_only = 0'], mysql: ['SET GLOBAL transaction_read_only = 0'] },
    refuses: [],
  },
  {
    what: 'a limit of the time of statements',
    set: { mariadb: ['SET GLOBAL max_statement_time = 0.001'], mysql: ['SET GLOBAL max_execution_time = 1'] },
    lift: { mariadb: ['SET GLOBAL max_statement_time = 0'], mysql: ['SET GLOBAL max_execution_time = 0'] },
    refuses: [],
  },
  {
    what: 'another dialect by default',
    set: onBoth("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH'"),
    lift: onBoth('SET GLOBAL sql_mode = DEFAULT'),
    refuses: [],
  },
  {
    what: 'packets of 1 MB',
    set: onBoth('SET GLOBAL max_allowed_packet = 1048576'),
    lift: onBoth('SET GLOBAL max_allowed_packet = 67108864'),
    before: true,
    refuses: ['storage writes a large config'],
    code: 'unsupported',
    says: /larger than what MySQL takes at once/,
    hints: /max_allowed_packet/,
  },
  {
    what: 'an account with no more connections in this hour',
    ...perHour('MAX_CONNECTIONS_PER_HOUR', ''),
    // The console goes on with those that it has.
    refuses: ['schema', ...onOwnConnections],
    code: 'unavailable',
    says: /in this hour/,
    hints: /MAX_CONNECTIONS_PER_HOUR/,
  },
  {
    what: 'a server with ten connections',
    set: onBoth('SET GLOBAL max_connections = 10'),
    lift: onBoth('SET GLOBAL max_connections = 250'),
    refuses: [],
  },
  {
    what: 'an account with three connections',
    set: onBoth(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS 3`),
    lift: onBoth(`ALTER USER ${user} WITH MAX_USER_CONNECTIONS 0`),
    // MariaDB does not count connections that were made before there was a limit.
    before: true,
    refuses: [],
  },
  {
    what: 'an account with no more statements in this hour',
    ...perHour('MAX_QUERIES_PER_HOUR', 'SELECT 1'),
    refuses: all.filter((work) => work !== 'lamps'),
    code: 'unavailable',
    says: /in this hour/,
    hints: /MAX_QUERIES_PER_HOUR/,
  },
  {
    what: 'an account with no more changes in this hour',
    ...perHour('MAX_UPDATES_PER_HOUR', 'UPDATE users SET role = role WHERE 1 = 0'),
    // An export is written down.
    refuses: [...writing, 'export'],
    code: 'unavailable',
    says: /in this hour/,
    hints: /MAX_UPDATES_PER_HOUR/,
  },
];

const play = (title: string): Parameters<ReturnType<typeof createStorage>['setPlayRecord']>[2] => ({
  title,
  source_name: 's',
  cover: '',
  year: '2020',
  index: 1,
  total_episodes: 1,
  play_time: 1,
  total_time: 2,
  save_time: Date.now(),
  search_title: title,
});

async function onStorage<T>(
  { site: { config } }: TestSite,
  work: (storage: ReturnType<typeof createStorage>) => Promise<T>,
): Promise<T> {
  const storage = createStorage({ engine: 'hybrid', ...config, warmUsers: 0 });
  try {
    return await work(storage);
  } finally {
    await storage.close();
  }
}

/** A change of more users than one call does. */
async function tagged(desk: TestSite): Promise<void> {
  const input = { who: { filter: { roles: ['user' as const] } }, add: [`t${randomUUID().slice(0, 4)}`] };
  const { fingerprint } = await desk.call('users.tag.preview', input);
  const changed = await desk.call('users.tag', { ...input, fingerprint });
  if (!changed.done) await ended(desk, changed.jobId);
}

async function issued(desk: TestSite): Promise<void> {
  const input = { type: 'month', count: 500, note: 'a "quoted" \\ note' } as const;
  const { fingerprint } = await desk.call('cards.issue.preview', input);
  const { jobId } = await desk.call('cards.issue', { ...input, fingerprint });
  await ended(desk, jobId);
}

async function importedCards(desk: TestSite): Promise<void> {
  const lines = Array.from(
    { length: 300 },
    () => `${randomUUID().replaceAll('-', '').toUpperCase().slice(0, 20)},month`,
  );
  const report = await reported(desk, 'keys.csv', ['key,type', ...lines].join('\n'));
  await imported(desk, report);
}

async function exported(desk: TestSite): Promise<void> {
  const { jobId } = await desk.call('users.export', { filter: {} });
  await ended(desk, jobId);
}

/** Waits for a job; a failed one is the refusal that its row tells. */
async function ended(desk: TestSite, jobId: string): Promise<void> {
  const { state, error } = await desk.settled(jobId);
  if (state !== 'done') throw new Error(`${state}: ${error ?? ''}`);
}

describe.each(engines())('what %s limits', (engine) => {
  let guard: Guard;
  let server: RunningServer<SqlEndpoint>;
  let admin: Connection;
  let mysql: DatabaseConfig;
  const desks: TestSite[] = [];
  const say = async (statements: readonly string[] = []): Promise<void> => {
    for (const statement of statements) await admin.query(statement);
  };
  const opened = async (more: Partial<DatabaseConfig> = {}): Promise<TestSite> => {
    const redis = { ...redisEndpoint(), prefix: `t${randomUUID().slice(0, 8)}:` };
    const desk = await openSite({ mysql: { ...mysql, ...more }, redis });
    desks.push(desk);
    return desk;
  };

  beforeAll(async () => {
    guard = startGuard();
    server = await (engine === 'mysql' ? startMysql : startMariadb)({
      guard,
      settings: { innodb_lock_wait_timeout: 1 },
    });
    const { host, port, user: root, password } = server.endpoint;
    admin = await createConnection(connectionOptions({ host, port, user: root, password, database: 'mysql' }));
    mysql = { host, port, user: 'site', password: 'pw', database: 'films' };
    await say([
      'CREATE DATABASE films CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
      `CREATE USER ${user} IDENTIFIED BY 'pw'`,
      `GRANT ALL ON films.* TO ${user}`,
    ]);
    await migrate(mysql);
    const desk = await opened();
    const people = Array.from({ length: 600 }, (_, at) => ({ username: `u${String(at)}` }));
    await addPeople(desk.site.db, [{ username: 'boss', role: 'owner' }, ...people]);
    await desk.close();
    desks.length = 0;
  });
  afterEach(async () => {
    await Promise.all(desks.splice(0).map((desk) => desk.close()));
    await admin.query("UPDATE films.users SET banned = 0, tvbox_token = NULL WHERE username <> 'boss'");
  });
  afterAll(async () => {
    await admin.end();
    await server.kill();
    await guard.close();
  });

  test.each(limits)(
    '$what',
    async ({ set, lift, before, exhaust, refuses, code, says, hints }) => {
      if (set[engine] === undefined) return;
      if (before === true) await say(set[engine]);
      const limited = await opened();
      await limited.call('users.list', { filter: {} });
      if (before === undefined) await say(set[engine]);
      if (exhaust !== undefined) await untilRefused(exhaust);
      const wanted = {
        code,
        message: expect.stringMatching(says ?? /./) as string,
        hint: expect.stringMatching(hints ?? /./) as string,
      };
      try {
        for (const work of all)
          expect
            .soft([work, await outcomeOf(works[work](limited))])
            .toEqual([work, refuses.includes(work) ? wanted : 'done']);
      } finally {
        await say(lift[engine]);
      }
      // Nothing half-done is in the way of the same work afterwards.
      const desk = await opened();
      for (const work of all) expect.soft([work, await outcomeOf(works[work](desk))]).toEqual([work, 'done']);
    },
    120_000,
  );

  test('a row that another holds: the change is rolled back whole, and can be made again', async () => {
    const desk = await opened();
    const rows = (): Promise<unknown> => desk.site.db.rows("SELECT * FROM users WHERE username = 'u7'");
    const before = await rows();
    await admin.query('START TRANSACTION');
    await admin.query("SELECT id FROM films.users WHERE username = 'u7' FOR UPDATE");
    const outcome = await outcomeOf(banned(desk, ['u7']));
    await admin.query('ROLLBACK');
    expect(outcome).toEqual({
      code: 'conflict',
      message: 'Another change was in the way; this one was rolled back',
      hint: 'Try again.',
    });
    expect(await rows()).toEqual(before);
    expect(await outcomeOf(banned(desk, ['u7']))).toBe('done');
  });

  test('a statement too large is refused before it is sent: its transaction still works', async () => {
    await say(['SET GLOBAL max_allowed_packet = 65536']);
    const desk = await opened();
    const { db } = desk.site;
    const text = "it's ".repeat(14_000);
    try {
      const found = await db.transaction(async (tx) => {
        const [own] = await tx.rows<{ id: string }>('SELECT CONNECTION_ID() AS id');
        const refused = await tx
          .attempt(() => tx.rows('SELECT ? AS text', [text]))
          .catch((error: unknown) => error as Error);
        // By one quote: as a prepared statement it is not escaped, and fits.
        const fits = await tx.prepared<{ text: string }>('SELECT ? AS text', ["'".repeat(50_000)]);
        const escaped = await tx
          .attempt(() => tx.rows('SELECT ? AS text', ["'".repeat(50_000)]))
          .catch((error: unknown) => error as Error);
        const [after] = await tx.rows<{ id: string }>('SELECT CONNECTION_ID() AS id');
        return { refused, escaped, length: fits[0]?.text.length, same: own?.id === after?.id };
      });
      expect(found).toMatchObject({ refused: { errno: 1153 }, escaped: { errno: 1153 }, length: 50_000, same: true });
      expect(await outcomeOf(db.rows('SELECT ? AS text', [text]))).toMatchObject({ code: 'unsupported' });
    } finally {
      await say(['SET GLOBAL max_allowed_packet = 67108864']);
    }
  });

  test.runIf(engine === 'mariadb')('temporary space that is used up has a code and a next step', async () => {
    await say(['SET GLOBAL tmp_disk_table_size = 16384', 'SET GLOBAL tmp_memory_table_size = 16384']);
    const desk = await opened();
    try {
      expect(
        await outcomeOf(
          desk.site.db.rows(
            'SELECT DISTINCT a.username, b.username FROM users a JOIN users b ORDER BY a.created_at, b.id',
          ),
        ),
      ).toMatchObject({ code: 'unavailable', hint: expect.stringMatching(/room/) as string });
    } finally {
      await say(['SET GLOBAL tmp_disk_table_size = DEFAULT', 'SET GLOBAL tmp_memory_table_size = DEFAULT']);
    }
  });

  /** Uses up what the account may do in this hour. */
  async function untilRefused(statement: string): Promise<void> {
    const tenTimes = Array.from({ length: 10 }, () => statement);
    for (let time = 0; time < 50; time += 1) {
      try {
        const connection = await createConnection(connectionOptions(mysql));
        try {
          for (const again of statement === '' ? [] : tenTimes) await connection.query(again);
        } finally {
          connection.destroy();
        }
      } catch {
        return;
      }
    }
    throw new Error('never refused');
  }
});
