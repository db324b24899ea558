// @module-tag long
import { createConnection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, type TestContext, test } from 'vitest';
import { Refusal } from '../../electron/contract/errors.js';
import { createRunner } from '../../electron/data/migrations/runner.js';
import { dial } from '../../electron/data/mysql/side-connection.js';
import { connect } from '../../electron/data/mysql/connect.js';
import { connectionOptions, Database } from '../../electron/data/mysql/database.js';
import { nameConnection } from '../../electron/data/mysql/connection-names.js';
import { Watch, type WatchPaces } from '../../electron/data/mysql/watch.js';
import { createDatabase, engines, type TestDatabase } from '../sandbox/database.js';
import { folderOf } from '../migrations/support.js';
import { startMariadb, startMysql } from '../sandbox/index.js';
import type { SqlEndpoint } from '../sandbox/types.js';
import { startRenumbering } from '../sandbox/renumbering.js';
import { type Proxy, refusalPacket, startMonologue, startProxy } from '../sandbox/proxy.js';

const late = new Refusal('timeout', { zh: '超时', en: 'Too late' }, { hint: { zh: '缩小', en: 'Narrow the filter' } });

/**
 * A quarter of the standard ones, so that no test waits long: detection and exceptions are the same. One test below
 * checks the length of the standard ones, and test/operations/silence.test.ts uses them throughout.
 */
const paces: Partial<WatchPaces> = { look: 250, quiet: 1_000, unheard: 3_750, unknown: 30_000 };

/** The engines at the same time, because nearly all of it is waiting; the tests of each one after another. */
const beside = describe.concurrent.each(engines());
const inTurn = describe.sequential;

