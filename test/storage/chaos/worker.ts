// One process of a site under chaos. Its plan comes as JSON on the command line; every hundred operations it prints how
// many are done.
import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStorage, Refusal } from '../../../electron/storage/index.js';
import { aFavorite, aPlay } from '../conformance/records.js';
import type { Entry, Plan } from './plan.js';

const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const storage = createStorage(plan.site);
const lanes = 12;
const perLane = 4;
let done = 0;
/** Whether a server was away for the current operation. */
const operation = new AsyncLocalStorage<{ away: boolean }>();

/**
 * An operation refused because a server is away does not count: a server that is slow to come back would use them all
 * up.
 */
async function wait(): Promise<void> {
  const running = operation.getStore();
  if (running) running.away = true;
  await sleep(30 + Math.random() * 60);
}

const pick = <T>(from: readonly T[]): T => {
  const one = from[Math.floor(Math.random() * from.length)];
  if (one === undefined) throw new Error('Nothing to pick from.');
  return one;
};

function note(entry: Entry): void {
  appendFileSync(plan.log, `${JSON.stringify(entry)}\n`);
}

/** Runs one write, and logs the attempt and its outcome. Returns whether it was acknowledged. */
async function write(entry: Omit<Entry, 'what'>, work: () => Promise<unknown>): Promise<boolean> {
  note({ ...entry, what: 'try' });
  try {
    const value = await work();
    note({ ...entry, what: 'done', ...(typeof value === 'string' ? { value } : {}) });
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    note({ ...entry, what: 'refused', code: error.code });
    if (error.code === 'unavailable') await wait();
    return false;
  }
}

/** Runs one read; a server that is away is no finding. */
async function read<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await wait();
    return undefined;
  }
}

/** A thing that only one lane writes: its acknowledged version, and those with an unknown outcome. */
class Owned {
  version: number | null = null;
  unknown: (number | null)[] = [];
  readonly #kind: 'play' | 'favorite';
  readonly #user: string;
  readonly #key: string;

  constructor(kind: 'play' | 'favorite', user: string, key: string) {
    this.#kind = kind;
    this.#user = user;
    this.#key = key;
  }

