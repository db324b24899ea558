import { givenToAnother, mayBind } from '../../domain/cards/owners.js';
import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { CardKey, UserCardKey } from '../types.js';
import { hasAccount } from '../../data/legacy/accounts.js';
import { earlyRecords, type Held, readRecords, recordKeys } from '../../data/legacy/card-records.js';
import { taken, tooMany } from '../../data/legacy/errors.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

/** How often a card without a mark is looked for that changes while everything is being looked at. */
const most = 5;

/**
 * To whom keys were given, in the legacy layout: whoever has a user card of one and still has an account. The layout has no index from a key to its
 * users, so a card has a mark with the names of its user cards, which everything that gives a card keeps up. A card that the site itself made, or an
 * older version, gets it once by a look at every user card of the site (`mark`): before the change, which may have to be done again many times.
 */
export class CardOwners {
  readonly #store: LegacyStore;
  readonly #owner: string | undefined;
  #looking: Promise<ReadonlyMap<string, readonly string[]>> | null = null;

  constructor(store: LegacyStore, owner: string | undefined) {
    this.#store = store;
    this.#owner = owner;
  }

  /** Sees to it that a card, if there is one, has its mark. To be called before the change that asks for its owners. */
  async mark(keyHash: string): Promise<void> {
    const key = legacy.card(keyHash);
    for (let attempt = 0; attempt < most; attempt += 1) {
      const before = await this.#store.get(key);
      const stored = parse<CardKey>(before);
      if (stored === null || recordKeys(stored) !== null) return;
      const records = (await this.#everyRecord()).get(keyHash) ?? [];
      const unit = new OptimisticTransaction(this.#store);
      // Whoever gave it meanwhile has changed it: then what was found may be old.
      if ((await unit.get(key)) !== before) continue;
      unit.set(key, { ...stored, givenTo: records });
      if (await unit.commit()) return;
    }
  }

  /** The user cards of a card, which need not be there yet. `stored` is the card as the change has read it. */
  async records(unit: OptimisticTransaction, keyHash: string, stored: CardKey | null): Promise<Held[]> {
    const keys = stored === null ? await earlyRecords(unit, keyHash) : recordKeys(stored);
    // The site has written it this very moment, and knows no marks.
    if (keys === null) throw tooMany();
    const held = await readRecords(unit, keys);
    return held.filter(({ value }) => value.keyHash === keyHash);
  }

  /** Throws `conflict` for a card that another has bound, or was given. */
  async checkFree(unit: OptimisticTransaction, keyHash: string, stored: CardKey | null, user: string): Promise<void> {
    const holder = stored?.boundTo ?? null;
    if (holder === user) return;
    if (holder !== null) throw taken('卡密已被使用', 'The card key has been used');
    await this.checkGiven(unit, keyHash, stored, user);
  }

  /** Throws `conflict` for a card that was given to somebody else. */
  async checkGiven(unit: OptimisticTransaction, keyHash: string, stored: CardKey | null, user: string): Promise<void> {
    const owners: string[] = [];
    for (const { value } of await this.records(unit, keyHash, stored))
      if (await hasAccount(unit, value.username, this.#owner)) owners.push(value.username);
    if (!mayBind(owners, user)) throw givenToAnother();
  }

  /** By the hash of their card, the names of all user cards. Those who ask at once look once. */
  #everyRecord(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #look(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for (const { key, value } of await this.#store.scanJson<UserCardKey>(legacyPatterns.everyUserCard))
      found.set(value.keyHash, [...(found.get(value.keyHash) ?? []), key]);
    return found;
  }
}