beside('connections that fall silent on %s', (engine) => {
  inTurn('in its turn', () => {
    let database: TestDatabase;
    let proxy: Proxy;
    let db: Database;
    let direct: Database;
    beforeEach(async () => {
      database = await createDatabase(engine);
      proxy = await startProxy(database.config);
      // Here the question is answered: waiting for an answer to time out would take much longer than any limit below.
      db = new Database({ ...database.config, port: proxy.port, poolSize: 4 }, { ...paces, unheard: 15_000 });
      direct = new Database({ ...database.config, poolSize: 2 });
      await direct.run('CREATE TABLE things (id INT PRIMARY KEY, name VARCHAR(20))');
      await direct.run("INSERT INTO things VALUES (1, 'one'), (2, 'two')");
      // All four are open before anything happens to them.
      await Promise.all([1, 2, 3, 4].map(() => db.rows('SELECT SLEEP(0.2)')));
    });
    afterEach(async () => {
      await db.close(500);
      await direct.close();
      await proxy.close();
      await database.drop();
    });
    const one = async (): Promise<unknown> => (await db.rows('SELECT name FROM things WHERE id = 1'))[0];

    test.for(['everything', 'answers'] as const)(
      'reads are answered on new connections and the pool is whole again, with %s silent',
      async (what, { expect }) => {
        proxy.silence(what);
        const reads = [
          one(),
          db.prepared('SELECT name FROM things WHERE id = ?', ['1']).then(([row]) => row),
          db.rows('SELECT name FROM things WHERE id = 1', [], new AbortController().signal).then(([row]) => row),
          ...[1, 2, 3].map(() => one()),
        ];
        expect(await Promise.all(reads)).toEqual(reads.map(() => ({ name: 'one' })));
        expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
        await expect.poll(() => proxy.open(), { timeout: 5_000 }).toBeLessThanOrEqual(4);
      },
    );

    test('one read that finds out is enough for all: the idle connections go too', async ({ expect }) => {
      proxy.silence();
      expect(await one()).toEqual({ name: 'one' });
      const since = performance.now();
      await Promise.all([1, 2, 3, 4].map(() => one()));
      expect(performance.now() - since).toBeLessThan(1_000);
    });

    test('by the standard paces a read is answered after five to ten seconds', async ({ expect, onTestFinished }) => {
      const standard = new Database({ ...database.config, port: proxy.port, poolSize: 1 });
      onTestFinished(() => standard.close(500));
      await standard.rows('SELECT 1');
      proxy.silence();
      const since = performance.now();
      expect(await standard.rows('SELECT name FROM things WHERE id = 1')).toEqual([{ name: 'one' }]);
      expect(performance.now() - since).toBeGreaterThan(4_900);
      expect(performance.now() - since).toBeLessThan(10_500);
    });

    test('a statement that the server works on is left alone, however long it is quiet', async ({ expect }) => {
      const answer = await db.rows<{ slept: number | string }>('SELECT SLEEP(2.5) AS slept');
      expect(answer.map(({ slept }) => Number(slept))).toEqual([0]);
    });

    test('but not for ever: what takes longer than any statement may is broken off, and ended on the server', async ({
      expect,
    }) => {
      const options = connectionOptions(database.config);
      const connection = await dial(options, 5_000);
      nameConnection(connection);
      const watch = new Watch(
        options,
        () => [connection],
        () => [],
        { ...paces, longest: 1_500 },
      );
      await expect(connection.promise().query('SELECT SLEEP(40) /* endless */')).rejects.toMatchObject({
        why: 'silent',
      });
      watch.close();
      const endless = (): Promise<unknown[]> =>
        direct.rows(
          "SELECT id FROM information_schema.processlist WHERE info LIKE '%/* endless */%' AND id <> CONNECTION_ID()",
        );
      await expect.poll(endless, { timeout: 5_000 }).toEqual([]);
    });

    test('a transaction whose connection falls silent fails, keeps nothing, and lets go of its locks', async ({
      expect,
    }) => {
      const work = db.transaction(async (tx) => {
        await tx.run("UPDATE things SET name = 'mine' WHERE id = 1");
        proxy.silence();
        await tx.run("UPDATE things SET name = 'mine' WHERE id = 2");
      });
      await expect(work).rejects.toMatchObject({
        code: 'unavailable',
        text: { en: expect.stringMatching(/did not answer/) },
      });
      // Its session on the server is ended too: no one has to wait for its locks until the server notices.
      await expect
        .poll(
          () =>
            db.run("UPDATE things SET name = 'free' WHERE id = 1").then(
              () => 'written',
              () => 'locked',
            ),
          { timeout: 10_000 },
        )
        .toBe('written');
      expect(await direct.rows('SELECT name FROM things ORDER BY id')).toEqual([{ name: 'free' }, { name: 'two' }]);
      expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
    });

    test('a commit that is not answered says that nobody knows', async ({ expect }) => {
      const work = db.transaction(async (tx) => {
        await tx.run("UPDATE things SET name = 'mine' WHERE id = 1");
        proxy.silence('answers');
      });
      await expect(work).rejects.toMatchObject({
        code: 'unavailable',
        text: { en: expect.stringMatching(/committing/) },
      });
      expect(await direct.rows('SELECT name FROM things WHERE id = 1')).toEqual([{ name: 'mine' }]);
    });

    test('a write that commits itself and is not answered says that nobody knows', async ({ expect }) => {
      proxy.silence('answers');
      await expect(db.run("UPDATE things SET name = 'mine' WHERE id = 1")).rejects.toMatchObject({
        code: 'unavailable',
        text: { en: expect.stringMatching(/writing: the change may have been made/) },
      });
      expect(await direct.rows('SELECT name FROM things WHERE id = 1')).toEqual([{ name: 'mine' }]);
    });

    test('a file that is being loaded is given up when the server waits for more of it, and nothing comes', async ({
      expect,
    }) => {
      await direct.run('SET GLOBAL local_infile = 1');
      const lines = Array.from({ length: 200_000 }, (_, at) => `${String(at + 10)}\tname\n`);
      lines[150_000] = '150010\tsilent from here\n';
      proxy.silenceAt('silent from here');
      const since = performance.now();
      const loaded = db.transaction((tx) =>
        tx.load("LOAD DATA LOCAL INFILE 'things' INTO TABLE things (id, name)", Buffer.from(lines.join(''))),
      );
      await expect(loaded).rejects.toMatchObject({ code: 'unavailable' });
      expect(performance.now() - since).toBeLessThan(10_000);
      expect(await direct.rows('SELECT id FROM things')).toHaveLength(2);
    });

    test('whoever is told to stop is answered before the router’s grace, and told that the server did not answer', async ({
      expect,
    }) => {
      proxy.silence('answers');
      const call = new AbortController();
      const read = db.rows('SELECT SLEEP(20)', [], call.signal);
      const write = db.transaction((tx) => tx.run("UPDATE things SET name = 'late' WHERE id = 1"), call.signal);
      // Both hold a connection, and the server works on the one question.
      const running = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(20)'";
      const under = async (): Promise<number[]> => [db.usage().used, (await direct.rows(running)).length];
      await expect.poll(under, { timeout: 10_000 }).toEqual([2, 1]);
      const since = performance.now();
      call.abort(late);
      for (const work of [read, write])
        await expect(work).rejects.toMatchObject({
          code: 'unavailable',
          text: { en: expect.stringMatching(/did not answer/) },
        });
      // One second of grace.
      expect(performance.now() - since).toBeLessThan(2_000);
      expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
      expect(await direct.rows('SELECT name FROM things WHERE id = 1')).toEqual([{ name: 'one' }]);
    });

    test('a stream ends that is cut off between its rows', async ({ expect }) => {
      await direct.run("INSERT INTO things SELECT 10 + a.id * 2 + b.id, 'more' FROM things a, things b");
      let rows = 0;
      const read = async (): Promise<void> => {
        // Bytes of the first rows come at once, the rest never.
        for await (const _ of db.stream(
          'SELECT REPEAT(name, 4000) AS text, IF(id > 12, SLEEP(1), 0) FROM things ORDER BY id',
        )) {
          rows += 1;
          if (rows === 1) proxy.silence('answers');
        }
      };
      await expect(read()).rejects.toMatchObject({ code: 'unavailable' });
      expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
    });

    test('a server that says nothing after its greeting is given up, and holds nothing afterwards', async ({
      expect,
    }) => {
      proxy.silenceNew();
      proxy.silence();
      const fresh = new Database({ ...database.config, port: proxy.port, poolSize: 1 });
      await expect(fresh.rows('SELECT 1')).rejects.toMatchObject({ code: 'unavailable' });
      proxy.speak();
      expect(await fresh.rows('SELECT name FROM things WHERE id = 1')).toEqual([{ name: 'one' }]);
      expect(fresh.usage()).toMatchObject({ used: 0, waiting: 0 });
      await fresh.close();
    });
  });
});

