import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../../../electron/contract/errors.js';
import { RedisOnlyStorage } from '../../../electron/storage/redis-only.js';
import type { IStorage } from '../../../electron/storage/types.js';
import { startRedis } from '../../sandbox/index.js';
import type { RedisEndpoint, RunningServer } from '../../sandbox/types.js';
import { aCard } from '../conformance/subject.js';

const users = ['a', 'b', 'c', 'd'];

/** Results of calls; a failed one gives its code. */
async function answers(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((answer) => {
    if (answer.status === 'fulfilled') return 'done';
    if (answer.reason instanceof Refusal) return answer.reason.code;
    throw answer.reason;
  });
}

describe('redis-only under pressure', () => {
  let server: RunningServer<RedisEndpoint>;
  const clients: Redis[] = [];

  const connect = (): Redis => {
    const client = new Redis(server.endpoint.port, {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      lazyConnect: true,
      retryStrategy: () => 50,
    });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const open = async (change: (client: Redis) => void = () => undefined): Promise<IStorage> => {
    const client = connect();
    await client.connect();
    change(client);
    return new RedisOnlyStorage(client);
  };

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    await server.kill();
  });

  const bindAtOnce = async (storages: readonly IStorage[], name: string): Promise<number> => {
    const first = await open();
    const card = aCard();
    await first.createCardKey(card);
    const names = Array.from({ length: 12 }, (_, at) => `${name}${at}`);
    for (const user of names) await first.registerUser(user, 'secret');
    const calls = names.map((user, at) => (storages[at % storages.length] ?? first).bindCardKey(user, card.key));
    return (await answers(calls)).filter((answer) => answer === 'done').length;
  };

  it('binds a card twice once the check is taken out, and not before', async () => {
    expect(await bindAtOnce([await open(), await open()], 'true')).toBe(1);
    // No one writes before a second one has read, too.
    let meet = (): void => undefined;
    const met = new Promise<void>((resolve) => (meet = resolve));
    let waiting = 0;
    const careless = (client: Redis): void => {
      const run = client.eval.bind(client) as (script: string, ...rest: unknown[]) => Promise<unknown>;
      Object.assign(client, {
        eval: async (script: string, ...rest: unknown[]) => {
          waiting += 1;
          if (waiting === 2) meet();
          await met;
          return run(script.replace('return 0', ''), ...rest);
        },
      });
    };
    expect(await bindAtOnce([await open(careless), await open(careless)], 'false')).toBeGreaterThan(1);
  });

  it.each(['given', 'bound'])(
    'leaves a card with one owner that is given and bound at once, first %s',
    async (first) => {
      const plain = await open();
      const names = { giver: `giver-${first}`, binder: `binder-${first}` };
      for (const user of Object.values(names)) await plain.registerUser(user, 'secret');
      const card = aCard();
      await plain.createCardKey(card);
      // The second has read everything when the first writes, and writes after it.
      let looked = (): void => undefined;
      let written = (): void => undefined;
      const [look, write] = [
        new Promise<void>((resolve) => (looked = resolve)),
        new Promise<void>((resolve) => (written = resolve)),
      ];
      const second = await open((client) => {
        const run = client.eval.bind(client) as (...rest: unknown[]) => Promise<unknown>;
        Object.assign(client, {
          eval: async (...rest: unknown[]) => {
            looked();
            await write;
            return run(...rest);
          },
        });
      });
      const give = (storage: IStorage): Promise<unknown> =>
        storage.addUserCardKey({
          id: `record-${first}`,
          keyHash: card.keyHash,
          username: names.giver,
          type: card.keyType,
          status: 'unused',
          source: 'redeem',
          createdAt: card.createdAt,
          expiresAt: card.expiresAt,
        });
      const bind = (storage: IStorage): Promise<unknown> => storage.bindCardKey(names.binder, card.key);
      const [one, two] = first === 'given' ? [give, bind] : [bind, give];
      const late = answers([two(second)]);
      await look;
      await one(plain);
      written();
      expect(await late).toEqual(['conflict']);
      expect(await plain.getUserCardKeys(names.giver)).toHaveLength(first === 'given' ? 1 : 0);
      expect(await plain.getUserCardKeys(names.binder)).toHaveLength(first === 'given' ? 0 : 1);
      expect((await plain.getCardKey(card.keyHash))?.boundTo).toBe(first === 'given' ? undefined : names.binder);
    },
  );

  it('keeps the ledger whole while Redis is killed under it', async () => {
    const storages = [await open(), await open()];
    const [first] = storages;
    if (first === undefined) throw new Error('There are two.');
    for (const user of users) {
      await first.registerUser(user, 'secret');
      await first.addPointsRecord({
        id: `start-${user}`,
        username: user,
        type: 'earn',
        amount: 5_000,
        reason: '起',
        createdAt: 1,
      });
    }
    const acknowledged: string[] = [];
    const redeemed: string[] = [];
    const work = async (lane: number): Promise<void> => {
      const storage = storages[lane % 2] ?? first;
      for (let at = 0; at < 60; at++) {
        const username = users[(lane + at) % users.length] ?? 'a';
        const id = `${lane}-${at}`;
        const entry = {
          id,
          username,
          type: 'admin_adjust',
          amount: at % 3 ? -7 : 11,
          reason: '改',
          adminUsername: 'x',
        } as const;
        // Sent again with the same id until it is known to be stored: `conflict` means that the first try was done.
        for (let attempt = 0; attempt < 100; attempt++) {
          const [answer] = await answers([storage.addPointsRecord({ ...entry, createdAt: Date.now() })]);
          if (answer === 'done' || answer === 'conflict') {
            acknowledged.push(id);
            break;
          }
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        if (at % 15 === 7)
          await storage.redeemPoints(username).then(
            (card) => redeemed.push(card.id),
            () => undefined,
          );
      }
    };
    const disturbed = (async () => {
      for (let round = 0; round < 2; round++) {
        await expect
          .poll(() => acknowledged.length, { interval: 5, timeout: 20_000 })
          .toBeGreaterThan(60 + round * 150);
        await server.kill();
        await server.start();
      }
    })();
    await Promise.all([...Array.from({ length: 8 }, (_, lane) => work(lane)), disturbed]);

    expect(acknowledged).toHaveLength(480);
    const ids: string[] = [];
    for (const user of users) {
      const points = await first.getUserPoints(user);
      const ledger = await first.getPointsHistory(user, 1, 1_000);
      ids.push(...ledger.map((entry) => entry.id));
      expect(points?.balance).toBe(ledger.reduce((sum, entry) => sum + entry.amount, 0));
      expect(points?.balance).toBeGreaterThanOrEqual(0);
      const cards = await first.getUserCardKeys(user);
      const spent = ledger.filter((entry) => entry.type === 'redeem').map((entry) => entry.cardKeyId);
      expect(new Set(spent)).toEqual(new Set(cards.map((card) => card.id)));
      expect(spent).toHaveLength(cards.length);
      for (const card of cards) expect(await first.getCardKey(card.keyHash)).toMatchObject({ status: 'unused' });
      for (const card of redeemed.filter((id) => spent.includes(id))) redeemed.splice(redeemed.indexOf(card), 1);
    }
    expect(redeemed).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('a session that is opened while those of its user end stays listed, and can be ended', async () => {
    const other = await open();
    await other.registerUser('opens', 'secret');
    const old = await other.createSession('opens', {});
    let fresh: string | null = null;
    const ends = await open((client) => {
      const members = client.smembers.bind(client);
      // Another process opens one once the list has been read.
      client.smembers = async (key: string) => {
        const ids = await members(key);
        fresh ??= await other.createSession('opens', {});
        return ids;
      };
    });
    await ends.banUser('opens', true);
    expect(await other.getSession(old)).toBeNull();
    expect(await other.getSession(fresh ?? '')).not.toBeNull();
    await other.banUser('opens', true);
    expect(await other.getSession(fresh ?? '')).toBeNull();
  });
});
