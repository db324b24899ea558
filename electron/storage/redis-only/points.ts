import { createHash, randomUUID } from 'node:crypto';
import { Refusal } from '../../contract/errors.js';
import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { CardKey, CardKeyType, PointsRecord, UserCardKey, UserPoints } from '../types.js';
import { hasAccount, isBanned } from '../../data/legacy/accounts.js';
import { newlyMade, withRecord } from '../../data/legacy/card-records.js';
import { moveCard } from './card-state.js';
import { readInvitationConfig } from './inviting.js';
import { addEntryInto, checkEntry, newPoints, randomText, setBalanceInto } from './ledger.js';
import { noteOne } from './own-cards.js';
import { invalid, noUser, taken } from '../../data/legacy/refusals.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { atomically } from '../../data/legacy/unit.js';

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

  /**
   * Balance, totals and code as given, also where there was no account; what the balance moves by is entered into the ledger. An empty
   * code keeps the one that stands. Throws `not_found`, `invalid_input` below zero, `conflict` for a code that another user has.
   */
  async set(points: UserPoints): Promise<void> {
    for (const value of [points.balance, points.totalEarned, points.totalRedeemed])
      if (!Number.isSafeInteger(value) || value < 0)
        throw invalid('积分须为非负整数', 'Points are a whole number, not below zero');
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, points.username, this.#owner))) throw noUser(points.username);
      const before = await unit.json<UserPoints>(legacy.points(points.username));
      if (points.invitationCode !== before?.invitationCode) await this.#checkCode(points);
      const invitationCode =
        points.invitationCode || before?.invitationCode || newPoints(points.username, 0).invitationCode;
      setBalanceInto(unit, before, { ...points, invitationCode });
    });
  }

  /** Entry and balance together. Throws `invalid_input`, `not_found`, `conflict`. */
  async add(record: PointsRecord): Promise<void> {
    checkEntry(record);
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, record.username, this.#owner))) throw noUser(record.username);
      // Before the list is looked at: whoever adds an entry changes the points.
      await unit.get(legacy.points(record.username));
      await addEntryInto(unit, await this.#list(record.username, 0, -1), record);
    });
  }

  /** Newest first; pages from 1. Throws `invalid_input`. */
  async history(user: string, page: number, size: number): Promise<PointsRecord[]> {
    if (!Number.isInteger(page) || page < 1) throw invalid('页码从 1 起', 'Pages are counted from 1');
    if (!Number.isInteger(size) || size < 1 || size > 1_000)
      throw invalid('每页 1–1000 条', 'A page has 1 to 1,000 entries');
    const start = (page - 1) * size;
    const found = await this.#list(user, start, start + size - 1);
    return found.flatMap((text) => parse<PointsRecord>(text) ?? []);
  }

  /** Card, user card, balance and ledger in one change. Throws `not_found`; `conflict` where the points do not suffice, `forbidden` for a banned user. */
  async redeem(user: string): Promise<UserCardKey> {
    return atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      if (await isBanned(unit, user))
        throw new Refusal('forbidden', { zh: '账号已被封禁', en: 'The account is banned' });
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
      const record = legacy.userCard(user, userCard.id);
      moveCard(unit, null, withRecord(await newlyMade(unit, card), record));
      unit.set(record, userCard);
      await noteOne(unit, user, record);
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

  async #checkCode({ username, invitationCode }: UserPoints): Promise<void> {
    if (invitationCode === '') return;
    const found = await this.#store.values(await this.#store.scan(legacyPatterns.points));
    const holder = found.map((text) => parse<UserPoints>(text)).find((one) => one?.invitationCode === invitationCode);
    if (holder && holder.username !== username) throw taken('邀请码已被使用', 'Another user has this code');
  }

  #list(user: string, start: number, end: number): Promise<string[]> {
    return this.#store.ask((redis) => redis.lrange(legacy.pointsHistory(user), start, end));
  }
}
