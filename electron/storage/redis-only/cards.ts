import { createHash } from 'node:crypto';
import { givenToAnother } from '../card-owners.js';
import { legacy, legacyPatterns } from '../legacy-keys.js';
import type { CardKey, UserCardKey, UserCardKeyInfo } from '../types.js';
import { hasAccount } from './accounts.js';
import { bindInto } from './binding.js';
import { CardOwners, markGiven } from './card-owners.js';
import { currentCard, moveCard } from './card-state.js';
import { EditedConfig } from './config.js';
import { invalid, noCard, noUser, taken } from './refusals.js';
import { type LegacyStore, parse } from './store.js';
import { atomically, type Unit } from './unit.js';
import { cardOf, latestCard } from './user-info.js';

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

  /** Throws `conflict` where there is one with this hash, `invalid_input` where the hash is not the key's. */
  async create(card: CardKey): Promise<void> {
    if (createHash('sha256').update(card.key).digest('hex') !== card.keyHash)
      throw invalid('明文与哈希不符', 'The hash is not of this key');
    await atomically(this.#store, async (unit) => {
      if (await unit.exists(legacy.card(card.keyHash))) throw taken('卡密已存在', 'There is such a card key');
      moveCard(unit, null, card);
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
   * A field given as undefined is taken away; the hash stays. Throws `not_found`; `conflict` for a card that would become somebody's although
   * another has bound it, or was given it.
   */
  async update(keyHash: string, updates: Partial<CardKey>): Promise<void> {
    await atomically(this.#store, async (unit) => {
      const stored = await unit.json<CardKey>(legacy.card(keyHash));
      if (stored === null) throw noCard();
      if (updates.boundTo !== undefined) await this.#checkFree(unit, keyHash, stored, updates.boundTo);
      moveCard(unit, stored, { ...stored, ...updates, keyHash });
    });
  }

  /** An unknown one is gone already. Throws `conflict` for a card that somebody has bound or redeemed: a membership hangs on it. */
  async delete(keyHash: string): Promise<void> {
    const held = await this.#store.scanJson<UserCardKey>(legacyPatterns.everyUserCard);
    await atomically(this.#store, async (unit) => {
      const stored = await unit.json<CardKey>(legacy.card(keyHash));
      if (stored?.boundTo !== undefined || held.some(({ value }) => value.keyHash === keyHash))
        throw taken('卡密已有用户，不能删除', 'Somebody has this card; it cannot be deleted');
      unit.remove(legacy.card(keyHash));
      for (const status of ['unused', 'used', 'expired']) unit.do('SREM', legacy.cardsWith(status), keyHash);
    });
  }

  /** Exactly one of many at once wins. Throws `not_found` for an unknown user or card, `conflict` for one that is used or past its time. */
  async bind(user: string, key: string): Promise<UserCardKeyInfo> {
    return atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      const config = await EditedConfig.open(unit);
      const held = await heldBy(unit, config, user);
      const others = await this.#ofUser(unit, user);
      const binding = { user, key, now: Date.now(), held, others, owners: this.#owners };
      const info = await bindInto(unit, config, binding);
      config.save();
      return info;
    });
  }

  /** The membership that lasts longest of those in the hash and in the config, or null. */
  async infoOf(user: string): Promise<UserCardKeyInfo | null> {
    return atomically(this.#store, async (unit) => heldBy(unit, await EditedConfig.open(unit), user));
  }

  /** In the hash, the config, the card and the user's record of it. Throws `not_found`, `conflict` (another has the card, or was given it). */
  async setInfo(user: string, info: UserCardKeyInfo): Promise<void> {
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, user, this.#owner))) throw noUser(user);
      const config = await EditedConfig.open(unit);
      const card = await unit.json<CardKey>(legacy.card(info.boundKey));
      if (card !== null) await this.#checkFree(unit, info.boundKey, card, user);
      if (card?.boundTo === user) unit.set(legacy.card(info.boundKey), { ...card, expiresAt: info.expiresAt });
      for (const { key, value } of await this.#ofUser(unit, user))
        if (value.keyHash === info.boundKey) unit.set(key, { ...value, expiresAt: info.expiresAt });
      unit.do('HSET', legacy.info(user), 'cardKey', JSON.stringify(info));
      config.edit(user, { cardKey: info });
      config.save();
    });
  }

  /** Gives a user a card, which need not be there yet. Throws `not_found` (user), `conflict` (there already, or another has or was given the card). */
  async addUserCard(card: UserCardKey): Promise<void> {
    if ((card.usedBy ?? card.username) !== card.username) throw givenToAnother();
    await atomically(this.#store, async (unit) => {
      if (!(await hasAccount(unit, card.username, this.#owner))) throw noUser(card.username);
      const key = legacy.userCard(card.username, card.id);
      if (await unit.exists(key)) throw taken('用户卡密已存在', 'There is such a user card');
      const stored = await unit.json<CardKey>(legacy.card(card.keyHash));
      if (stored !== null) {
        await this.#checkFree(unit, card.keyHash, stored, card.username);
        markGiven(unit, stored, card.keyHash, card.username);
      }
      unit.set(key, card);
    });
  }

  /** Newest first. */
  async userCards(user: string): Promise<UserCardKey[]> {
    const found = await this.#found(user);
    return found.map(({ value }) => value).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  /** Throws `not_found`, `conflict` (used by another than the user whose card it is). */
  async updateUserCard(id: string, updates: Partial<UserCardKey>): Promise<void> {
    const found = await this.#store.scanJson<UserCardKey>(legacyPatterns.userCardById(id));
    const key = found.find(({ value }) => value.id === id)?.key;
    if (key === undefined) throw noCard();
    await atomically(this.#store, async (unit) => {
      const stored = await unit.json<UserCardKey>(key);
      if (stored === null) throw noCard();
      if (updates.usedBy !== undefined && updates.usedBy !== stored.username) throw givenToAnother();
      unit.set(key, { ...stored, ...updates, id, username: stored.username });
    });
  }

  /** Throws `conflict` for a card that another has bound, or was given. */
  async #checkFree(unit: Unit, keyHash: string, card: CardKey, user: string): Promise<void> {
    if (card.boundTo === user) return;
    if ((card.boundTo ?? null) !== null) throw taken('卡密已被使用', 'The card key has been used');
    await this.#owners.check(unit, keyHash, user);
  }

  /** The cards of a user; a name with a colon may share the beginning of another's keys, so the value says whose it is. */
  async #found(user: string): Promise<{ key: string; value: UserCardKey }[]> {
    const found = await this.#store.scanJson<UserCardKey>(legacyPatterns.userCardsOf(user));
    return found.filter(({ value }) => value.username === user);
  }

  async #ofUser(unit: Unit, user: string): Promise<{ key: string; value: UserCardKey }[]> {
    const found: { key: string; value: UserCardKey }[] = [];
    for (const { key } of await this.#found(user)) {
      const value = await unit.json<UserCardKey>(key);
      if (value !== null) found.push({ key, value });
    }
    return found;
  }
}

async function heldBy(unit: Unit, config: EditedConfig, user: string): Promise<UserCardKeyInfo | null> {
  const inHash = cardOf(parse(await unit.field(legacy.info(user), 'cardKey')));
  return latestCard(cardOf(config.entry(user)?.['cardKey']), inHash);
}
