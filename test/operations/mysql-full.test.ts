import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { statusOf } from '../../electron/operations/health/status.js';
import { connectionOptions, Database } from '../../electron/data/mysql/database.js';
import { Site } from '../../electron/data/site.js';
import { createStorage } from '../../electron/storage/index.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { environmentOf, makeOwner, openConsole, type TestConsole } from './console.js';
import { addPeople } from './fixtures/users.js';
import { banned, migrate, openSite } from './helpers.js';

describe.each(engines())('an account of %s that may have few connections', (engine) => {
  let database: TestDatabase;
  let few: TestDatabase;
  const account = { user: `few_${String(process.pid)}`, password: 'moondesk' };
  const say = async (sql: string): Promise<void> => {
    const connection = await createConnection(database.config);
    await connection.query(sql);
    await connection.end();
  };
  const may = (most: number): Promise<void> =>
    say(`ALTER USER '${account.user}'@'%' WITH MAX_USER_CONNECTIONS ${String(most)}`);
  const redis = (): { host: string; port: number; prefix: string } => ({ ...redisEndpoint(), prefix: redisPrefix() });
  const hold = (count: number): Promise<{ destroy(): void }[]> =>
    Promise.all(Array.from({ length: count }, () => createConnection(connectionOptions(few.config))));

  beforeAll(async () => {
    database = await createDatabase(engine);
    few = { ...database, config: { ...database.config, ...account } };
    await migrate(database.config);
    await say(`CREATE USER '${account.user}'@'%' IDENTIFIED BY 'moondesk' WITH MAX_USER_CONNECTIONS 5`);
    await say(`GRANT ALL ON ${database.config.database}.* TO '${account.user}'@'%'`);
  });
  afterAll(async () => {
    await say(`DROP USER '${account.user}'@'%'`);
    await database.drop();
  });

  test('serves a busy console: its calls wait for a connection', async () => {
    await may(5);
    const desk: TestConsole = await openConsole(environmentOf(few, { MOONDESK_DEMO: '1' }));
    onTestFinished(() => desk.close());
    await makeOwner(desk, 'owner');
    const [held] = await hold(1);
    onTestFinished(() => held?.destroy());
    const answers = await Promise.all(Array.from({ length: 30 }, () => desk.call('users.list', { filter: {} })));
    expect(answers.filter((answer) => !answer.ok)).toEqual([]);
    // The lamp says why the pool is smaller than it was set.
    const { pool, mysql } = await desk.ask('health.lamps', {});
    expect(mysql.state).not.toBe('down');
    expect(pool.size).toBeLessThan(5);
    expect(pool.note).toMatch(/MAX_USER_CONNECTIONS/);
  });

  test.each([2, 3])('%i of them are enough for a console and for the storage, one after the other', async (most) => {
    await may(most);
    const desk = await openSite({ mysql: few.config, redis: redis() });
    const people = Array.from({ length: 800 }, (_, at) => ({ username: `m${String(most)}u${String(at)}` }));
    await addPeople(desk.site.db, people);
    const names = people.slice(0, 5).map(({ username }) => username);
    // Each reads while it reads, and the others change at the same time.
    const files = await Promise.all(Array.from({ length: 3 }, async () => desk.call('users.export', { filter: {} })));
    await Promise.all([
      ...names.map((name) => banned(desk, [name])),
      ...Array.from({ length: 10 }, () => desk.call('users.list', { filter: {} })),
      desk.call('connections.schema', {}),
    ]);
    for (const { jobId } of files) {
      const { state, error } = await desk.settled(jobId);
      // With one connection in the pool nothing can be exported, and that is said.
      if (most === 2) expect([state, error]).toEqual(['failed', expect.stringMatching(/需要两条.*至少 3/)]);
      else expect([state, error]).toEqual(['done', null]);
    }
    await desk.close();
    const storage = createStorage({ engine: 'hybrid', mysql: few.config, redis: redis(), warmUsers: 0 });
    onTestFinished(() => storage.close());
    await Promise.all(
      people.slice(5, 45).map(async ({ username }) => {
        await storage.banUser(username, true);
        await storage.getAllPlayRecords(username);
      }),
    );
    expect(
      await storage
        .getAdminConfig()
        .then((config) => config?.UserConfig?.Users?.filter((user) => user['banned']).length),
    ).toBeGreaterThanOrEqual(40);
  });

  test('a pool whose connections others have taken waits for one of its own, however long that is used', async () => {
    await may(5);
    const others = await hold(2);
    onTestFinished(() => others.forEach((connection) => connection.destroy()));
    const db = new Database({ ...few.config, poolSize: 6 });
    onTestFinished(() => db.close());
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => db.rows('SELECT SLEEP(1.2)')));
    expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(db.usage().size).toBeLessThan(4);
  });

  test('a pool that was refused connections grows again when there are more', async () => {
    await may(0);
    const db = new Database({ ...few.config, poolSize: 6 }, { growAfter: 300, giveBackAfter: 200 });
    onTestFinished(() => db.close());
    await may(3);
    const busy = (): Promise<unknown[]> => Promise.all(Array.from({ length: 12 }, () => db.rows('SELECT SLEEP(0.05)')));
    await busy();
    expect(db.usage().size).toBeLessThanOrEqual(3);
    await may(0);
    await expect
      .poll(async () => {
        await busy();
        return db.usage().size;
      })
      .toBe(6);
  });

  test('a statement can be cancelled although the pool has all that it may have', async () => {
    await may(3);
    const db = new Database(few.config);
    onTestFinished(() => db.close());
    await db.rows('SELECT 1');
    const controller = new AbortController();
    const sleeping = Array.from({ length: 3 }, () => db.rows('SELECT SLEEP(20)', [], controller.signal));
    setTimeout(() => controller.abort(), 300);
    const since = performance.now();
    expect((await Promise.allSettled(sleeping)).every(({ status }) => status === 'rejected')).toBe(true);
    expect(performance.now() - since).toBeLessThan(4_000);
    await expect.poll(() => sleepers(database)).toBe(0);
  });

  test('an account that others use up entirely is said to be full, with what to do; the lamp too', async () => {
    await may(5);
    const held = await hold(5);
    const site = new Site({ mysql: few.config, redis: redis() });
    onTestFinished(() => site.close());
    expect(await site.db.rows('SELECT 1').catch((error: unknown) => error)).toMatchObject({
      code: 'unavailable',
      message: 'MySQL takes no more connections',
      hint: { en: expect.stringContaining('MAX_USER_CONNECTIONS') as string },
    });
    const look = async (): Promise<unknown> => (await statusOf(site, ({ en }) => en)).mysql;
    expect(await look()).toMatchObject({
      state: 'down',
      note: expect.stringMatching(/^MySQL takes no more connections\n.*MAX_USER_CONNECTIONS/) as string,
    });
    for (const connection of held) connection.destroy();
    await expect.poll(look).toMatchObject({ note: null });
  });
});

async function sleepers({ config }: TestDatabase): Promise<number> {
  const connection = await createConnection(connectionOptions(config));
  const [rows] = await connection.query(
    "SELECT COUNT(*) AS found FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(20)%'",
  );
  await connection.end();
  return Number((rows as { found: string }[])[0]?.found);
}