  async set(): Promise<void> {
    const next = (this.version ?? 0) + this.unknown.length + 1 + Math.floor(Math.random() * 3);
    const fresh = Math.max(next, ...this.unknown.map((version) => (version ?? 0) + 1));
    await this.#write(fresh, () =>
      this.#kind === 'play'
        ? storage.setPlayRecord(this.#user, this.#key, aPlay({ play_time: fresh }))
        : storage.setFavorite(this.#user, this.#key, aFavorite({ total_episodes: fresh })),
    );
  }

  async delete(): Promise<void> {
    await this.#write(null, () =>
      this.#kind === 'play'
        ? storage.deletePlayRecord(this.#user, this.#key)
        : storage.deleteFavorite(this.#user, this.#key),
    );
  }

  /** A reader must see the last acknowledged write, or one with an unknown outcome. */
  async check(): Promise<void> {
    const found = await read(async () =>
      this.#kind === 'play'
        ? ((await storage.getPlayRecord(this.#user, this.#key))?.play_time ?? null)
        : ((await storage.getFavorite(this.#user, this.#key))?.total_episodes ?? null),
    );
    if (found === undefined || found === this.version || this.unknown.includes(found)) return;
    note({ what: 'seen', kind: this.#kind, of: this.#name, value: found, code: `wanted ${String(this.version)}` });
  }

  async #write(version: number | null, work: () => Promise<void>): Promise<void> {
    if (await write({ kind: this.#kind, of: this.#name, value: version }, work)) {
      this.version = version;
      this.unknown = [];
    } else this.unknown.push(version);
  }

  get #name(): string {
    return JSON.stringify([this.#user, this.#key]);
  }
}

async function lane(number: number, operations: number): Promise<void> {
  const name = `${plan.process}.${number}`;
  const own = Array.from({ length: perLane }, (_, at) => [
    new Owned('play', pick(plan.users), `own+${name}.${at}`),
    new Owned('favorite', pick(plan.users), `own+${name}.${at}`),
  ]).flat();
  let serial = 0;

  const points = async (): Promise<void> => {
    serial += 1;
    const username = pick(plan.users);
    const id = `chaos-${name}-${serial}`;
    const amount = pick([25, 10, 5, -5, -20]);
    const entry = { id, username, type: 'admin_adjust', amount, reason: 'chaos', adminUsername: 'admin' } as const;
    // As a site would: sends a write refused because a server was away again, with the same id.
    for (let attempt = 0; attempt < 3; attempt++) {
      const of = `${username} ${id}`;
      const sent = await write({ kind: 'points', of, value: amount }, () =>
        storage.addPointsRecord({ ...entry, createdAt: Date.now() }),
      );
      if (sent) return;
    }
  };

  const register = async (): Promise<void> => {
    serial += 1;
    const user = `new_${plan.process}_${number}_${serial}`;
    const [inviter, address] = [pick(plan.inviters), pick(plan.addresses)];
    await write({ kind: 'register', of: user }, () =>
      storage.createUserV2(user, 'secret', 'user', [], undefined, [], undefined, inviter, address),
    );
  };

  const ban = async (): Promise<void> => {
    const user = `ban_${name}`;
    const banned = Math.random() < 0.5;
    const known = await write({ kind: 'ban', of: user, value: banned }, () => storage.banUser(user, banned));
    if (!known) return;
    const info = await read(() => storage.getUserInfoV2(user));
    if (info !== undefined && info?.banned !== banned)
      note({ what: 'seen', kind: 'ban', of: user, value: info?.banned ?? null, code: `wanted ${banned}` });
  };

  const shared = async (): Promise<void> => {
    const [user, key] = [pick(plan.users), `shared+${Math.floor(Math.random() * 3)}`];
    await read(() => storage.getAllPlayRecords(user));
    await write({ kind: 'play', of: `shared ${user}` }, () =>
      Math.random() < 0.3
        ? storage.deletePlayRecord(user, key)
        : storage.setPlayRecordsBatch(user, { [key]: aPlay(), 'shared+all': aPlay({ play_time: Date.now() % 5_000 }) }),
    );
  };

  const mix: readonly [share: number, work: () => Promise<unknown>][] = [
    [26, () => pick(own).set()],
    [6, () => pick(own).delete()],
    [24, () => pick(own).check()],
    [9, shared],
    [
      9,
      () => read(() => Promise.all([storage.getUserInfoV2(pick(plan.users)), storage.getUserPoints(pick(plan.users))])),
    ],
    [9, points],
    [3, () => redeem(pick(plan.users))],
    [3, () => bind(pick(plan.users), pick(plan.cards))],
    [3, register],
    [4, ban],
    [4, () => count(pick(plan.users))],
  ];
  const total = mix.reduce((sum, [share]) => sum + share, 0);
  for (let at = 0; at < operations;) {
    let ticket = Math.random() * total;
    const [, work] = mix.find(([share]) => (ticket -= share) < 0) ?? [0, () => pick(own).check()];
    const running = { away: false };
    await operation.run(running, work);
    if (running.away) continue;
    at += 1;
    done += 1;
    if (done % 100 === 0) process.stdout.write(`${done}\n`);
  }
}

const redeem = (user: string): Promise<boolean> =>
  write({ kind: 'redeem', of: user }, async () => (await storage.redeemPoints(user)).id);

const bind = (user: string, key: string): Promise<boolean> =>
  write({ kind: 'bind', of: key, value: user }, () => storage.bindCardKey(user, key));

const count = (user: string): Promise<boolean> =>
  write({ kind: 'count', of: user }, () => storage.updatePlayStatistics(user, 'counted', '1', 7));

// The parent may be gone, and the servers with it.
setTimeout(() => process.exit(1), 240_000).unref();
await storage.ready();
for (let number = 0; number < lanes; number++) {
  // Users that only this lane bans.
  await storage.registerUser(`ban_${plan.process}.${number}`, 'secret');
}
await Promise.all(Array.from({ length: lanes }, (_, at) => lane(at, Math.ceil(plan.operations / lanes))));
await storage.close();
process.stdout.write('end\n');
