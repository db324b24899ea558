import { givenToAnother } from '../../domain/cards/owners.js';
import { hashOf } from '../../domain/cards/rows.js';
import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { CardKey, UserCardKey, UserCardKeyInfo } from '../types.js';
import { hasAccount } from '../../data/legacy/accounts.js';
import { bindInto } from './binding.js';
import { CardOwners } from './card-owners.js';
import { newlyMade, noteEarly, withRecord } from '../../data/legacy/card-records.js';
import { currentCard, moveCard } from './card-state.js';
import { EditedConfig } from '../../data/legacy/config.js';
import { noteMembership, noteOne, withOwnCards } from './own-cards.js';
import { invalid, noCard, noUser, taken } from '../../data/legacy/errors.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { atomically, type OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';
import { cardOf, latestCard } from '../../data/legacy/user-info.js';

const hashStart = legacy.card('').length;

/** Cards, and the cards of users, in the legacy layout. */
export class LegacyCards {
  readonly #store: LegacyStore;
  readonly #owner: string | undefined;
  readonly #owners: CardOwners;

  constructor(store: LegacyStore, owner: string | undefined) {
    this.#store = store;
    this.#owner = owner;
    this.#owners = new CardOwners(store, owner);
  }

  /**
   * Throws `conflict` if the hash exists, or the card is bound to another user than it was given to; `invalid_input` if
   * the hash is not the key's.
   */
  async create(card: CardKey): Promise<void> {
    if (hashOf(card.key) !== card.keyHash) throw invalid('明文与哈希不符', 'The hash is not of this key');
    await atomically(this.#store, async (unit) => {
      if (await unit.exists(legacy.card(card.keyHash))) throw taken('卡密已存在', 'There is such a card key');
      const made = await newlyMade(unit, card);
      if (card.boundTo !== undefined) await this.#owners.checkGiven(unit, card.keyHash, made, card.boundTo);
      moveCard(unit, null, made);
    });
  }

  async get(keyHash: string): Promise<CardKey | null> {
    const stored = await this.#store.json<CardKey>(legacy.card(keyHash));
    return stored === null ? null : currentCard(keyHash, stored);
  }

  /** Oldest first. */
  async all(): Promise<CardKey[]> {
    const found = await this.#store.scanJson<CardKey>(legacyPatterns.cards);
    return found
      .map(({ key, value }) => currentCard(key.slice(hashStart), value))
      .sort((a, b) => a.createdAt - b.createdAt || (a.keyHash < b.keyHash ? -1 : 1));
  }

  /**
   * A field given as undefined is removed; the hash stays. Throws `not_found`; `conflict` if the card would go to a
   * user although another has bound it or was given it.
   */
  async update(keyHash: string, updates: Partial<CardKey>): Promise<void> {
    if (updates.boundTo !== undefined) await this.#owners.mark(keyHash);
    await atomically(this.#store, async (unit) => {
      const stored = await unit.json<CardKey>(legacy.card(keyHash));
      if (stored === null) throw noCard();
      if (updates.boundTo !== undefined) await this.#owners.checkFree(unit, keyHash, stored, updates.boundTo);
      moveCard(unit, stored, { ...stored, ...updates, keyHash });
    });
  }

  /** An unknown card is no error. Throws `conflict` for a bound or redeemed card: a membership depends on it. */
  async delete(keyHash: string): Promise<void> {
    await this.#owners.mark(keyHash);
    await atomically(this.#store, async (unit) => {
      const stored = await unit.json<CardKey>(legacy.card(keyHash));
      if (stored?.boundTo !== undefined || (await this.#owners.records(unit, keyHash, stored)).length > 0)
        throw taken('卡密已有用户，不能删除', 'Somebody has this card; it cannot be deleted');
      unit.remove(legacy.card(keyHash));
      unit.remove(legacy.given(keyHash));
      for (const status of ['unused', 'used', 'expired']) unit.do('SREM', legacy.cardsWith(status), keyHash);
    });
  }

  /**
   * Of many concurrent binds exactly one succeeds. Throws `not_found` for an unknown user or card, `conflict` for a
   * card that is used or expired.
   */
  async bind(user: string, key: string): Promise<UserCardKeyInfo> {
    await this.#owners.mark(hashOf(key));
    return withOwnCards(this.#store, user, async (unit, own) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      const config = await EditedConfig.open(unit);
      const held = await heldBy(unit, config, user);
      const binding = { user, key, now: Date.now(), held, own, owners: this.#owners };
      const info = await bindInto(unit, config, binding);
      config.save();
      return info;
    });
  }

  /** The membership that lasts longest, of the hash's and the config's, or null. */
  async infoOf(user: string): Promise<UserCardKeyInfo | null> {
    return atomically(this.#store, async (unit) => heldBy(unit, await EditedConfig.open(unit), user));
  }

  /**
   * In the hash, the config, the card and the user's record of it. Throws `not_found`, `conflict` (another user has the
   * card, or was given it).
   */
  async setInfo(user: string, info: UserCardKeyInfo): Promise<void> {
    await this.#owners.mark(info.boundKey);
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      const config = await EditedConfig.open(unit);
      const card = await unit.json<CardKey>(legacy.card(info.boundKey));
      await this.#owners.checkFree(unit, info.boundKey, card, user);
      if (card?.boundTo === user) unit.set(legacy.card(info.boundKey), { ...card, expiresAt: info.expiresAt });
      for (const { key, value } of await this.#owners.records(unit, info.boundKey, card))
        if (value.username === user) unit.set(key, { ...value, expiresAt: info.expiresAt });
      await noteMembership(unit, user, await heldBy(unit, config, user), info.boundKey);
      unit.do('HSET', legacy.info(user), 'cardKey', JSON.stringify(info));
      config.edit(user, { cardKey: info });
      config.save();
    });
  }

  /**
   * Gives a user a card, which need not exist yet. Throws `not_found` (user), `conflict` (already given, or another
   * user has or was given the card).
   */
  async addUserCard(card: UserCardKey): Promise<void> {
    if ((card.usedBy ?? card.username) !== card.username) throw givenToAnother();
    await this.#owners.mark(card.keyHash);
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, card.username, this.#owner))) throw noUser(card.username);
      const key = legacy.userCard(card.username, card.id);
      if (await unit.exists(key)) throw taken('用户卡密已存在', 'There is such a user card');
      const stored = await unit.json<CardKey>(legacy.card(card.keyHash));
      await this.#owners.checkFree(unit, card.keyHash, stored, card.username);
      if (stored === null) await noteEarly(unit, card.keyHash, key);
      // A concurrent bind sees the changed card, and reads its owners again.
      else unit.set(legacy.card(card.keyHash), withRecord(stored, key));
      unit.set(key, card);
      await noteOne(unit, card.username, key);
    });
  }

  /** Newest first. */
  async userCards(user: string): Promise<UserCardKey[]> {
    const found = await this.#store.scanJson<UserCardKey>(legacyPatterns.userCardsOf(user));
    // With a colon in a name, another user's keys may have the same prefix, so the value decides whose it is.
    const own = found.map(({ value }) => value).filter((value) => value.username === user);
    return own.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  /**
   * Throws `not_found`, `invalid_input` (another card), `conflict` (used by another user than the card's, or bound by
   * another).
   */
  async updateUserCard(id: string, updates: Partial<UserCardKey>): Promise<void> {
    const found = await this.#store.scanJson<UserCardKey>(legacyPatterns.userCardById(id));
    const key = found.find(({ value }) => value.id === id)?.key;
    if (key === undefined) throw noCard();
    await atomically(this.#store, async (unit) => {
      const stored = await unit.json<UserCardKey>(key);
      if (stored === null) throw noCard();
      if (updates.usedBy !== undefined && updates.usedBy !== stored.username) throw givenToAnother();
      if (updates.keyHash !== undefined && updates.keyHash !== stored.keyHash)
        throw invalid('不能换成另一张卡密', 'A record stays that of its card');
      if (updates.status === 'used') {
        const card = await unit.json<CardKey>(legacy.card(stored.keyHash));
        if ((card?.boundTo ?? stored.username) !== stored.username)
          throw taken('卡密已被使用', 'The card key has been used');
      }
      unit.set(key, { ...stored, ...updates, id, username: stored.username });
    });
  }
}

async function heldBy(
  unit: OptimisticTransaction,
  config: EditedConfig,
  user: string,
): Promise<UserCardKeyInfo | null> {
  const inHash = cardOf(parse(await unit.field(legacy.info(user), 'cardKey')));
  return latestCard(cardOf(config.entry(user)?.['cardKey']), inHash);
}
