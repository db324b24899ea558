import { type ChainableCommander, Redis } from 'ioredis';
import { escapeGlob, type FamilyName, keyFamilies, type Keys } from '../../electron/data/redis/keys.js';
import type { Title } from './catalogue.js';
import { DAY, type Seconds } from './clock.js';
import type { Card, PointsAccount, User } from './model.js';
import type { PlayTotals } from './plays.js';
import { at, LETTERS_AND_DIGITS, Random } from './random.js';

/** What a running site would have in Redis shortly after the rows were written. */
export interface WarmData {
  readonly users: readonly User[];
  readonly accounts: readonly PointsAccount[];
  readonly cards: readonly Card[];
  readonly titles: readonly Title[];
  readonly totals: PlayTotals;
  readonly configJson: string;
}

const MOST_CACHED_USERS = 5_000;
const MOST_SESSIONS = 400;
const MOST_CARDS = 500;
const PIPELINE = 500;

/** Connects now or fails now, before anything is loaded. */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null });
  // connect() rejects with "Connection is closed"; the event has the reason.
  let reason = '';
  redis.on('error', (error) => {
    reason = error.message;
  });
  try {
    await redis.connect();
  } catch (error) {
    throw new Error(`Redis does not answer: ${reason}`, { cause: error });
  }
  return redis;
}

