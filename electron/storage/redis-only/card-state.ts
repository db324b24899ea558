import { legacy } from '../../data/legacy/keys.js';
import { current } from '../../domain/cards/rows.js';
import type { CardKey, CardKeyStatus } from '../types.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

/**
 * A card as stored. Early ones have the hash in place of the plain key and no hash field: it is in the name of the
 * Redis key.
 */
export function cardFrom(keyHash: string, stored: CardKey): CardKey {
  const { givenTo: _, ...card } = stored as CardKey & { readonly givenTo?: unknown };
  return { ...card, keyHash, key: stored.key === keyHash ? '' : stored.key };
}

/** As `cardFrom`, with the current status: the site's clean-up leaves expired cards unused. */
export function currentCard(keyHash: string, stored: CardKey): CardKey {
  return current(cardFrom(keyHash, stored));
}

/** Writes a card and updates the status sets. */
export function moveCard(unit: OptimisticTransaction, before: CardKey | null, after: CardKey): void {
  unit.set(legacy.card(after.keyHash), after);
  for (const status of ['unused', 'used', 'expired'] satisfies CardKeyStatus[])
    if (status !== after.status && before !== null) unit.do('SREM', legacy.cardsWith(status), after.keyHash);
  unit.do('SADD', legacy.cardsWith(after.status), after.keyHash);
}
