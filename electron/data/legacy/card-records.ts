import { legacy } from './keys.js';
import type { CardKey, UserCardKey } from '../types.js';
import type { OptimisticTransaction } from './optimistic-transaction.js';

/*
 * Which user cards give a card to a user: the card names their keys, so that the whole site need not be scanned. Only
 * the keys are kept, never the values: a user card that is deleted, or now belongs to another card, does not count.
 */

/** A user card with its key in Redis. */
export interface Held {
  readonly key: string;
  readonly value: UserCardKey;
}

/** The keys of a card's user cards, or null if they were never recorded. */
export function recordKeys(stored: object): string[] | null {
  const { givenTo } = stored as { readonly givenTo?: unknown };
  return Array.isArray(givenTo) ? givenTo.filter((key): key is string => typeof key === 'string') : null;
}

/** A card with one more user card in its mark. A card without a mark stays without, and is scanned for when needed. */
export function withRecord<T extends CardKey>(stored: T, record: string): T {
  const keys = recordKeys(stored);
  return keys === null ? stored : { ...stored, givenTo: [...new Set([...keys, record])] };
}

/** The user cards of a card that does not exist. */
export async function earlyRecords(unit: OptimisticTransaction, keyHash: string): Promise<string[]> {
  const early = await unit.json<object>(legacy.given(keyHash));
  return early === null ? [] : (recordKeys(early) ?? []);
}

/** Records a user card whose card does not exist yet. */
export async function noteEarly(unit: OptimisticTransaction, keyHash: string, record: string): Promise<void> {
  unit.set(legacy.given(keyHash), { givenTo: [...(await earlyRecords(unit, keyHash)), record] });
}

/** A newly created card: given to no one, except by user cards that came before it. */
export async function newlyMade(unit: OptimisticTransaction, card: CardKey): Promise<CardKey> {
  const early = await earlyRecords(unit, card.keyHash);
  if (early.length > 0) unit.remove(legacy.given(card.keyHash));
  return Object.assign({ ...card }, { givenTo: early });
}

/** The values of these keys; missing ones are left out. */
export async function readRecords(unit: OptimisticTransaction, keys: readonly string[]): Promise<Held[]> {
  const held: Held[] = [];
  for (const key of keys) {
    const value = await unit.json<UserCardKey>(key);
    if (value !== null) held.push({ key, value });
  }
  return held;
}