/** Removes every key of the site's prefix. */
export async function clearCache(redis: Redis, prefix: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${escapeGlob(prefix)}*`, 'COUNT', 1000);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}

/** Fills the cache and returns how many keys it wrote. */
export async function warmCache(redis: Redis, keys: Keys, data: WarmData, seed: number, now: Seconds): Promise<number> {
  const writer = new Writer(redis, keys, new Random(seed, 'cache'));
  const recent = data.users.filter((user) => user.bannedAt === null && user.lastLogin !== null).sort(latestFirst);
  const cached = recent.slice(0, Math.min(MOST_CACHED_USERS, Math.ceil(data.users.length / 10)));
  for (const user of cached) {
    await writer.string('userInfo', user.username, userInfo(user));
    const account = data.accounts[user.id - 1];
    if (account !== undefined && writer.random.chance(0.7))
      await writer.string('userPoints', user.username, userPoints(account));
    if (writer.random.chance(0.5)) await writer.searches(user.username, data.titles);
  }
  for (const user of cached.slice(0, Math.min(MOST_SESSIONS, Math.ceil(cached.length * 0.6))))
    await writer.sessions(user, now);
  for (const card of latestCards(data.cards)) await writer.string('cardKey', card.hash, cardInfo(card));
  await writer.string('adminConfig', '', data.configJson);
  await writer.string('playSummary', '', playSummary(data.totals, now));
  await writer.string('contentHot', '', contentHot(data.totals));
  return writer.finish();
}

class Writer {
  readonly random: Random;
  readonly #redis: Redis;
  readonly #keys: Keys;
  #pipeline: ChainableCommander;
  #written = 0;

  constructor(redis: Redis, keys: Keys, random: Random) {
    this.random = random;
    this.#redis = redis;
    this.#keys = keys;
    this.#pipeline = redis.pipeline();
  }

  async string(family: FamilyName, part: string, value: string | object): Promise<void> {
    this.#pipeline.set(
      this.#keys.of(family, part),
      typeof value === 'string' ? value : JSON.stringify(value),
      'EX',
      this.#ttl(family),
    );
    await this.#count();
  }

  async searches(username: string, titles: readonly Title[]): Promise<void> {
    const key = this.#keys.of('searchHistory', username);
    const words = new Set(
      Array.from({ length: this.random.between(1, 12) }, () => this.random.pick(titles).name.split(' ')[0] ?? ''),
    );
    this.#pipeline.del(key);
    this.#pipeline.rpush(key, ...words);
    this.#pipeline.expire(key, this.#ttl('searchHistory'));
    await this.#count();
  }

  /** One or two sessions, and the set that lists all of a user's sessions. */
  async sessions(user: User, now: Seconds): Promise<void> {
    const lastLogin = user.lastLogin ?? now;
    if (now - lastLogin >= DAY) return;
    const index = this.#keys.of('userSessions', user.username);
    for (let i = this.random.chance(0.25) ? 2 : 1; i > 0; i--) {
      const id = this.random.text(LETTERS_AND_DIGITS, 32);
      const session = {
        username: user.username,
        role: user.role,
        createdAt: new Date(lastLogin * 1000).toISOString(),
        ip: `100.${this.random.between(64, 127)}.${this.random.between(0, 255)}.${this.random.between(1, 254)}`,
        device: this.random.pick([
          'Chrome / Windows',
          'Safari / iPhone',
          'Chrome / Android',
          'TVBox',
          'Edge / Windows',
          'Safari / macOS',
        ]),
      };
      const left = Math.max(60, DAY - (now - lastLogin));
      this.#pipeline.set(this.#keys.of('session', id), JSON.stringify(session), 'EX', left);
      this.#pipeline.sadd(index, id);
      this.#pipeline.expire(index, left);
      await this.#count();
    }
    this.#written++;
  }

  async finish(): Promise<number> {
    await this.#flush();
    return this.#written;
  }

  /** The designed time plus up to a tenth, so that not everything expires at once. */
  #ttl(family: FamilyName): number {
    return Math.round(keyFamilies[family].ttl * (1 + this.random.next() * 0.1));
  }

  async #count(): Promise<void> {
    this.#written++;
    if (this.#pipeline.length >= PIPELINE) await this.#flush();
  }

  async #flush(): Promise<void> {
    const results = (await this.#pipeline.exec()) ?? [];
    for (const [error] of results) if (error !== null) throw error;
    this.#pipeline = this.#redis.pipeline();
  }
}

function latestFirst(a: User, b: User): number {
  const staff = Number(b.role !== 'user') - Number(a.role !== 'user');
  return staff !== 0 ? staff : (b.lastLogin ?? 0) - (a.lastLogin ?? 0) || a.id - b.id;
}

function latestCards(cards: readonly Card[]): Card[] {
  const bound = cards.filter((card) => card.boundAt !== null);
  bound.sort((a, b) => (b.boundAt ?? 0) - (a.boundAt ?? 0) || (a.hash < b.hash ? -1 : 1));
  return bound.slice(0, MOST_CARDS);
}

function userInfo(user: User): object {
  return {
    username: user.username,
    role: user.role,
    banned: user.bannedAt !== null,
    tags: user.tags,
    enabledApis: user.enabledApis,
    oidcSub: user.oidcSub,
    tvboxToken: user.tvboxToken,
    showAdultContent: user.showAdult,
    createdAt: user.createdAt * 1000,
  };
}

function userPoints({ user, code, balance, earned, redeemed, updatedAt }: PointsAccount): object {
  return {
    username: user.username,
    invitationCode: code,
    balance,
    totalEarned: earned,
    totalRedeemed: redeemed,
    updatedAt: updatedAt * 1000,
  };
}

function cardInfo(card: Card): object {
  return {
    key: card.plain,
    keyHash: card.hash,
    keyType: card.type,
    status: card.status,
    createdAt: card.createdAt * 1000,
    expiresAt: card.expiresAt * 1000,
    boundTo: card.boundTo?.username,
    boundAt: card.boundAt === null ? undefined : card.boundAt * 1000,
  };
}

function playSummary(totals: PlayTotals, now: Seconds): object {
  const days = [...totals.days.entries()].sort(([a], [b]) => (a < b ? 1 : -1)).slice(0, 7);
  return {
    totalPlays: totals.records,
    totalWatchTime: totals.watchTime,
    totalUsers: totals.watchers,
    dailyStats: days.map(([date, day]) => ({ date, plays: day.plays, watchTime: day.watchTime, users: day.users })),
    updatedAt: now * 1000,
  };
}

function contentHot(totals: PlayTotals): object[] {
  const contents = [...totals.contents.entries()]
    .sort(([a, x], [b, y]) => y.plays - x.plays || (a < b ? -1 : 1))
    .slice(0, 50);
  return contents.map((_, rank) => {
    const [, { title, offer, plays, watchTime, lastPlayed }] = at(contents, rank);
    return {
      source: offer.source.key,
      contentId: offer.contentId,
      title: title.name,
      sourceName: offer.source.name,
      cover: offer.cover,
      year: title.year,
      playCount: plays,
      totalWatchTime: watchTime,
      uniqueUsers: plays,
      lastPlayed: lastPlayed * 1000,
    };
  });
}
