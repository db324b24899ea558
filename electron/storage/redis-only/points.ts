import { randomUUID } from 'node:crypto';
import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import { checkMayRedeem, checkRecord, checkTotals, redeemed, redemptionEntry } from '../../domain/points/rules.js';
import type { CardKey, PointsRecord, UserCardKey, UserPoints } from '../types.js';
import { hasAccount, isBanned } from '../../data/legacy/accounts.js';
import { newlyMade, withRecord } from '../../data/legacy/card-records.js';
import { moveCard } from './card-state.js';
import { readInvitationConfig } from './inviting.js';
import { addEntryInto, legacyLimits, newPoints, setBalanceInto } from './ledger.js';
import { noteOne } from './own-cards.js';
import { invalid, noUser, taken } from '../../data/legacy/errors.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { atomically } from '../../data/legacy/optimistic-transaction.js';

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
   * Sets balance, totals and code as given, also without an account; the difference in balance is entered into the
   * ledger. An empty code keeps the current one. Throws `not_found`, `invalid_input` below zero, `conflict` for another
   * user's code.
   */
  async set(points: UserPoints): Promise<void> {
    checkTotals(points);
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
    checkRecord(record, legacyLimits);
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, record.username, this.#owner))) throw noUser(record.username);
      // Before the list is read: every new entry changes the points.
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

  /**
   * Card, user card, balance and ledger in one transaction. Throws `not_found`; `conflict` if there are not enough
   * points, `forbidden` for a banned user.
   */
  async redeem(user: string): Promise<UserCardKey> {
    return atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      checkMayRedeem(await isBanned(unit, user));
      const { redeemThreshold: price, cardKeyType: type } = readInvitationConfig(
        await unit.get(legacy.invitationConfig),
      );
      const points = await unit.json<UserPoints>(legacy.points(user));
      const wish = { id: randomUUID(), username: user, type, now: Date.now() };
      const { key, card: userCard } = redeemed(points?.balance ?? 0, price, wish);
      const { keyHash, status, createdAt, expiresAt } = userCard;
      const card: CardKey & { source: string } = {
        key,
        keyHash,
        keyType: type,
        status,
        createdAt,
        expiresAt,
        source: 'points_redeem',
      };
      const record = legacy.userCard(user, userCard.id);
      moveCard(unit, null, withRecord(await newlyMade(unit, card), record));
      unit.set(record, userCard);
      await noteOne(unit, user, record);
      await addEntryInto(unit, [], redemptionEntry(randomUUID(), userCard, price));
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
