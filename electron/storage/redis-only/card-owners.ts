import { givenToAnother, mayBind } from '../../domain/cards/owners.js';
import { legacy, legacyPatterns } from '../../data/legacy/keys.js';
import type { CardKey, UserCardKey } from '../types.js';
import { hasAccount } from '../../data/legacy/accounts.js';
import { earlyRecords, type Held, readRecords, recordKeys } from '../../data/legacy/card-records.js';
import { taken, tooMany } from '../../data/legacy/errors.js';
import { type LegacyStore, parse } from '../../data/legacy/store.js';
import { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

/** How often to repeat the search for a card without a mark that changes during the search. */
const most = 5;

/**
 * Which users were given a key, in the legacy layout: every user who has a user card of it and still has an account.
 * The layout has no index from a key to its users, so a card has a mark with the names of its user cards, and every
 * function that gives a card updates it. A card made by the site itself, or by an older version, gets its mark once,
 * from a scan of every user card of the site (`mark`). That is done before the transaction, which may be retried many
 * times.
 */
export class CardOwners {
  readonly #store: LegacyStore;
  readonly #owner: string | undefined;
  #looking: Promise<ReadonlyMap<string, readonly string[]>> | null = null;

  constructor(store: LegacyStore, owner: string | undefined) {
    this.#store = store;
    this.#owner = owner;
  }

  /** Ensures that a card, if it exists, has its mark. Call it before the transaction that asks for its owners. */
  async mark(keyHash: string): Promise<void> {
    const key = legacy.card(keyHash);
    for (let attempt = 0; attempt < most; attempt += 1) {
      const before = await this.#store.get(key);
      const stored = parse<CardKey>(before);
      if (stored === null || recordKeys(stored) !== null) return;
      const records = (await this.#everyRecord()).get(keyHash) ?? [];
      const unit = new OptimisticTransaction(this.#store);
      // A process that gave the card in the meantime has changed it: then the result may be old.
      if ((await unit.get(key)) !== before) continue;
      unit.set(key, { ...stored, givenTo: records });
      if (await unit.commit()) return;
    }
  }

  /** The user cards of a card, some of which may not exist yet. `stored` is the card as the transaction read it. */
  async records(unit: OptimisticTransaction, keyHash: string, stored: CardKey | null): Promise<Held[]> {
    const keys = stored === null ? await earlyRecords(unit, keyHash) : recordKeys(stored);
    // The site wrote it just now, and it does not write marks.
    if (keys === null) throw tooMany();
    const held = await readRecords(unit, keys);
    return held.filter(({ value }) => value.keyHash === keyHash);
  }

  /** Throws `conflict` for a card that is bound or given to another user. */
  async checkFree(unit: OptimisticTransaction, keyHash: string, stored: CardKey | null, user: string): Promise<void> {
    const holder = stored?.boundTo ?? null;
    if (holder === user) return;
    if (holder !== null) throw taken('卡密已被使用', 'The card key has been used');
    await this.checkGiven(unit, keyHash, stored, user);
  }

  /** Throws `conflict` for a card that was given to another user. */
  async checkGiven(unit: OptimisticTransaction, keyHash: string, stored: CardKey | null, user: string): Promise<void> {
    const owners: string[] = [];
    for (const { value } of await this.records(unit, keyHash, stored))
      if (await hasAccount(unit, value.username, this.#owner)) owners.push(value.username);
    if (!mayBind(owners, user)) throw givenToAnother();
  }

  /** The names of all user cards by the hash of their card. Concurrent callers share one scan. */
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
