import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RedisOnlyStorage } from '../../../electron/storage/redis-only.js';
import type { CardKey, IStorage, UserCardKey } from '../../../electron/storage/types.js';
import { startRedis } from '../../sandbox/index.js';
import type { RedisEndpoint, RunningServer } from '../../sandbox/types.js';
import { aCard, refused, seconds } from '../conformance/subject.js';

/** Which users cards were given to, in the legacy layout: from marks, at any size of the site. */
describe('cards of the redis-only engine', () => {
  let server: RunningServer<RedisEndpoint>;
  let redis: Redis;
  const storages: IStorage[] = [];
  const open = (): IStorage => {
    const storage = new RedisOnlyStorage(new Redis(server.endpoint.port));
    storages.push(storage);
    return storage;
  };

  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.endpoint.port, { replyMapping: 'legacy' });
    storage = open();
  });
  let storage: IStorage;
  afterEach(() => redis.flushall());
  afterAll(async () => {
    redis.disconnect();
    for (const one of storages) await one.close();
    await server.kill();
  });

  const recordOf = (card: CardKey, username: string): UserCardKey => ({
    id: randomUUID(),
    keyHash: card.keyHash,
    username,
    type: card.keyType,
    status: 'unused',
    source: 'redeem',
    createdAt: card.createdAt,
    expiresAt: card.expiresAt,
  });
  const people = async (...names: string[]): Promise<void> => {
    for (const name of names) await storage.registerUser(name, 'secret');
  };
  /** As the site writes a card and a user's record of one: it does not write marks. */
  const bySite = async (card: CardKey, ...records: UserCardKey[]): Promise<void> => {
    await redis.set(`cardkey:hash:${card.keyHash}`, JSON.stringify(card));
    await redis.sadd(`cardkey:status:${card.status}`, card.keyHash);
    for (const record of records)
      await redis.set(`user:cardkey:${record.username}:${record.id}`, JSON.stringify(record));
  };
  /** Members, each with a card, as the site has written them. */
  const members = async (from: number, to: number): Promise<void> => {
    for (let at = from; at < to; at += 1_000) {
      const pairs = Array.from({ length: Math.min(1_000, to - at) }, (_, more) => {
        const record = recordOf(aCard(), `m${String(at + more)}`);
        return [`user:cardkey:${record.username}:${record.id}`, JSON.stringify({ ...record, status: 'used' })] as const;
      });
      await redis.mset(...pairs.flat());
    }
  };
  /** How many commands of each kind the server ran for a call. */
  const commandsOf = async (call: () => Promise<unknown>): Promise<Record<string, number>> => {
    await redis.config('RESETSTAT');
    await call();
    const found = (await redis.info('commandstats')).matchAll(/cmdstat_(\S+):calls=(\d+)/g);
    const counts = [...found].map(([, name = '', calls]): [string, number] => [name, Number(calls)]);
    return Object.fromEntries(counts.filter(([name]) => !['info', 'config|resetstat'].includes(name)));
  };

  test('cost the same to bind, to give and to change, at a hundred members and at twenty thousand', async () => {
    await people('new', 'old', 'giver', 'setter');
    await storage.setAdminConfig({ ConfigFile: '', UserConfig: { Users: [] } });
    await members(0, 100);
    // One that the site has made, and one of an existing member: scanned for once.
    const [legacyCard, first] = [aCard(), aCard()];
    await bySite(legacyCard);
    await bySite(
      { ...first, status: 'used', boundTo: 'old', boundAt: seconds() },
      { ...recordOf(first, 'old'), status: 'used', usedBy: 'old' },
    );
    const held = { boundKey: first.keyHash, expiresAt: first.expiresAt, boundAt: seconds() };
    await redis.hset('u:old:info', 'cardKey', JSON.stringify(held));
    await redis.hdel('u:old:info', 'cardRecords');
    const looked = await commandsOf(() => storage.bindCardKey('old', legacyCard.key));
    expect(looked['scan']).toBeGreaterThan(0);

    const round = async (name: string): Promise<Record<string, number>[]> => {
      const cards = Array.from({ length: 6 }, () => aCard());
      for (const card of cards) await storage.createCardKey(card);
      const [bound, made, added, updated, set, deleted] = cards;
      if (!bound || !made || !added || !updated || !set || !deleted) throw new Error('There are six.');
      await storage.registerUser(name, 'secret');
      const info = { boundKey: set.keyHash, expiresAt: set.expiresAt, boundAt: seconds() };
      const counted: Record<string, number>[] = [];
      for (const call of [
        () => storage.bindCardKey(name, bound.key),
        () => storage.createUserV2(`${name}2`, 'x', 'user', [], undefined, [], made.key),
        () => storage.addUserCardKey(recordOf(added, name)),
        () => storage.updateCardKey(updated.keyHash, { status: 'used', boundTo: name, boundAt: seconds() }),
        () => storage.updateUserCardKeyInfo(name, info),
        () => storage.deleteCardKey(deleted.keyHash),
      ])
        counted.push(await commandsOf(call));
      return counted;
    };
    const small = await round('few');
    expect(small.flatMap((counts) => Object.keys(counts)).filter((name) => ['scan', 'mget'].includes(name))).toEqual(
      [],
    );
    await members(100, 20_000);
    expect(await round('many')).toEqual(small);
  });

  test('of the site’s are looked up once: a second try asks nobody', async () => {
    await people('alice', 'bob');
    const card = aCard();
    await bySite(card, recordOf(card, 'alice'));
    const looked = await commandsOf(() => refused(storage.bindCardKey('bob', card.key), 'conflict'));
    expect(looked['scan']).toBeGreaterThan(0);
    const again = await commandsOf(() => refused(open().bindCardKey('bob', card.key), 'conflict'));
    expect(again['scan']).toBeUndefined();
    expect(await storage.getCardKey(card.keyHash)).toEqual(card);
    await storage.bindCardKey('alice', card.key);
    expect(await storage.getUserCardKeys('alice')).toMatchObject([{ status: 'used', usedBy: 'alice' }]);
  });

  test('given while they are looked up are not taken for free', async () => {
    await people('alice', 'bob');
    const card = aCard();
    await bySite(card);
    const client = new Redis(server.endpoint.port, { replyMapping: 'legacy' });
    const slow = new RedisOnlyStorage(client);
    storages.push(slow);
    // The scan of the whole site is over, and nothing is written yet.
    let looked = (): void => undefined;
    let given = (): void => undefined;
    const [look, give] = [
      new Promise<void>((resolve) => (looked = resolve)),
      new Promise<void>((resolve) => (given = resolve)),
    ];
    const scan = client.scan.bind(client) as (...rest: unknown[]) => Promise<[string, string[]]>;
    Object.assign(client, {
      scan: async (...rest: unknown[]) => {
        const page = await scan(...rest);
        looked();
        await give;
        return page;
      },
    });
    const bound = refused(slow.bindCardKey('bob', card.key), 'conflict');
    await look;
    await storage.addUserCardKey(recordOf(card, 'alice'));
    given();
    await bound;
    expect(await storage.getUserCardKeys('bob')).toEqual([]);
  });

  test('a membership that the site itself renews meanwhile ends with all its cards', async () => {
    await people('ann');
    const [one, two, three] = [aCard(), aCard(), aCard()];
    await storage.createCardKey(one);
    await storage.createCardKey(three);
    await storage.bindCardKey('ann', one.key);
    const record = { ...recordOf(two, 'ann'), status: 'used' as const, usedBy: 'ann' };
    await bySite({ ...two, status: 'used', boundTo: 'ann', boundAt: seconds() }, record);
    const held = { boundKey: two.keyHash, expiresAt: two.expiresAt, boundAt: seconds() };
    await redis.hset('u:ann:info', 'cardKey', JSON.stringify({ ...held, expiresAt: two.expiresAt + 60_000 }));
    const { expiresAt } = await storage.bindCardKey('ann', three.key);
    expect((await storage.getUserCardKeys('ann')).map((card) => card.expiresAt)).toEqual([
      expiresAt,
      expiresAt,
      expiresAt,
    ]);
  });

  test('are looked up once for a binding that begins again ten times, because somebody registers each time', async () => {
    await people('ann');
    await storage.setAdminConfig({ ConfigFile: '', UserConfig: { Users: [] } });
    await members(0, 3_000);
    const card = aCard();
    await bySite(card);
    await redis.hdel('u:ann:info', 'cardRecords');
    const client = new Redis(server.endpoint.port, { replyMapping: 'legacy' });
    const disturbed = new RedisOnlyStorage(client);
    storages.push(disturbed);
    const evaluate = client.eval.bind(client) as (...rest: unknown[]) => Promise<unknown>;
    const scan = client.scan.bind(client) as (...rest: unknown[]) => Promise<unknown>;
    let [registered, scanned] = [0, 0];
    Object.assign(client, {
      eval: async (...rest: unknown[]) => {
        if (registered < 10) {
          registered += 1;
          await storage.registerUser(`r${String(registered)}`, 'secret');
        }
        return evaluate(...rest);
      },
      scan: (...rest: unknown[]) => {
        if (rest[0] === '0') scanned += 1;
        return scan(...rest);
      },
    });
    expect(await disturbed.bindCardKey('ann', card.key)).toMatchObject({ boundKey: card.keyHash });
    expect(registered).toBe(10);
    // For the card, and for the user's cards.
    expect(scanned).toBe(2);
  });

  test('given before they exist are given all the same', async () => {
    await people('alice', 'bob');
    const [used, free] = [aCard(), aCard()];
    for (const card of [used, free]) await storage.addUserCardKey(recordOf(card, 'alice'));
    await refused(storage.addUserCardKey(recordOf(free, 'bob')), 'conflict');
    const info = { boundKey: used.keyHash, expiresAt: used.expiresAt, boundAt: seconds() };
    await refused(storage.updateUserCardKeyInfo('bob', info), 'conflict');
    await refused(storage.createCardKey({ ...used, status: 'used', boundTo: 'bob', boundAt: seconds() }), 'conflict');
    expect(await storage.getCardKey(used.keyHash)).toBeNull();
    await storage.createCardKey(free);
    await refused(storage.bindCardKey('bob', free.key), 'conflict');
    await refused(storage.updateUserCardKeyInfo('bob', { ...info, boundKey: free.keyHash }), 'conflict');
    await storage.bindCardKey('alice', free.key);
    await storage.createCardKey({ ...used, status: 'used', boundTo: 'alice', boundAt: seconds() });
    expect(await redis.keys('cardkey:given:*')).toEqual([]);
  });

  test('a record stays that of its card, and is not used where another has the card', async () => {
    await people('alice', 'bob');
    const [hers, his] = [aCard(), aCard()];
    for (const card of [hers, his]) await storage.createCardKey(card);
    const record = recordOf(hers, 'alice');
    await storage.addUserCardKey(record);
    await storage.bindCardKey('bob', his.key);
    await refused(storage.updateUserCardKey(record.id, { keyHash: his.keyHash }), 'invalid_input');
    await storage.updateUserCardKey(record.id, { keyHash: hers.keyHash, notes: 'same' });
    // As a site has let it happen before the rule existed.
    await bySite({ ...hers, status: 'used', boundTo: 'bob', boundAt: seconds() });
    await refused(storage.updateUserCardKey(record.id, { status: 'used', usedBy: 'alice' }), 'conflict');
    expect(await storage.getUserCardKeys('alice')).toEqual([{ ...record, notes: 'same' }]);
  });

  test('are free for a newcomer of a name that was deleted with its records', async () => {
    await people('alice', 'bob');
    const card = aCard();
    await storage.createCardKey(card);
    await storage.addUserCardKey(recordOf(card, 'alice'));
    await storage.deleteUser('alice');
    await people('alice');
    await storage.bindCardKey('bob', card.key);
    expect(await storage.getCardKey(card.keyHash)).toMatchObject({ boundTo: 'bob' });
  });
});
