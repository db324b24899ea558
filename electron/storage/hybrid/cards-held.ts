import { Refusal } from '../../contract/errors.js';
import type { Sql } from '../../data/mysql/database.js';
import { type LockedHolder, lockHolder } from '../../domain/cards/membership.js';
import { type CardRow, holdCard } from '../../domain/cards/rows.js';

/** A user by a name in any spelling, held; undefined where there is none. */
export type UserOf = (name: string) => Promise<LockedHolder | undefined>;

/** A card that is held, and before it the users whom it concerns. */
export interface HeldCard {
  readonly card: CardRow;
  readonly userOf: UserOf;
}

/** Holds users, each once; who is asked for besides is held when asked for. */
export async function holdUsers(tx: Sql, names: readonly string[]): Promise<UserOf> {
  const held = new Map<string, LockedHolder | undefined>();
  const userOf: UserOf = async (name) => {
    if (!held.has(name)) held.set(name, await lockHolder(tx, name));
    return held.get(name);
  };
  for (const name of names) await userOf(name);
  return userOf;
}

/**
 * Holds a card and, before it, those who have it or are to have it: everybody takes users before cards, so that two changes of one user wait for
 * each other instead of meeting. Undefined where there is no such card.
 */
export async function holdCardOf(
  tx: Sql,
  keyHash: string,
  names: readonly (string | undefined)[],
): Promise<HeldCard | undefined> {
  const [seen] = await tx.rows<{ bound_to: string | null }>('SELECT bound_to FROM card_keys WHERE key_hash = ?', [
    keyHash,
  ]);
  const concerned = [seen?.bound_to, ...names].filter((name): name is string => typeof name === 'string');
  const userOf = await holdUsers(tx, concerned);
  const card = await holdCard(tx, keyHash);
  return card === undefined ? undefined : { card, userOf };
}

export function noSuchCard(): Refusal {
  return new Refusal('not_found', { zh: '没有这张卡密', en: 'There is no such card' });
}
