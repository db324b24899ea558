import { legacy } from '../../data/legacy/keys.js';
import { current } from '../../domain/cards/rows.js';
import type { CardKey, CardKeyStatus } from '../types.js';
import type { OptimisticTransaction } from '../../data/legacy/optimistic-transaction.js';

/** A card as stored; early ones have the hash where the plain key belongs and no hash of their own: it is in the name of the Redis key. */
export function cardFrom(keyHash: string, stored: CardKey): CardKey {
  const { givenTo: _, ...card } = stored as CardKey & { readonly givenTo?: unknown };
  return { ...card, keyHash, key: stored.key === keyHash ? '' : stored.key };
}

/** As `cardFrom`, with the status that holds now: the site's clean-up leaves cards unused that are past their time. */
export function currentCard(keyHash: string, stored: CardKey): CardKey {
  return current(cardFrom(keyHash, stored));
}

/** Writes a card and keeps the sets of statuses in step. */
export function moveCard(unit: OptimisticTransaction, before: CardKey | null, after: CardKey): void {
  unit.set(legacy.card(after.keyHash), after);
  for (const status of ['unused', 'used', 'expired'] satisfies CardKeyStatus[])
    if (status !== after.status && before !== null) unit.do('SREM', legacy.cardsWith(status), after.keyHash);
  unit.do('SADD', legacy.cardsWith(after.status), after.keyHash);
}
