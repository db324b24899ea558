import { createKeyv } from '@keyv/redis';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import { createCache } from 'cache-manager';
import { Redis } from 'ioredis';
import type { Parameter } from '../../electron/data/mysql/database.js';
import type { PlayRecord } from '../../electron/storage/types.js';
import { report } from './report.js';
import { alternate, type CacheBench, spread } from './storage-cache.js';
import { loadPlays } from './storage-loads.js';

const count = 10_000;
const workers = 16;
/** One write per this many operations. */
const writeEvery = 20;
const hour = 3_600_000;

type Plays = Record<string, PlayRecord>;

interface Contender {
  all(name: string): Promise<Plays>;
  one(name: string, key: string): Promise<unknown>;
  write(name: string, key: string, record: PlayRecord): Promise<unknown>;
}

const update = 'UPDATE play_records SET play_time = ? WHERE username = ? AND source = ? AND content_id = ?';

function updateOf(name: string, key: string, record: PlayRecord): Parameter[] {
  const cut = key.indexOf('+');
  return [record.play_time, name, key.slice(0, cut), key.slice(cut + 1)];
}

/**
 * The same job: users continue a play, one time in three read all of their plays, and every twentieth operation saves a
 * position.
 */
async function job(people: readonly (readonly [string, Plays])[], { all, one, write }: Contender): Promise<void> {
  await spread(count, workers, async (index) => {
    const [name, plays] = people[(index * 7) % people.length] ?? ['', {}];
    const keys = Object.keys(plays);
    const key = keys[index % keys.length] ?? '';
    const play = plays[key];
    if (play !== undefined && index % writeEvery === 0) await write(name, key, { ...play, play_time: index % 1_000 });
    else if (index % 3 === 1) await all(name);
    else await one(name, key);
  });
}

/**
 * `storage.vs-bentocache` and `storage.vs-cache-manager`: with Redis as their only layer, because a layer in memory
 * returns values overwritten elsewhere. They keep a user's plays as one value, which a write deletes; ours sets the
 * written field.
 */
export async function benchRivals(bench: CacheBench): Promise<void> {
  const { cache, db, names, redisConfig } = bench;
  const load = (name: string): Promise<Plays> => loadPlays(db, name);
  const people = await Promise.all(names.map(async (name) => [name, await load(name)] as const));
  const ours: Contender = {
    all: (name) => cache.all('playRecords', name, () => load(name)),
    one: (name, key) => cache.field('playRecords', name, key, () => load(name)),
    write: (name, key, record) =>
      cache.write([{ family: 'playRecords', part: name, fields: { [key]: record } }], (tx) =>
        tx.run(update, updateOf(name, key, record)),
      ),
  };

  const connection = new Redis(redisConfig.port, redisConfig.host);
  const bento = new BentoCache({
    default: 'plays',
    stores: { plays: bentostore().useL2Layer(redisDriver({ connection })) },
  });
  const inBento = (name: string): Promise<Plays> => bento.getOrSet({ key: name, ttl: hour, factory: () => load(name) });
  const bentocache: Contender = {
    all: inBento,
    one: async (name, key) => (await inBento(name))[key],
    write: async (name, key, record) => {
      await db.run(update, updateOf(name, key, record));
      await bento.delete({ key: name });
    },
  };

  const keyv = createKeyv(`redis://${redisConfig.host}:${String(redisConfig.port)}`);
  const manager = createCache({ stores: [keyv], ttl: hour });
  const inManager = (name: string): Promise<Plays> => manager.wrap(name, () => load(name));
  const cacheManager: Contender = {
    all: inManager,
    one: async (name, key) => (await inManager(name))[key],
    write: async (name, key, record) => {
      await db.run(update, updateOf(name, key, record));
      await manager.del(name);
    },
  };

  for (const [name, rival] of [
    ['bentocache', bentocache],
    ['cache-manager', cacheManager],
  ] as const) {
    const speeds = await alternate(
      count,
      () => job(people, ours),
      () => job(people, rival),
    );
    report({
      name: `storage.vs-${name}`,
      ...speeds,
      unit: 'operations/s',
      better: 'higher',
      note: `one write in ${String(writeEvery)}, ${String(workers)} at a time`,
    });
  }
  await bento.disconnectAll();
  await manager.disconnect();
}
