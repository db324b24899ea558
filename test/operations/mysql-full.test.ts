import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { statusOf } from '../../electron/operations/health/status.js';
import { Site } from '../../electron/data/site.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { environmentOf, makeOwner, openConsole } from './console.js';
import { migrate } from './helpers.js';

describe.each(engines())('an account of %s that may have five connections', (engine) => {
  let database: TestDatabase;
  let few: TestDatabase;
  const account = { user: `five_${String(process.pid)}`, password: 'moondesk' };
  const say = async (sql: string): Promise<void> => {
    const connection = await createConnection(database.config);
    await connection.query(sql);
    await connection.end();
  };
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

  test('serves a busy console, or says that it is full, and what to do', async () => {
    const desk = await openConsole(environmentOf(few, { MOONDESK_DEMO: '1' }));
    onTestFinished(() => desk.close());
    await makeOwner(desk, 'owner');
    const held = await createConnection(few.config);
    const answers = await Promise.all(Array.from({ length: 10 }, () => desk.call('users.list', { filter: {} })));
    held.destroy();
    const failures = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures)
      expect(failure).toMatchObject({
        code: 'unavailable',
        message: 'MySQL takes no more connections',
        hint: expect.stringContaining('MAX_USER_CONNECTIONS') as string,
      });
    expect(await desk.code('users.list', { filter: {} })).toBe('ok');
  });

  test('has a lamp that says so', async () => {
    const held = await Promise.all(Array.from({ length: 5 }, () => createConnection(few.config)));
    const site = new Site({ mysql: few.config, redis: { ...redisEndpoint(), prefix: redisPrefix() } });
    onTestFinished(() => site.close());
    const look = async (): Promise<unknown> => (await statusOf(site, ({ en }) => en)).mysql;
    expect(await look()).toMatchObject({ state: 'down', note: 'MySQL takes no more connections' });
    for (const connection of held) connection.destroy();
    await expect.poll(look).toMatchObject({ note: null });
  });
});