test('a server that refuses and does not hang up costs no connection', async ({ expect }) => {
  const full = await startMonologue(refusalPacket(1040, '08004', 'Too many connections'));
  const db = new Database({ ...full, user: 'nobody', password: '', database: 'none', poolSize: 2 });
  try {
    for (let time = 1; time <= 5; time += 1)
      await expect(db.rows('SELECT 1')).rejects.toMatchObject({ code: 'unavailable' });
    await expect.poll(() => full.open(), { timeout: 20_000 }).toBe(0);
    expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
  } finally {
    await db.close(300);
    await full.close();
  }
});

beside('a slow statement that nobody can ask after on %s', (engine) => {
  inTurn('in its turn', () => {
    let database: TestDatabase;
    let proxy: Proxy;
    const slow = 4.5;
    const opened: Database[] = [];
    const open = (more: object): Database => {
      const db = new Database({ ...database.config, port: proxy.port, poolSize: 1, ...more }, paces);
      opened.push(db);
      return db;
    };
    beforeEach(async () => {
      database = await createDatabase(engine);
      proxy = await startProxy(database.config);
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((db) => db.close(300)));
      await proxy.close();
      await database.drop();
    });

    test('goes on: its account may have one connection, or the server gives no lock by which it is known', async ({
      expect,
      onTestFinished,
    }) => {
      const setUp = open({ port: database.config.port });
      const user = `one_${String(process.pid)}`;
      await setUp.run('CREATE TABLE things (id INT PRIMARY KEY, slept INT)');
      await setUp.run(`CREATE USER '${user}'@'%' IDENTIFIED BY 'moondesk' WITH MAX_USER_CONNECTIONS 1`);
      onTestFinished(async () => {
        const again = open({ port: database.config.port, database: 'mysql' });
        await again.run(`DROP USER '${user}'@'%'`);
      });
      await setUp.run(`GRANT ALL ON ${database.config.database}.* TO '${user}'@'%'`);
      const full = open({ user, password: 'moondesk' });
      const nameless = open({});
      const insert = (db: Database, id: number): Promise<unknown> =>
        db.run('INSERT INTO things SELECT ?, SLEEP(?)', [id, slow]);
      proxy.misspell('DO GET_LOCK', 'DO GET_LOCX');
      const settled = await Promise.allSettled([insert(full, 1), insert(nameless, 2)]);
      expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      expect(await setUp.rows('SELECT id FROM things ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    });
  });
});

beside('behind a balancer over two servers: %s', (engine) => {
  inTurn('in its turn', () => {
    const start = engine === 'mysql' ? startMysql : startMariadb;
    let servers: Awaited<ReturnType<typeof start>>[] = [];
    beforeAll(async () => {
      servers = await Promise.all([start(), start()]);
    });
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.kill()));
    });

    type Stranger = Awaited<ReturnType<typeof createConnection>>;
    /** Two servers, a load balancer over them in this order, and direct connections. */
    async function balanced(
      order: readonly number[],
      { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
    ): Promise<{
      readonly ours: SqlEndpoint;
      readonly balancer: Proxy;
      call(port: number): Promise<Stranger>;
      /** A connection on the other server with this id there; `ready` first, so that ours has the higher one. */
      stranger(number: number): Promise<Stranger>;
      ready(): Promise<void>;
    }> {
      const [ours, other] = servers.map(({ endpoint }) => endpoint);
      if (ours === undefined || other === undefined) throw new Error('two servers');
      const { host, user, password } = ours;
      const open: Stranger[] = [];
      const call = async (port: number): Promise<Stranger> => {
        const connection = await createConnection({ host, port, user, password });
        open.push(connection);
        return connection;
      };
      const balancer = await startProxy(...order.map((at) => (at === 0 ? ours : other)));
      onTestFinished(async () => {
        for (const connection of open) connection.destroy();
        await balancer.close();
      });
      return {
        ours,
        balancer,
        call,
        async ready() {
          const ahead = (await call(other.port)).threadId + 20;
          while ((await call(ours.port)).threadId < ahead);
        },
        async stranger(number) {
          let found = await call(other.port);
          while (found.threadId < number) found = await call(other.port);
          if (found.threadId !== number) throw new Error(`${String(found.threadId)} came after ${String(number)}`);
          return found;
        },
      };
    }

    // The first connection is the pool's, those after it are for ending its query.
    test.for<readonly [string, readonly number[]]>([
      ['the other server and then to ours', [0, 1]],
      ['the other server alone', [0, 1, 1, 1]],
    ])(
      'a query is cancelled, and a stranger with its number goes on, where calls come to %s',
      async ([where, order], context) => {
        const { expect } = context;
        const { ours, balancer, call, ready, stranger } = await balanced(order, context);
        const db = new Database({ ...ours, port: balancer.port, database: 'mysql', poolSize: 1 });
        context.onTestFinished(() => db.close(300));
        await ready();
        const [mine] = await db.rows<{ id: string | number }>('SELECT CONNECTION_ID() AS id');
        const other = await stranger(Number(mine?.id));
        const running = async (): Promise<number> => {
          const [rows] = await (
            await call(ours.port)
          ).query(
            "SELECT id FROM information_schema.processlist WHERE info LIKE '%/* long */%' AND id <> CONNECTION_ID()",
          );
          return (rows as unknown[]).length;
        };

        const theirs = other.query('SELECT SLEEP(4) AS slept').then(([rows]) => rows);
        const stop = new AbortController();
        const long = db.rows('SELECT SLEEP(30) /* long */', [], stop.signal);
        await expect.poll(running, { timeout: 10_000 }).toBe(1);
        const since = performance.now();
        stop.abort(late);
        await expect(long).rejects.toBe(late);
        expect(performance.now() - since).toBeLessThan(3_000);
        expect(await theirs).toMatchObject([{ slept: 0 }]);
        expect(db.usage()).toMatchObject({ used: 0, waiting: 0 });
        // If the right server is found, it stops working on the query.
        if (where.includes('ours')) await expect.poll(running, { timeout: 5_000 }).toBe(0);
      },
    );

    test('a slow statement goes on where a balancer takes every question to the other server', async (context) => {
      const { expect } = context;
      const { ours, balancer } = await balanced([0, ...Array.from({ length: 30 }, () => 1)], context);
      const db = new Database({ ...ours, port: balancer.port, database: 'mysql', poolSize: 1 }, paces);
      context.onTestFinished(() => db.close(300));
      const since = performance.now();
      expect(await db.rows('SELECT SLEEP(4.5) AS slept')).toHaveLength(1);
      // It was not broken off and sent again.
      expect(performance.now() - since).toBeLessThan(6_500);
    });

    test('nor is anything killed behind a proxy that counts connections by itself', async ({
      expect,
      onTestFinished,
    }) => {
      const [server] = servers;
      if (server === undefined) throw new Error('a server');
      const { user, password } = server.endpoint;
      let next = 1_000_000;
      const proxy = await startRenumbering(server.endpoint, () => (next += 1));
      const db = new Database({ host: proxy.host, port: proxy.port, user, password, database: 'mysql', poolSize: 1 });
      const [mine] = await db.rows<{ id: string | number }>('SELECT CONNECTION_ID() AS id');
      next = Number(mine?.id) - 1;
      const stranger = await createConnection({ host: proxy.host, port: proxy.port, user, password });
      expect(stranger.threadId).toBe(Number(mine?.id));
      next = 2_000_000;
      onTestFinished(async () => {
        stranger.destroy();
        await db.close(300);
        await proxy.close();
      });
      const theirs = stranger.query('SELECT SLEEP(4) AS slept').then(([rows]) => rows);
      const stop = new AbortController();
      const long = db.rows('SELECT SLEEP(30)', [], stop.signal);
      const direct = await createConnection({ host: server.endpoint.host, port: server.endpoint.port, user, password });
      onTestFinished(() => direct.destroy());
      const running = "SELECT id FROM information_schema.processlist WHERE info = 'SELECT SLEEP(30)'";
      await expect.poll(async () => (await direct.query(running))[0], { timeout: 10_000 }).toHaveLength(1);
      const since = performance.now();
      stop.abort(late);
      await expect(long).rejects.toBe(late);
      expect(performance.now() - since).toBeLessThan(3_000);
      expect(await theirs).toMatchObject([{ slept: 0 }]);
    });

    test('a migration that is cancelled ends nobody else’s query either', async (context) => {
      const { expect } = context;
      const { ours, balancer, call, ready, stranger } = await balanced([0, 1, 1, 1], context);
      const name = `cancelled_${engine}`;
      for (const { endpoint } of servers) await (await call(endpoint.port)).query(`CREATE DATABASE ${name}`);
      const { folder } = await folderOf({ '0001_slow.sql': 'DO SLEEP(3);\nCREATE TABLE late (id INT);\n' });
      await ready();
      let number = 0;
      const runner = createRunner({
        folder,
        connection: async () => {
          const connection = await connect({ ...ours, port: balancer.port, database: name });
          if (number === 0) number = connection.threadId;
          return connection;
        },
      });
      const stop = new AbortController();
      let begun = (): void => undefined;
      const running = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const applied = runner.apply({
        signal: stop.signal,
        onStep: ({ outcome }) => {
          if (outcome === 'running') begun();
        },
      });
      await running;
      const theirs = (await stranger(number)).query('SELECT SLEEP(2) AS slept').then(([rows]) => rows);
      stop.abort(late);
      await expect(applied).rejects.toMatchObject({ code: 'cancelled' });
      expect(await theirs).toMatchObject([{ slept: 0 }]);
    });
  });
});
