import { givenToAnother, mayBind } from '../card-owners.js';
import { legacy, legacyPatterns } from '../legacy-keys.js';
import type { CardKey, UserCardKey } from '../types.js';
import { hasAccount } from './accounts.js';
import type { LegacyStore } from './store.js';
import type { Unit } from './unit.js';

/**
 * To whom keys were given, in the legacy layout: whoever has a user card of one and still has an account. The layout has no index from a key to
 * its users, so all user cards are looked at, as the binding does for those of one user anyway.
 */
export class CardOwners {
  readonly #store: LegacyStore;
  readonly #owner: string | undefined;

  constructor(store: LegacyStore, owner: string | undefined) {
    this.#store = store;
    this.#owner = owner;
  }

  async of(unit: Unit, keyHash: string): Promise<string[]> {
    const found = await this.#store.scanJson<UserCardKey>(legacyPatterns.everyUserCard);
    const names = new Set(found.flatMap(({ value }) => (value.keyHash === keyHash ? [value.username] : [])));
    const owners: string[] = [];
    for (const name of names) if (await hasAccount(unit, name, this.#owner)) owners.push(name);
    return owners;
  }

  /** Throws `conflict` where the key was given to somebody else. */
  async check(unit: Unit, keyHash: string, user: string): Promise<void> {
    if (!mayBind(await this.of(unit, keyHash), user)) throw givenToAnother();
  }
}

/** A card says that it was given, and to whom: whoever binds it at the same moment sees it changed, and looks at its owners again. */
export function markGiven(unit: Unit, stored: CardKey, keyHash: string, user: string): void {
  unit.set(legacy.card(keyHash), { ...stored, givenTo: user });
}
