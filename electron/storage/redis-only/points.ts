import { createHash, randomUUID } from 'node:crypto';
import { legacy } from '../legacy-keys.js';
import type { CardKey, CardKeyType, PointsRecord, UserCardKey, UserPoints } from '../types.js';
import { hasAccount } from './accounts.js';
import { moveCard } from './card-state.js';
import { readInvitationConfig } from './inviting.js';
import { addEntryInto, randomText } from './ledger.js';
import { noUser, taken } from './refusals.js';
import { type LegacyStore, parse } from './store.js';
import { atomically } from './unit.js';

const days = { year: 365, quarter: 90, month: 30, week: 7 } as const satisfies Record<CardKeyType, number>;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz';

/** Points and their ledger in the legacy layout; the ledger keeps the newest thousand entries, as the site does. */
export class LegacyPoints {
  readonly #store: LegacyStore;
  readonly #owner: string | undefined;

  constructor(store: LegacyStore, owner: string | undefined) {
    this.#store = store;
    this.#owner = owner;
  }

  get(user: string): Promise<UserPoints | null> {
    return this.#store.json<UserPoints>(legacy.points(user));
  }

  /** As given, also where there was no row. Throws `not_found`. */
  async set(points: UserPoints): Promise<void> {
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, points.username, this.#owner))) throw noUser(points.username);
      unit.set(legacy.points(points.username), points);
    });
  }

  /** Entry and balance together. Throws `not_found`, `conflict`. */
  async add(record: PointsRecord): Promise<void> {
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, record.username, this.#owner))) throw noUser(record.username);
      // Before the list is looked at: whoever adds an entry changes the points.
      await unit.get(legacy.points(record.username));
      await addEntryInto(unit, await this.#list(record.username, 0, -1), record);
    });
  }

  /** Newest first; pages from 1. */
  async history(user: string, page: number, size: number): Promise<PointsRecord[]> {
    const start = (Math.max(1, Math.trunc(page)) - 1) * size;
    const found = size < 1 ? [] : await this.#list(user, start, start + size - 1);
    return found.flatMap((text) => parse<PointsRecord>(text) ?? []);
  }

  /** Card, user card, balance and ledger in one change. Throws `not_found`; `conflict` where the points do not suffice. */
  async redeem(user: string): Promise<UserCardKey> {
    return atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      const { redeemThreshold, cardKeyType } = readInvitationConfig(await unit.get(legacy.invitationConfig));
      const points = await unit.json<UserPoints>(legacy.points(user));
      if ((points?.balance ?? 0) < redeemThreshold) throw taken('积分不足', 'There are not enough points');
      const now = Date.now();
      const key = randomText(letters, 16);
      const keyHash = createHash('sha256').update(key).digest('hex');
      const expiresAt = now + days[cardKeyType] * 86_400_000;
      const card: CardKey & { source: string } = {
        key,
        keyHash,
        keyType: cardKeyType,
        status: 'unused',
        createdAt: now,
        expiresAt,
        source: 'points_redeem',
      };
      const userCard: UserCardKey = {
        id: randomUUID(),
        keyHash,
        username: user,
        type: cardKeyType,
        status: 'unused',
        source: 'redeem',
        createdAt: now,
        expiresAt,
      };
      moveCard(unit, null, card);
      unit.set(legacy.userCard(user, userCard.id), userCard);
      await addEntryInto(unit, [], {
        id: randomUUID(),
        username: user,
        type: 'redeem',
        amount: -redeemThreshold,
        reason: '积分兑换卡密',
        cardKeyId: userCard.id,
        createdAt: now,
      });
      return userCard;
    });
  }

  #list(user: string, start: number, end: number): Promise<string[]> {
    return this.#store.ask((redis) => redis.lrange(legacy.pointsHistory(user), start, end));
  }
}
