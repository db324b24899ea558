// @module-tag long
import { afterAll, afterEach, beforeAll, beforeEach, describe, test } from 'vitest';
import type { Diagnosis } from '../../electron/contract/connections.js';
import type { Input } from '../../electron/contract/index.js';
import { createDatabase, engines, redisEndpoint, redisPrefix, type TestDatabase } from '../sandbox/database.js';
import { type Proxy, refusalPacket, startMonologue, startProxy } from '../sandbox/proxy.js';
import { kinds, openSilentWorld, type SilentWorld } from '../soak/silent-world.js';
import { openConsole, type TestConsole } from './console.js';

/**
 * Both engines and all these worlds run concurrently, because most of the time is waiting; the tests of one world run
 * one after another.
 */
const beside = describe.concurrent.each(engines());
const inTurn = describe.sequential;

beside('a console whose connections to %s and Redis fall silent', (engine) => {
  inTurn('in its turn', () => {
    let database: TestDatabase;
    let world: SilentWorld;
    beforeAll(async () => {
      database = await createDatabase(engine);
      world = await openSilentWorld(database.config, redisEndpoint());
    });
    afterAll(async () => {
      await world.close();
      await database.drop();
    });

    // `npm run soak -- silent` runs each of them ten times.
    test.for(kinds)(
      'settles a %s within its limit, with green lamps within 30 s and a whole pool',
      async (kind, { expect }) => {
        const seen = await world.silence(kind, 'everything');
        expect(seen).toMatchObject({ outcome: 'ok', used: 0 });
        expect(seen.settled).toBeLessThan(kind === 'job' ? 40_000 : 18_000);
        expect(seen.green).toBeLessThan(30_000);
      },
    );

    test('and the storage tells within its limit that it hears nothing, and soon that it hears again', async ({
      expect,
    }) => {
      await expect.poll(() => world.storage.health(), { timeout: 20_000 }).toMatchObject({ mysql: true, redis: true });
      world.mysql.silence();
      world.redis.silence();
      const since = performance.now();
      expect(await world.storage.health()).toMatchObject({ mysql: false, redis: false });
      expect(performance.now() - since).toBeLessThan(3_500);
      await expect.poll(() => world.storage.health(), { timeout: 30_000 }).toMatchObject({ mysql: true, redis: true });
    });
  });
});

beside('a console whose %s falls silent to whoever calls anew as well', (engine) => {
  inTurn('in its turn', () => {
    let database: TestDatabase;
    let world: SilentWorld;
    beforeAll(async () => {
      database = await createDatabase(engine);
      world = await openSilentWorld(database.config, redisEndpoint());
    });
    afterAll(async () => {
      await world.close();
      await database.drop();
    });

    test('ends a list within its limit, says that the server did not answer, and is green again once it does', async ({
      expect,
    }) => {
      await world.green();
      world.mysql.silence();
      world.mysql.silenceNew();
      const since = performance.now();
      await expect(world.list()).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/did not answer|cannot be reached/) as string,
        hint: expect.stringMatching(/tunnel or proxy|server is back/) as string,
      });
      expect(performance.now() - since).toBeLessThan(18_000);
      world.mysql.speak();
      const spoken = performance.now();
      await world.green();
      expect(performance.now() - spoken).toBeLessThan(30_000);
    });
  });
});

beside('a connection to %s that is tried', (engine) => {
  inTurn('in its turn', () => {
    let database: TestDatabase;
    let desk: TestConsole;
    let mysql: Proxy;
    let redis: Proxy;
    beforeAll(async () => {
      database = await createDatabase(engine);
      desk = await openConsole();
    });
    beforeEach(async () => {
      [mysql, redis] = await Promise.all([startProxy(database.config), startProxy(redisEndpoint())]);
    });
    afterEach(() => Promise.all([mysql.close(), redis.close()]));
    afterAll(async () => {
      await desk.close();
      await database.drop();
    });

    type Draft = Input<'connections.save'>['draft'];
    const tried = async (
      places: { readonly mysql: number; readonly redis: number },
      tls?: Draft['mysql']['tls'],
    ): Promise<{ readonly mysql: Diagnosis; readonly redis: Diagnosis; readonly took: number }> => {
      const { user, password, database: name } = database.config;
      const since = performance.now();
      const [one, two] = await desk.ask('connections.test', {
        draft: {
          name: 'silent',
          environment: 'staging',
          mysql: { host: '127.0.0.1', port: places.mysql, user, database: name, ...(tls === undefined ? {} : { tls }) },
          redis: { host: '127.0.0.1', port: places.redis, prefix: redisPrefix() },
          mysqlPassword: password,
        },
      });
      if (one === undefined || two === undefined) throw new Error('a part is missing');
      return { mysql: one, redis: two, took: performance.now() - since };
    };

    test('and is silent after its greeting is given up within eight seconds, and let go', async ({ expect }) => {
      mysql.silenceNew();
      redis.silenceNew();
      const answer = await tried({ mysql: mysql.port, redis: redis.port });
      expect(answer.mysql).toMatchObject({ ok: false, fault: 'timeout' });
      expect(answer.redis).toMatchObject({ ok: false, fault: 'timeout' });
      expect(answer.took).toBeLessThan(8_500);
      await expect.poll(() => mysql.open() + redis.open(), { timeout: 5_000 }).toBe(0);
    });

    test.runIf(engine === 'mysql')(
      'and stalls within the handshake of TLS is given up, and let go',
      async ({ expect }) => {
        mysql.silenceNew();
        const answer = await tried(
          { mysql: mysql.port, redis: redisEndpoint().port },
          { enabled: true, verify: false },
        );
        expect(answer.mysql).toMatchObject({ ok: false, fault: 'timeout' });
        expect(answer.took).toBeLessThan(8_500);
        await expect.poll(() => mysql.open(), { timeout: 5_000 }).toBe(0);
      },
    );

    test('and is refused without being hung up on is diagnosed at once, and let go', async ({ expect }) => {
      const refusing = await startMonologue(refusalPacket(1130, 'HY000', 'Host is not allowed to connect'));
      try {
        const answer = await tried({ mysql: refusing.port, redis: redisEndpoint().port });
        expect(answer.mysql).toMatchObject({ ok: false, fault: 'refused_host' });
        await expect.poll(() => refusing.open(), { timeout: 5_000 }).toBe(0);
      } finally {
        await refusing.close();
      }
    });
  });
});
